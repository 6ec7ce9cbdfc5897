import type { Finding, Observation, Span } from '../../shared/domain/finding.ts'
import {
  changeOf, isDevice, isPlaced, isSided, lateralityOf, locationOf, severityOf, shift, splitSides,
  type Sided, type Words,
} from './attributes.ts'
import { findMentions } from './mentions.ts'
import { isDenied, isDoubted, stanceOfAnatomy, stanceOfFinding, type Stance } from './polarity.ts'
import { splitSentences } from './sentences.ts'
import { territoriesOf, type Territory } from './territories.ts'
import { lowerAscii } from './text.ts'

/** A finding with the words of the text that speak of it; the statements of a sentence share it out without overlap. */
export interface Statement {
  readonly finding: Finding
  readonly territory: Span
}

/** A territory with the attributes read from its own words. */
interface Reading {
  readonly territory: Territory
  readonly words: Words
  readonly phrase: string
  readonly isAnatomy: boolean
  /** Index of the list ("A, B or C") this mention belongs to, counted within the sentence. */
  readonly list: number
}

/**
 * Every statement of a report about one of Hilum's observations, in text order. Deterministic, no
 * network, no model. Follows the CheXpert labeler's mention lists and order of rules (Irvin et al.,
 * AAAI 2019) with scope windows instead of a parser, and adds severity, side, place and change.
 */
export function extractFindings(text: string): readonly Finding[] {
  return extractStatements(text).map((statement) => statement.finding)
}

/** As `extractFindings`, with the words each finding owns. */
export function extractStatements(text: string): readonly Statement[] {
  const lower = lowerAscii(text)
  return splitSentences(text).flatMap((span, index) => statementsOf(lower.slice(span.start, span.end), span, index))
}

function statementsOf(sentence: string, sentenceSpan: Span, index: number): readonly Statement[] {
  const readings = read(sentence)
  const out: Statement[] = []
  readings.forEach((reading, at) => {
    for (const statement of statementsAt(readings, at, out.at(-1)?.finding ?? null)) {
      const absolute: Statement = {
        territory: shift(statement.territory, sentenceSpan.start),
        finding: {
          ...statement.finding, span: shift(statement.finding.span, sentenceSpan.start), sentence: index, sentenceSpan,
        },
      }
      const last = out.at(-1)
      if (last !== undefined && saysTheSame(last.finding, absolute.finding)) out[out.length - 1] = merge(last, absolute)
      else out.push(absolute)
    }
  })
  return cover(out, sentenceSpan)
}

/** Advice on what to do next states no finding, whatever it names: "CT to exclude a nodule". */
const ADVICE =
  /^(?:if\b|recommend|consider\b|further (?:evaluation|assessment|characteri)|follow[- ]?up|(?:clinical )?correlat).*\b(?:ct|mri|radiograph\w*|x-ray|views?|images?|imaging|follow-?up|evaluation|examination|study|series|correlat\w*|clinical\w*)\b/

function read(sentence: string): readonly Reading[] {
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

/** What is said of a mention, and the words that say it. */
interface Said {
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

function stanceAt(readings: readonly Reading[], at: number): Said | null {
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

function statementsAt(readings: readonly Reading[], at: number, before: Finding | null): readonly Statement[] {
  const reading = readings[at] as Reading
  const { mention, span, link } = reading.territory
  const said = stanceAt(readings, at)
  if (said === null) return []
  const carried = carry(readings, at, said.words)
  const change = changeOf(carried, reading.isAnatomy ? 'anatomy' : 'finding')
  const split = reading.isAnatomy ? null : splitSides(reading.words)
  return mention.observations.flatMap((observation) => {
    const lies = said.stance.polarity === 'positive' && isSided(observation) && !isDevice(observation)
    // "Opacity in the left base, though infection cannot be excluded" means infection there.
    const explains = observation === 'pneumonia' && said.stance.certainty === 'uncertain' && before?.polarity === 'positive'
    const inherits = lies && before !== null && (explains || inheritsPlace(link, before))
    const laterality = isSided(observation) ? lateralityOf(said.words, reading.phrase) : null
    const location = isPlaced(observation) ? locationOf(said.words, reading.phrase) : null
    const base: Finding = {
      observation,
      polarity: said.stance.polarity,
      certainty: said.stance.certainty,
      severity: isDevice(observation) ? null : severityOf(said.words),
      laterality: laterality ?? (inherits ? before.laterality : null),
      location: location ?? (inherits && isPlaced(observation) && laterality === null ? before.location : null),
      change: volumesChange(observation, said.words, change),
      span: mention.span,
      sentence: 0,
      sentenceSpan: span,
    }
    if (split === null || !isSided(observation)) return [{ finding: base, territory: span }]
    const cut = (split.where === 'before' ? span.start : mention.span.end) + split.cut
    const side = (part: Sided): Finding => ({ ...base, laterality: part.laterality, severity: part.severity })
    return [
      { finding: side(split.parts[0]), territory: { start: span.start, end: cut } },
      { finding: side(split.parts[1]), territory: { start: cut, end: span.end } },
    ]
  })
}

/** "Lower" volumes are more of the finding, "improved" ones less. */
function volumesChange(observation: Observation, words: Words, change: Finding['change']): Finding['change'] {
  if (observation !== 'low-lung-volumes') return change
  const text = `${words.before} ${words.after}`
  if (/\b(?:lower|have decreased|has decreased|worse\w*)\b/.test(text)) return 'increased'
  if (/\b(?:improved?|improvement|have increased|larger|higher|better)\b/.test(text)) return 'decreased'
  return change
}

/** The words that may tell the change; in "unchanged effusion and atelectasis" those before the list serve both. */
function carry(readings: readonly Reading[], at: number, words: Words): Words {
  const reading = readings[at] as Reading
  const first = readings.find((one) => one.list === reading.list)
  const plain = !/\b(?:a|an|the|no|small|mild|moderate|large|minimal|trace|severe)\b/.test(reading.words.before)
  const before = first !== undefined && first !== reading && plain ? `${first.words.before} ${words.before}` : words.before
  return { before, after: words.after }
}

/** An explanation or a companion lies where the finding lies that it goes with. */
function inheritsPlace(link: Territory['link'], before: Finding): boolean {
  if (link === null || before.polarity === 'negative' || isDevice(before.observation)) return false
  const close = link.companion && /adjacent|associated|underlying|overlying|subjacent|accompanying/.test(link.words)
  return link.interpretive || close || link.list
}

/** Two mentions in a row that say the same thing count once: "vascular congestion and interstitial edema". */
function saysTheSame(a: Finding, b: Finding): boolean {
  return (
    a.observation === b.observation &&
    a.polarity === b.polarity &&
    a.sentence === b.sentence &&
    (a.laterality === b.laterality || a.laterality === null || b.laterality === null) &&
    (a.location === b.location || a.location === null || b.location === null) &&
    (a.severity === b.severity || a.severity === null || b.severity === null) &&
    (a.change === b.change || a.change === null || b.change === null)
  )
}

function merge(a: Statement, b: Statement): Statement {
  const finding: Finding = {
    ...a.finding,
    certainty: a.finding.certainty === 'certain' ? 'certain' : b.finding.certainty,
    severity: a.finding.severity ?? b.finding.severity,
    laterality: a.finding.laterality ?? b.finding.laterality,
    location: a.finding.location ?? b.finding.location,
    change: a.finding.change ?? b.finding.change,
  }
  return { finding, territory: { start: a.territory.start, end: b.territory.end } }
}

/** Stretches the territories so that together they cover the sentence and never overlap. */
function cover(statements: readonly Statement[], sentence: Span): readonly Statement[] {
  return statements.map((statement, index) => ({
    finding: statement.finding,
    territory: {
      start: index === 0 ? sentence.start : statement.territory.start,
      end: statements[index + 1]?.territory.start ?? sentence.end,
    },
  }))
}
