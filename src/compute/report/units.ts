import type { Finding, Observation, Span } from '../../shared/domain/finding.ts'
import { alignFindings, pairBest, type Pair } from './align.ts'
import { extractStatements, type Statement } from './findings.ts'
import { splitSentences } from './sentences.ts'
import { wordOverlap, wordsIn, type Word } from './words.ts'

/** Least word overlap of two sentences without findings that are taken as one sentence reworded. */
const SAME_SENTENCE = 0.3

/** One unit of a text that owns words: a statement, or a sentence that states no finding. */
export interface Unit {
  readonly statement: Statement | null
  readonly sentence: number
  readonly words: readonly Word[]
  /** Equal for the two halves of a finding on both sides that was taken apart; null for every other unit. */
  readonly twin: string | null
}

/** A text as units in order. */
export interface Side {
  readonly text: string
  readonly sentences: readonly Span[]
  readonly units: readonly Unit[]
}

/** Takes a text apart; every word of its sentences belongs to one unit. */
export function sideOf(text: string): Side {
  const statements = extractStatements(text)
  const stated = new Set(statements.map((statement) => statement.finding.sentence))
  const sentences = splitSentences(text)
  const owned: Unit[] = statements.map((statement) => ({
    statement, sentence: statement.finding.sentence, words: wordsIn(text, statement.territory),
    twin: null,
  }))
  const silent: Unit[] = sentences.flatMap((span: Span, sentence) =>
    stated.has(sentence) ? [] : [{ statement: null, sentence, words: wordsIn(text, span), twin: null }])
  return { text, sentences, units: [...owned, ...silent].sort((a, b) => a.sentence - b.sentence) }
}

/**
 * Takes findings on both sides apart where the other text speaks of left and right by themselves, so that "small
 * bilateral effusions" is compared side by side with "small left and moderate right effusions". The left half keeps
 * the words.
 */
export function splitBoth(side: Side, other: Side): Side {
  const speaksOf = (observation: Observation, laterality: Finding['laterality']): boolean =>
    other.units.some(({ statement }) =>
      statement?.finding.observation === observation && statement.finding.laterality === laterality &&
      statement.finding.polarity === 'positive')
  const units = side.units.flatMap((unit, index): Unit[] => {
    const { statement } = unit
    if (statement === null) return [unit]
    const { observation, polarity, laterality } = statement.finding
    const apart = polarity === 'positive' && laterality === 'bilateral' && !speaksOf(observation, 'bilateral') &&
      speaksOf(observation, 'left') && speaksOf(observation, 'right')
    if (!apart) return [unit]
    const half = (on: 'left' | 'right', words: readonly Word[]): Unit => ({
      ...unit, words, twin: `${observation} ${index}`,
      statement: { ...statement, finding: { ...statement.finding, laterality: on } },
    })
    return [half('left', unit.words), half('right', [])]
  })
  return { ...side, units }
}

/**
 * Pairs a silent sentence that found no partner with a statement that found none, where they share most of their
 * words ("lung volumes are unchanged", "lung volumes are low"): two edits, but the shared words changed in neither.
 */
export function tieUnits(baseline: Side, steered: Side, pairs: readonly Pair[]): readonly Pair[] {
  const rows = new Set(pairs.map(([row]) => row))
  const columns = new Set(pairs.map(([, column]) => column))
  return pairBest(baseline.units.length, steered.units.length, (row, column) => {
    const a = baseline.units[row] as Unit
    const b = steered.units[column] as Unit
    if (rows.has(row) || columns.has(column) || (a.statement === null) === (b.statement === null)) return null
    const overlap = wordOverlap(a.words, b.words)
    return overlap > SAME_SENTENCE ? overlap : null
  })
}

/** Pairs statements with statements and silent sentences with silent sentences. */
export function pairUnits(baseline: Side, steered: Side): readonly Pair[] {
  const indices = (side: Side, stated: boolean): number[] =>
    side.units.flatMap((unit, index) => ((unit.statement !== null) === stated ? [index] : []))
  const pick = (side: Side, at: readonly number[]): readonly Unit[] => at.map((index) => side.units[index] as Unit)

  const rows = indices(baseline, true)
  const columns = indices(steered, true)
  const a = pick(baseline, rows)
  const b = pick(steered, columns)
  const statements = (units: readonly Unit[]): Statement[] => units.map((unit) => unit.statement as Statement)
  const aligned = alignFindings(statements(a), statements(b), {
    baseline: a.map((unit) => unit.words), steered: b.map((unit) => unit.words),
  })

  const silentRows = indices(baseline, false)
  const silentColumns = indices(steered, false)
  const silentA = pick(baseline, silentRows)
  const silentB = pick(steered, silentColumns)
  const silent = pairBest(silentA.length, silentB.length, (row, column) => {
    const overlap = wordOverlap(silentA[row]?.words ?? [], silentB[column]?.words ?? [])
    return overlap >= SAME_SENTENCE ? overlap : null
  })
  return [
    ...aligned.map(([row, column]): Pair => [rows[row] as number, columns[column] as number]),
    ...silent.map(([row, column]): Pair => [silentRows[row] as number, silentColumns[column] as number]),
  ]
}
