import type { Observation } from '../../shared/domain/finding.ts'
import { isDevice, type Words } from './attributes.ts'
import { findMentions } from './mentions.ts'
import { isDenied, isDoubted, stanceOfAnatomy, stanceOfFinding, type Stance } from './polarity.ts'
import { territoriesOf, type Territory } from './territories.ts'

/** A territory with the attributes read from its own words. */
export interface Reading {
  readonly territory: Territory
  readonly words: Words
  readonly phrase: string
  readonly isAnatomy: boolean
  /** Index of the list ("A, B or C") this mention belongs to, counted within the sentence. */
  readonly list: number
}

/** Advice on what to do next states no finding, whatever it names: "CT to exclude a nodule". */
const ADVICE =
  /^(?:if\b|recommend|consider\b|further (?:evaluation|assessment|characteri)|follow[- ]?up|(?:clinical )?correlat).*\b(?:ct|mri|radiograph\w*|x-ray|views?|images?|imaging|follow-?up|evaluation|examination|study|series|correlat\w*|clinical\w*)\b/

/** The mentions of a sentence (lower case) with the words that speak of each. */
export function readSentence(sentence: string): readonly Reading[] {
  let list = -1
  const mentions = findMentions(sentence)
  const stated = ADVICE.test(sentence) ? mentions.filter((mention) => mention.observations.every(isDevice)) : mentions
  return territoriesOf(sentence, stated).map((territory) => {
    const { mention, span } = territory
    if (territory.link?.list !== true) list++
    const isAnatomy = mention.kind === 'anatomy' || mention.kind === 'volumes'
    const words: Words = {
      before: sentence.slice(span.start, mention.span.start),
      after: sentence.slice(mention.span.end, span.end),
    }
    return { territory, words, phrase: sentence.slice(mention.span.start, mention.span.end), isAnatomy, list }
  })
}

/** What is said of a mention, and the words that say it. */
export interface Said {
  readonly stance: Stance
  readonly words: Words
}

/** The state words of an anatomy: its own, else those of its list ("heart size and mediastinum are normal"). */
function anatomyStance(readings: readonly Reading[], at: number): Said | null {
  const own = readings[at] as Reading
  const kind = own.territory.mention.kind
  const shared = sharedAfter(readings, at)
  const first = readings.findIndex((reading) => reading.list === own.list)
  const candidates: Words[] = [
    own.words,
    { before: own.words.before, after: shared },
    ...(first < at ? [{ before: (readings[first] as Reading).words.before, after: own.words.after }] : []),
  ]
  for (const words of candidates) {
    const stance = stanceOfAnatomy(words, kind)
    // Prominent vessels alone are a soft sign of edema.
    const soft = stance?.polarity === 'positive' && own.territory.mention.observations[0] === 'edema'
    if (stance !== null) return { stance: soft ? { ...stance, certainty: 'uncertain' } : stance, words }
  }
  return null
}

/** Whether the finding at `at` is stated or denied, and how surely; null when nothing is said of it. */
export function stanceAt(readings: readonly Reading[], at: number): Said | null {
  const reading = readings[at] as Reading
  const kind = reading.territory.mention.kind
  if (kind === 'normal') return { stance: { polarity: 'negative', certainty: 'certain' }, words: reading.words }
  if (reading.isAnatomy) return anatomyStance(readings, at)
  const words = { before: reading.words.before, after: `${reading.words.after} ${sharedAfter(readings, at)}`.trim() }
  const inherited = { denied: inheritsDenial(readings, at), doubted: at > 0 && doubts(readings, at) }
  const stance = stanceOfFinding(words, inherited)
  const open = stance.polarity === 'positive' && (kind === 'soft' || isAlternative(readings, at))
  return { stance: open ? { polarity: 'positive', certainty: 'uncertain' } : stance, words }
}

const PLURAL_OR_SHARED = /\b(?:are|were|have|both|all)\b/

/** What is said after the last member of a list, when it is said of all of them. */
function sharedAfter(readings: readonly Reading[], at: number): string {
  const own = readings[at] as Reading
  let last = at
  while (readings[last + 1]?.list === own.list) last++
  if (last === at) return ''
  const end = readings[last] as Reading
  const alternatives = readings.slice(at + 1, last + 1).some((reading) => reading.territory.link?.alternative)
  const verbless = !/\b(?:is|has|was)\b/.test(end.words.after)
  return PLURAL_OR_SHARED.test(end.words.after) || alternatives || verbless ? end.words.after : ''
}

const STARTS_ANEW = new RegExp(
  '\\b(?:small|tiny|trace|minimal|mild(?:ly)?|moderate|severe|new|stable|unchanged|persistent|increas(?:ed|ing)|improved|' +
    'worsening|decreased|left|right|bilateral|bibasilar|the|there|low)\\b',
)

/** True when an earlier member of the same list is denied and the list goes on under that negation. */
function inheritsDenial(readings: readonly Reading[], at: number): boolean {
  const reading = readings[at] as Reading
  const link = reading.territory.link
  const before = readings[at - 1]
  if (link === null || before === undefined || reading.isAnatomy) return false
  if (link.interpretive && !link.words.includes(',') && !/\b(?:likely|probably)\b/.test(link.words)) return denies(readings, at - 1)
  if (!link.list && !/\b(?:to suggest|suggesting|suggestive of|concerning for)\b/.test(link.words)) return false
  // "No pneumothorax, small left effusion" starts anew; "no effusion, pneumothorax or large mass" does not.
  const closed = readings.slice(at).some((later) => later.list === reading.list && later.territory.link?.alternative)
  if (!closed && STARTS_ANEW.test(reading.words.before)) return false
  if (isDenied(reading.words)) return true
  return denies(readings, at - 1)
}

function denies(readings: readonly Reading[], at: number): boolean {
  const reading = readings[at] as Reading
  return (!reading.isAnatomy && isDenied(reading.words)) || inheritsDenial(readings, at)
}

function doubts(readings: readonly Reading[], at: number): boolean {
  const reading = readings[at] as Reading
  if (isDoubted(reading.words)) return true
  return reading.territory.link?.list === true && at > 0 && doubts(readings, at - 1)
}

/** True when the finding is one of several that the sentence leaves open: "atelectasis or consolidation". */
function isAlternative(readings: readonly Reading[], at: number): boolean {
  const reading = readings[at] as Reading
  const next = readings[at + 1]
  if (reading.isAnatomy || isDevice(reading.territory.mention.observations[0] as Observation)) return false
  const other = (r: Reading | undefined) => r !== undefined && !r.isAnatomy
  return (
    (reading.territory.link?.alternative === true && other(readings[at - 1])) ||
    (next?.list === reading.list && next.territory.link?.alternative === true && other(next))
  )
}
