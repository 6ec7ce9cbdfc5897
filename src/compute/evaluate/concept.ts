import type { Finding, Observation } from '../../shared/domain/finding.ts'
import { DEVICE_OBSERVATIONS } from '../../shared/domain/finding.ts'
import { factsOf, type SentenceContext, type SentenceFacts } from './sentenceContext.ts'

/** Where a condition must hold: in the sentence itself, in the one written next, in any later one, anywhere. */
export const SCOPES = ['here', 'next', 'ahead', 'report'] as const
export type Scope = (typeof SCOPES)[number]

/** A statement about a finding at some level of generality: null means that anything will do. */
export interface FindingPattern {
  readonly kind: 'finding'
  readonly observation: Observation | 'device' | null
  readonly polarity: Finding['polarity'] | null
  readonly laterality: Finding['laterality']
  readonly location: Finding['location']
  readonly severity: Finding['severity']
  /** `any`: some change, or none, since a prior study is stated. */
  readonly change: Finding['change'] | 'any'
}
/** The sentence holds these words, one after the other (lower case, single spaces). */
export interface WordsPattern {
  readonly kind: 'words'
  readonly words: string
}
/** Where in the report: before its first sentence, at its first or at its last. */
export interface PlacePattern {
  readonly kind: 'place'
  readonly place: 'before' | 'first' | 'last'
}
export type Pattern = FindingPattern | WordsPattern | PlacePattern

/** A pattern and where it must hold. A place is always that of the sentence itself. */
export interface Condition {
  readonly scope: Scope
  readonly pattern: Pattern
}

/** What a feature may stand for: conditions that must all hold, or one of which must, and one that must not. */
export interface Concept {
  readonly join: 'all' | 'any'
  readonly conditions: readonly Condition[]
  readonly except: Condition | null
}

export const conceptOf = (condition: Condition): Concept => ({ join: 'all', conditions: [condition], except: null })

/** True when the concept holds at a place of a report. Sees text only. */
export function holds(concept: Concept, context: SentenceContext): boolean {
  const { join, conditions, except } = concept
  const met = (condition: Condition): boolean => conditionHolds(condition, context)
  const main = join === 'all' ? conditions.every(met) : conditions.some(met)
  return main && (except === null || !met(except))
}

export function conditionHolds({ scope, pattern }: Condition, { sentences, at }: SentenceContext): boolean {
  if (pattern.kind === 'place') {
    return pattern.place === 'before' ? at === -1 : at === (pattern.place === 'first' ? 0 : sentences.length - 1)
  }
  const within =
    scope === 'here' ? sentences.slice(Math.max(at, 0), at + 1)
    : scope === 'next' ? sentences.slice(at + 1, at + 2)
    : scope === 'ahead' ? sentences.slice(at + 1)
    : sentences
  return within.some((sentence) => patternHolds(pattern, factsOf(sentence)))
}

/** True when a sentence with these facts says what the pattern asks for. */
export function patternHolds(pattern: FindingPattern | WordsPattern, facts: SentenceFacts): boolean {
  if (pattern.kind === 'words') return facts.words.includes(` ${pattern.words} `)
  return facts.findings.some((finding) => findingFits(pattern, finding))
}

const DEVICES: ReadonlySet<Observation> = new Set(DEVICE_OBSERVATIONS)

function findingFits(pattern: FindingPattern, finding: Finding): boolean {
  const { observation, change } = pattern
  if (observation === 'device' ? !DEVICES.has(finding.observation) : observation !== null && observation !== finding.observation) {
    return false
  }
  if (change === 'any' ? finding.change === null : change !== null && change !== finding.change) return false
  // What is on both sides is on the left.
  const { laterality } = pattern
  if (laterality !== null && laterality !== finding.laterality && finding.laterality !== 'bilateral') return false
  return (['polarity', 'location', 'severity'] as const).every((key) => pattern[key] === null || pattern[key] === finding[key])
}

/** How much a concept asks for: the number of its conditions, a pattern counting once for each thing it fixes. */
export function sizeOf({ conditions, except }: Concept): number {
  return [...conditions, ...(except === null ? [] : [except])].reduce((sum, one) => sum + conditionSize(one), 0)
}

function conditionSize({ scope, pattern }: Condition): number {
  const far = scope === 'here' ? 0 : scope === 'next' ? 0.5 : 1
  return far + patternSize(pattern)
}

function patternSize(pattern: Pattern): number {
  if (pattern.kind === 'place') return 1
  if (pattern.kind === 'words') return pattern.words.split(' ').length
  const { observation, polarity, laterality, location, severity, change } = pattern
  const fixed = [observation, laterality, location, severity, change].filter((value) => value !== null).length
  return Math.max(fixed + (polarity === 'negative' ? 0.5 : 0), 1)
}
