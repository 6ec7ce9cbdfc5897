import type { Finding, Observation, Span } from '../../shared/domain/finding.ts'
import {
  changeOf, isDevice, isPlaced, isSided, lateralityOf, locationOf, millimetresIn, placementOf, severityOf, shift,
  splitSides,
  type Sided, type Words,
} from './attributes.ts'
import { readSentence, stanceAt, type Reading } from './readings.ts'
import { splitSentences } from './sentences.ts'
import type { Territory } from './territories.ts'
import { lowerAscii } from './text.ts'

/** A finding with the words of the text that speak of it; the statements of a sentence share it out without overlap. */
export interface Statement {
  readonly finding: Finding
  readonly territory: Span
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
  const readings = readSentence(sentence)
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
    const laterality = isSided(observation) ? lateralityOf(said.words, reading.phrase, observation) : null
    const location = isPlaced(observation) ? locationOf(said.words, reading.phrase) : null
    const base: Finding = {
      observation,
      polarity: said.stance.polarity,
      certainty: said.stance.certainty,
      severity: isDevice(observation) ? null : severityOf(said.words),
      laterality: laterality ?? (inherits ? before.laterality : null),
      location: location ?? (inherits && isPlaced(observation) && laterality === null ? before.location : null),
      change: volumesChange(observation, said.words, change),
      placement: isDevice(observation) ? placementOf(said.words) : null,
      millimetres: millimetresIn(`${said.words.before} ; ${said.words.after}`),
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
  return link.interpretive || link.companion || link.list
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
    (a.change === b.change || a.change === null || b.change === null) &&
    (a.placement === b.placement || a.placement === null || b.placement === null) &&
    (a.millimetres === b.millimetres || a.millimetres === null || b.millimetres === null)
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
    placement: a.finding.placement ?? b.finding.placement,
    millimetres: a.finding.millimetres ?? b.finding.millimetres,
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
