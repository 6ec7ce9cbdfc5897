import { diffArrays } from 'diff'
import type { Span } from '../../shared/domain/finding.ts'
import { lowerAscii } from './text.ts'

/** A word of a text and where it stands (UTF-16 code units of that text). */
export interface Word {
  /** In lower case. */
  readonly text: string
  /** What counts when words are compared: number (effusion, effusions) is no difference. */
  readonly key: string
  readonly span: Span
}

const FILLER: ReadonlySet<string> = new Set(
  (
    'a an the there is are was were be been has have no not or and nor of in on at with without any ' +
    'seen present noted identified also evidence'
  ).split(' '),
)

/** True for the small words that hold a sentence together and name nothing. */
export const isFiller = (word: Word): boolean => FILLER.has(word.text)

function keyOf(word: string): string {
  if (word.endsWith('thoraces')) return `${word.slice(0, -4)}ax`
  if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`
  return word.length > 4 && /[^aius]s$/.test(word) ? word.slice(0, -1) : word
}

/** The words of a part of a text, without punctuation. */
export function wordsIn(text: string, part: Span): readonly Word[] {
  const matches = text.slice(part.start, part.end).matchAll(/[\p{L}\p{N}_]+(?:['\u2019.-][\p{L}\p{N}_]+)*/gu)
  return [...matches].map((match) => {
    const start = part.start + match.index
    const lower = lowerAscii(match[0])
    return { text: lower, key: keyOf(lower), span: { start, end: start + match[0].length } }
  })
}

/** Shared words over all words of two lists as bags (Dice's coefficient), 0 to 1; 1 for two empty lists. */
export function wordOverlap(a: readonly Word[], b: readonly Word[]): number {
  if (a.length + b.length === 0) return 1
  const counts = new Map<string, number>()
  for (const word of a) counts.set(word.key, (counts.get(word.key) ?? 0) + 1)
  let shared = 0
  for (const word of b) {
    const left = counts.get(word.key) ?? 0
    if (left > 0) {
      shared++
      counts.set(word.key, left - 1)
    }
  }
  return (2 * shared) / (a.length + b.length)
}

type Match = readonly [number, number]

/** Index pairs of a longest common subsequence of keys. */
function commonOf(a: readonly Word[], b: readonly Word[]): readonly Match[] {
  const out: Match[] = []
  let atA = 0
  let atB = 0
  for (const part of diffArrays(a.map((word) => word.key), b.map((word) => word.key))) {
    const count = part.value.length
    if (!part.added && !part.removed) for (let i = 0; i < count; i++) out.push([atA + i, atB + i])
    if (!part.added) atA += count
    if (!part.removed) atB += count
  }
  return out
}

/** Matches the words that name something first, then the small words between those matches. */
function matchWords(a: readonly Word[], b: readonly Word[]): readonly Match[] {
  const naming = (words: readonly Word[]): number[] => words.flatMap((word, index) => (isFiller(word) ? [] : [index]))
  const inA = naming(a)
  const inB = naming(b)
  const anchors = commonOf(inA.map((i) => a[i] as Word), inB.map((i) => b[i] as Word))
    .map(([i, j]): Match => [inA[i] as number, inB[j] as number])
  const out: Match[] = [...anchors]
  let [fromA, fromB] = [0, 0]
  for (const [toA, toB] of [...anchors, [a.length, b.length] as Match]) {
    const fillA = a.slice(fromA, toA).flatMap((word, i) => (isFiller(word) ? [fromA + i] : []))
    const fillB = b.slice(fromB, toB).flatMap((word, i) => (isFiller(word) ? [fromB + i] : []))
    const common = commonOf(fillA.map((i) => a[i] as Word), fillB.map((i) => b[i] as Word))
    out.push(...common.map(([i, j]): Match => [fillA[i] as number, fillB[j] as number]))
    fromA = toA + 1
    fromB = toB + 1
  }
  return out
}

/** The words of two lists that a word diff leaves unmatched. Swapping the lists swaps the result. */
export function changedWords(
  a: readonly Word[],
  b: readonly Word[],
): { readonly a: readonly Word[]; readonly b: readonly Word[] } {
  // Several shortest diffs may exist; a fixed order of the two sides picks the same one both ways.
  const order = (words: readonly Word[]): string => words.map((word) => word.key).join(' ')
  if (order(a) > order(b)) {
    const swapped = changedWords(b, a)
    return { a: swapped.b, b: swapped.a }
  }
  const matches = matchWords(a, b)
  const usedA = new Set(matches.map(([i]) => i))
  const usedB = new Set(matches.map(([, j]) => j))
  return { a: a.filter((_, i) => !usedA.has(i)), b: b.filter((_, j) => !usedB.has(j)) }
}

/** The words as spans; words of a sentence with nothing but space and punctuation between them become one span. */
export function spansOf(text: string, words: readonly Word[], sentences: readonly Span[]): readonly Span[] {
  const out: Span[] = []
  const ends = new Set(sentences.map((sentence) => sentence.end))
  const endsBetween = (from: number, to: number): boolean => {
    for (let at = from; at <= to; at++) if (ends.has(at)) return true
    return false
  }
  for (const { span } of [...words].sort((a, b) => a.span.start - b.span.start)) {
    const last = out.at(-1)
    const near = last !== undefined && !/[\p{L}\p{N}_]/u.test(text.slice(last.end, span.start))
    if (near && !endsBetween(last.end, span.start)) {
      out[out.length - 1] = { start: last.start, end: span.end }
    } else out.push(span)
  }
  return out
}
