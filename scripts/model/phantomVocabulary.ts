import { wordsOf } from '../../src/compute/evaluate/sentenceContext.ts'
import { phantomCase } from '../../src/phantom/phantomCase.ts'
import { reportText } from '../../src/phantom/report.ts'

/** Words (lower case) that reports of phantoms are written with. */
export function phantomVocabulary(): ReadonlySet<string> {
  const words = new Set<string>()
  for (let seed = 1_000_000; seed < 1_002_000; seed++) {
    for (const word of wordsOf(reportText(phantomCase(seed).report))) words.add(word)
  }
  return words
}
