import { evolveFindings, sampleFindings } from '../../../../src/phantom/findings.ts'
import { Random } from '../../../../src/phantom/random.ts'
import { writeReport } from '../../../../src/phantom/report.ts'

/** The different sentences of so many phantom reports, half of them with a prior. */
export function phantomSentences(reports: number): readonly string[] {
  const out = new Set<string>()
  for (let seed = 0; seed < reports; seed++) {
    const random = new Random(seed)
    const first = sampleFindings(random)
    const prior = seed % 2 === 0 ? null : first
    const now = prior === null ? first : evolveFindings(prior, random)
    for (const sentence of writeReport(now, prior, random)) out.add(sentence.text)
  }
  return [...out]
}
