import type { Finding, Observation, Span } from '../../shared/domain/finding.ts'
import {
  BOTH, BOTH_SIDES_COMPARED, CHANGES, FOREIGN_SIDE, LEFT, LOCATIONS, ONE_SIDE_WORSE, PLACEMENTS, RIGHT, SEVERITIES,
  type Lexicon,
} from './vocabulary/modifiers.ts'

export type Severity = Finding['severity']
export type Laterality = Finding['laterality']
export type Location = Finding['location']
export type Change = Finding['change']
export type Placement = Finding['placement']

const MIDLINE: ReadonlySet<Observation> = new Set([
  'cardiomegaly', 'enlarged-cardiomediastinum', 'low-lung-volumes', 'endotracheal-tube', 'enteric-tube', 'sternotomy-wires',
])
const UNPLACED: ReadonlySet<Observation> = new Set([
  ...MIDLINE, 'pacemaker', 'central-line', 'other-device', 'fracture',
])
const DEVICES: ReadonlySet<Observation> = new Set([
  'pacemaker', 'endotracheal-tube', 'enteric-tube', 'central-line', 'chest-tube', 'sternotomy-wires', 'other-device',
])

/** Observations that have a side. */
export const isSided = (observation: Observation): boolean => !MIDLINE.has(observation)
/** Observations that have a place in the lung. */
export const isPlaced = (observation: Observation): boolean => !UNPLACED.has(observation)
export const isDevice = (observation: Observation): boolean => DEVICES.has(observation)

/** The words of a finding around the phrase that names it, lower case. */
export interface Words {
  readonly before: string
  readonly after: string
}

/** One of the two findings in a phrase that names both sides. */
export interface Sided {
  readonly laterality: Laterality
  readonly severity: Severity
}

const first = <T>(text: string, lexicon: Lexicon<T>): T | null =>
  lexicon.find(([, pattern]) => pattern.test(text))?.[0] ?? null

/** The last severity word of a text, as the larger end of a range stands last. */
export function severityIn(text: string): Severity {
  let best: Severity = null
  let at = -1
  for (const [value, pattern] of SEVERITIES) {
    for (const match of text.matchAll(pattern)) {
      if (match.index > at) {
        at = match.index
        best = value
      }
    }
  }
  return best
}

const clean = (text: string): string => text.replace(FOREIGN_SIDE, ' ').replace(BOTH_SIDES_COMPARED, ' bilateral ')

/** The side a text names, left and right of organs and landmarks set aside. */
export const lateralityIn = (text: string): Laterality => sideIn(clean(text))

function sideIn(own: string): Laterality {
  if (BOTH.test(own)) return 'bilateral'
  const left = LEFT.test(own)
  const right = RIGHT.test(own)
  return left && right ? 'bilateral' : left ? 'left' : right ? 'right' : null
}

/** The place named before the finding, else the one named after it. */
export const locationOf = (words: Words, phrase: string): Location =>
  first(words.before + phrase, LOCATIONS) ?? first(words.after, LOCATIONS)

/** Where the tip of a device lies: what is said after it, else before it ("SVC line"). A side port is no tip. */
export function placementOf({ before, after }: Words): Placement {
  return first(after.replace(/\bside[- ]?(?:port|hole)s?\b[^,;.]*/g, ' '), PLACEMENTS) ?? first(before, PLACEMENTS)
}

/** The last length of a text in mm, as a change ends with what it is now; of "2 x 3 cm" the longest side. */
export function millimetresIn(text: string): number | null {
  const last = [...text.matchAll(/(\d+(?:\.\d+)?)(?: ?[x\u00d7] ?(\d+(?:\.\d+)?))?[ -]?(mm|cm)\b/g)].at(-1)
  if (last === undefined) return null
  const longest = Math.max(Number(last[1]), Number(last[2] ?? 0))
  return longest > 0 ? Math.round(longest * (last[3] === 'cm' ? 100 : 10)) / 10 : null
}

/** The side named before or in the phrase, else after it. A fracture may be that of a landmark ("left clavicle"). */
export function lateralityOf(words: Words, phrase: string, observation: Observation): Laterality {
  const side = observation === 'fracture' ? sideIn : lateralityIn
  return side(words.before + phrase) ?? side(words.after)
}

/** What may stand between a finding and the severity its predicate gives: "in the left lung base is now". */
const PREDICATE_LEAD = new RegExp(
  '^[\\s,]*(?:(?:in|on|at|of|the|left|right|lung|bases?|both|size|silhouette|lower|upper|mid|middle|lobes?|zone|side|measuring)\\s+)*' +
    '(?:(?:is|are|appears?|remains?|was|were|now|which|that|again|has|have|been)\\s+)*',
)

/** Severity stands in front ("small effusion"), or as the predicate ("effusion is small", "is mildly enlarged"). */
export function severityOf(words: Words): Severity {
  const after = PREDICATE_LEAD.exec(words.after)
  const predicate = words.after.slice(after?.[0].length ?? 0)
  return severityIn(words.before) ?? severityIn(/^[^,;]*?(?=[,;.]|\bwith\b|\band\b|$)/.exec(predicate)?.[0] ?? '')
}

const STATE_NOT_CHANGE =
  /\b(?:(?<!(?:has|have) (?:\w+ )?)(?:increased|enlarged|enlarging|enlargement)|larger(?! (?:than|compared|in)))\b/g

/** Change since a prior film; of an anatomy "enlarged" and "increased" tell the state, unless they say "has". */
export function changeOf(words: Words, kind: 'finding' | 'anatomy'): Change {
  let text = `${words.before} \u0001 ${words.after}`.replace(BOTH_SIDES_COMPARED, ' ')
  if (BOTH.test(text)) text = text.replace(ONE_SIDE_WORSE, ' ')
  if (kind === 'anatomy') {
    text = text.replace(STATE_NOT_CHANGE, ' ')
  }
  return first(text, CHANGES)
}

const CONJUNCTION = /\s*(?:,\s*)?(?:\band\b|,|\/|\bplus\b)\s*/g
const POSTPOSED = new RegExp(
  '\\b((?:minimal|trace|small|tiny|mild|slight|moderate|large|severe|massive)(?:[- ](?:sized|to[- ]\\w+))?)(?: in size)?(?: one)? (?:on|in|at) (?:the )?(left|right)\\b',
  'g',
)

/** Two findings in one phrase, and the offset into the words before or after it at which the second begins. */
export interface Split {
  readonly where: 'before' | 'after'
  readonly cut: number
  readonly parts: readonly [Sided, Sided]
}

/**
 * Splits "small left and moderate right pleural effusions" and "effusions, small on the left and
 * moderate on the right". Null when the phrase names one finding.
 */
export function splitSides(words: Words): Split | null {
  for (const match of words.before.matchAll(CONJUNCTION)) {
    const left = words.before.slice(0, match.index)
    const right = words.before.slice(match.index + match[0].length)
    const one: Sided = { laterality: lateralityIn(left), severity: severityIn(left) }
    const two: Sided = { laterality: lateralityIn(right), severity: severityIn(right) }
    const opposite = one.laterality !== null && two.laterality !== null && one.laterality !== two.laterality
    if (opposite && one.laterality !== 'bilateral' && two.laterality !== 'bilateral' && two.severity !== null) {
      return { where: 'before', cut: match.index, parts: [one, two] }
    }
  }
  const pairs = [...words.after.matchAll(POSTPOSED)]
  const [a, b] = pairs
  if (a === undefined || b === undefined || a[2] === b[2]) return null
  const part = (m: RegExpExecArray): Sided => ({ laterality: m[2] as 'left' | 'right', severity: severityIn(m[1] ?? '') })
  return { where: 'after', cut: b.index, parts: [part(a), part(b)] }
}

/** A span moved by an offset. */
export const shift = (span: Span, by: number): Span => ({ start: span.start + by, end: span.end + by })
