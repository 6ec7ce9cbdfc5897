import type { Finding } from '../../shared/domain/finding.ts'
import { isDevice } from '../report/attributes.ts'
import { countBits, newBits, setBit, type Bits } from './bits.ts'
import { patternHolds, type Condition, type FindingPattern, type Pattern, type Scope, type WordsPattern } from './concept.ts'
import { factsOf, type SentenceContext, type SentenceFacts } from './sentenceContext.ts'

/** A condition and the places of the corpus where it holds. */
export interface MinedCondition {
  readonly condition: Condition
  readonly holds: Bits
  readonly count: number
}

/** A condition that holds at fewer places, or is missing at fewer, tells too little. */
const FEWEST = 10
const LONGEST_PHRASE = 4

/**
 * Every condition that a corpus suggests: the words and phrases of its sentences, and its findings at
 * all levels of generality, each in the sentence itself, in the next one, later, or anywhere; and the
 * places in a report. Conditions that hold at exactly the same places are told apart by nothing in
 * the corpus: the first of them, in the order of simplicity of the caller, is up to the caller.
 */
export function mineConditions(corpus: readonly SentenceContext[]): readonly MinedCondition[] {
  const facts = [...new Set(corpus.flatMap((context) => context.sentences))].map(factsOf)
  const sentenceOf = new Map(facts.map((one, index) => [one, index]))
  const near: Pattern[] = [...phrases(facts), ...findingPatterns(facts)]
  const places = placeMasks(corpus, sentenceOf)
  const mined: MinedCondition[] = []
  const keep = (condition: Condition, holds: Bits): void => {
    const count = countBits(holds)
    if (count >= FEWEST && corpus.length - count >= FEWEST) mined.push({ condition, holds, count })
  }
  for (const pattern of near) {
    if (pattern.kind === 'place') continue
    const matching = facts.map((one) => patternHolds(pattern, one))
    keep({ scope: 'here', pattern }, places.here(matching))
    keep({ scope: 'next', pattern }, places.next(matching))
    // Far away words are accidents; far away findings may be what the model has in mind.
    if (pattern.kind === 'words') continue
    keep({ scope: 'ahead', pattern }, places.ahead(matching))
    keep({ scope: 'report', pattern }, places.report(matching))
  }
  for (const place of ['before', 'first', 'last'] as const) {
    const bits = newBits(corpus.length)
    corpus.forEach(({ sentences, at }, i) => {
      if (at === (place === 'before' ? -1 : place === 'first' ? 0 : sentences.length - 1)) setBit(bits, i)
    })
    keep({ scope: 'here', pattern: { kind: 'place', place } }, bits)
  }
  return mined
}

/** Turns "which sentences match" into "at which places of the corpus does it hold", by scope. */
function placeMasks(
  corpus: readonly SentenceContext[],
  sentenceOf: ReadonlyMap<SentenceFacts, number>,
): Readonly<Record<Scope, (matching: readonly boolean[]) => Bits>> {
  const reports = new Map<readonly string[], readonly number[]>()
  const indices = corpus.map(({ sentences }) => {
    const known = reports.get(sentences)
    if (known !== undefined) return known
    const own = sentences.map((sentence) => sentenceOf.get(factsOf(sentence)) as number)
    reports.set(sentences, own)
    return own
  })
  const mask = (covers: (sentence: number, at: number) => boolean) => (matching: readonly boolean[]): Bits => {
    const bits = newBits(corpus.length)
    corpus.forEach(({ at }, i) => {
      const sentences = indices[i] as readonly number[]
      for (let k = 0; k < sentences.length; k++) {
        if (matching[sentences[k] as number] === true && covers(k, at)) {
          setBit(bits, i)
          break
        }
      }
    })
    return bits
  }
  return {
    here: mask((k, at) => k === at),
    next: mask((k, at) => k === at + 1),
    ahead: mask((k, at) => k > at),
    report: mask(() => true),
  }
}

function phrases(facts: readonly SentenceFacts[]): readonly WordsPattern[] {
  const found = new Set<string>()
  for (const { words: text } of facts) {
    const words = text.trim().split(' ')
    for (let from = 0; from < words.length; from++) {
      for (let length = 1; length <= LONGEST_PHRASE && from + length <= words.length; length++) {
        found.add(words.slice(from, from + length).join(' '))
      }
    }
  }
  return [...found].sort().map((words) => ({ kind: 'words', words }))
}

/** All generalisations of all findings: each attribute as it is or open, an observation also as a device. */
function findingPatterns(facts: readonly SentenceFacts[]): readonly FindingPattern[] {
  const found = new Map<string, FindingPattern>()
  for (const finding of facts.flatMap((one) => one.findings)) {
    for (const pattern of generalisations(finding)) found.set(JSON.stringify(pattern), pattern)
  }
  return [...found.keys()].sort().map((key) => found.get(key) as FindingPattern)
}

function generalisations(finding: Finding): readonly FindingPattern[] {
  const open = <T>(value: T): readonly (T | null)[] => (value === null ? [null] : [value, null])
  const { observation, polarity } = finding
  const out: FindingPattern[] = []
  const devices = isDevice(observation) ? ['device' as const] : []
  for (const named of [observation, ...devices, null]) {
    for (const laterality of open(finding.laterality)) {
      for (const location of open(finding.location)) {
        for (const severity of open(finding.severity)) {
          for (const change of open(finding.change)) {
            const pattern = { kind: 'finding', observation: named, laterality, location, severity, change } as const
            out.push({ ...pattern, polarity })
            const loose = laterality === null && location === null && severity === null
            if (loose) out.push({ ...pattern, polarity: null })
          }
        }
      }
    }
  }
  if (finding.change !== null) {
    const all = { laterality: null, location: null, severity: null, polarity: null, observation: null } as const
    out.push({ kind: 'finding', ...all, change: 'any' })
  }
  return out
}
