import type { Finding } from '../../shared/domain/finding.ts'
import { extractFindings } from '../report/findings.ts'
import { lowerAscii } from '../report/text.ts'

/** A place in a report: its sentences, and the one looked at. -1 is the moment before the first one is written. */
export interface SentenceContext {
  readonly sentences: readonly string[]
  readonly at: number
}

/** What can be said of a sentence from its text alone. */
export interface SentenceFacts {
  /** Its words in lower case between single spaces, with a space at both ends. */
  readonly words: string
  readonly findings: readonly Finding[]
}

/** Reports repeat themselves: the same sentence is analysed once. */
const KEPT = 20_000
const kept = new Map<string, SentenceFacts>()

export function factsOf(sentence: string): SentenceFacts {
  const known = kept.get(sentence)
  if (known !== undefined) return known
  if (kept.size >= KEPT) kept.clear()
  const facts = { words: ` ${wordsOf(sentence).join(' ')} `, findings: extractFindings(sentence) }
  kept.set(sentence, facts)
  return facts
}

/** The words of a sentence in lower case, without punctuation. */
export function wordsOf(sentence: string): readonly string[] {
  return lowerAscii(sentence).match(/[\p{L}\p{N}]+(?:['-][\p{L}\p{N}]+)*/gu) ?? []
}
