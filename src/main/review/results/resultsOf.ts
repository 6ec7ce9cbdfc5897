import { setImmediate } from 'node:timers/promises'
import { sql as fragment } from 'kysely'
import { quantile } from '../../../compute/evaluate/agreement/bootstrap.ts'
import { RULES_JUDGE, type CategoryRow, type Results } from '../../../shared/domain/results.ts'
import type { Control } from '../../../shared/domain/reviewSet.ts'
import type { RexvalCategory } from '../../../shared/domain/verdict.ts'
import { sql, type Connection } from '../../database/connection.ts'
import { listReaders, type Reader } from '../../database/readers.ts'
import { loadSet } from '../../database/reviewSets.ts'
import type { FeatureIndex } from '../../workspace/featureIndex.ts'
import { detectionsOf, ratingsOfInterpretations } from './featureAnswers.ts'
import { agreementBetween, agreementWithin } from './agreementTables.ts'
import { countEffects, effectRows, standingRules } from './effects.ts'

/**
 * Everything that a set's answers say so far. Repeats count in intra-reader agreement alone. It gives way to other work
 * between its parts, which for a million verdicts take up to a second each.
 */
export async function resultsOf(connection: Connection, idOrName: string, index: FeatureIndex): Promise<Results> {
  const { id, plan } = loadSet(connection, idOrName)
  const counts = countEffects(connection, id)
  await setImmediate()
  const steered = counts.filter((row) => row.control === null)
  const readers = readersOf(connection, plan.readers)
  const agreement = agreementBetween(connection, id, readers, plan.seed)
  await setImmediate()
  const intraReader = agreementWithin(connection, id, readers, plan.seed)
  await setImmediate()
  const edits = editCounts(connection, id)
  const explained = explainedCounts(connection, id)
  await setImmediate()
  const categories = categoryRows(connection, id)
  const number = sql.fn.countAll<number>().as('n')
  return {
    setId: id, name: plan.name, task: plan.task,
    items: connection.first(sql.selectFrom('review_item').select(number).where('set_id', '=', id))?.n ?? 0,
    answers: connection.first(sql.selectFrom('answer').select(number).where('set_id', '=', id))?.n ?? 0,
    judges: [...new Set([RULES_JUDGE, ...counts.map((row) => row.judge)])],
    edits, explained,
    overall: effectRows(steered, []),
    byFeature: effectRows(steered, ['feature']),
    byStrength: effectRows(steered, ['strength']),
    byControl: effectRows(counts.filter((row) => row.control !== null), ['control']),
    categories, agreement, intraReader,
    times: timesOf(connection, id),
    features: plan.features.map((feature) => {
      const { interpretation, detectionScore } = index.get(feature)
      return { feature, interpretation, detectionScore }
    }),
    detection: detectionHistogram(index.all().map((feature) => feature.detectionScore)),
    ratings: ratingsOfInterpretations(connection, id),
    detections: detectionsOf(connection, id, index),
    preferences: preferencesOf(connection, id),
  }
}

function readersOf(connection: Connection, names: readonly string[]): readonly Reader[] {
  const wanted = new Set(names.map((name) => name.toLowerCase()))
  return listReaders(connection).filter((reader) => wanted.has(reader.name.toLowerCase()))
}

/** Detection scores in twenty bins, and how many are above 0.75 and below chance, as the MAIRA-2 poster counts them. */
export function detectionHistogram(scores: readonly (number | null)[]): Results['detection'] {
  const known = scores.filter((score) => score !== null)
  const bins = new Array<number>(20).fill(0)
  for (const score of known) bins[Math.min(19, Math.floor(score * 20))]! += 1
  return {
    bins, scored: known.length, unscored: scores.length - known.length,
    above: known.filter((score) => score > 0.75).length, below: known.filter((score) => score < 0.5).length,
  }
}

/** Verdicts on edits of steered items, by judge. */
function editCounts(connection: Connection, setId: string): Results['edits'] {
  const number = sql.fn.countAll<number>().as('n')
  const byReaders = answered(setId).select(['reader.name as judge', 'answer_verdict.value', number])
    .where('control', 'is', null).groupBy(['reader.name', 'answer_verdict.value'])
  const byRules = standingRules(setId).select(['verdict.value', number]).where('control', 'is', null).groupBy('verdict.value')
  const rows = [
    ...connection.all(byRules).map((row) => ({ ...row, judge: RULES_JUDGE })), ...connection.all(byReaders),
  ]
  return [...Map.groupBy(rows, (row) => row.judge)].map(([judge, own]) => {
    const of = (value: string): number => own.find((row) => row.value === value)?.n ?? 0
    return { judge, 'on-target': of('on-target'), 'off-target': of('off-target'), neutral: of('neutral') }
  })
}

/** Off-target edits of steered items by the marks that the rules gave them, whoever called them off-target. */
function explainedCounts(connection: Connection, setId: string): Results['explained'] {
  const number = sql.fn.countAll<number>().as('n')
  const mark = fragment<string | null>`json_extract(verdict.correlation, '$.mark')`.as('mark')
  const marks = standingRules(setId).select(['edit.id as marked_id', mark]).groupBy('edit.id')
  const byReaders = answered(setId).leftJoin(marks.as('marks'), 'marks.marked_id', 'answer_verdict.edit_id')
    .select(['reader.name as judge', 'marks.mark', number])
    .where('control', 'is', null).where('answer_verdict.value', '=', 'off-target').groupBy(['reader.name', 'marks.mark'])
  const byRules = standingRules(setId).select([mark, number])
    .where('control', 'is', null).where('verdict.value', '=', 'off-target').groupBy('mark')
  const rows = [
    ...connection.all(byRules).map((row) => ({ ...row, judge: RULES_JUDGE })), ...connection.all(byReaders),
  ]
  return [...Map.groupBy(rows, (row) => row.judge)].map(([judge, own]) => {
    const of = (wanted: string | null): number => own.find((row) => row.mark === wanted)?.n ?? 0
    return { judge, correlated: of('correlated'), unexplained: of('unexplained'), unmarked: of(null) }
  })
}

function categoryRows(connection: Connection, setId: string): readonly CategoryRow[] {
  const number = sql.fn.countAll<number>().as('n')
  const keys = ['answer_verdict.category', 'answer_verdict.significance'] as const
  const byReaders = answered(setId).select(['reader.name as judge', ...keys, number])
    .where('control', 'is', null).where('answer_verdict.value', '=', 'off-target').groupBy(['reader.name', ...keys])
  const byRules = standingRules(setId).select(['verdict.category', 'verdict.significance', number])
    .where('control', 'is', null).where('verdict.value', '=', 'off-target')
    .groupBy(['verdict.category', 'verdict.significance'])
  const rows = [
    ...connection.all(byRules).map((row) => ({ ...row, judge: RULES_JUDGE })), ...connection.all(byReaders),
  ]
  return [...Map.groupBy(rows, (row) => `${row.judge}\n${row.category}`).values()].map((own) => {
    const of = (significance: string | null): number => own.find((row) => row.significance === significance)?.n ?? 0
    return {
      judge: own[0]!.judge, category: own[0]!.category as RexvalCategory | null, significant: of('significant'),
      insignificant: of('insignificant'), unweighed: of(null),
    }
  })
}

/** Readers' first verdicts on the edits of a set. */
function answered(setId: string) {
  return sql.selectFrom('answer_verdict')
    .innerJoin('answer', 'answer.id', 'answer_verdict.answer_id')
    .innerJoin('reader', 'reader.id', 'answer.reader_id')
    .innerJoin('review_item', 'review_item.id', 'answer.item_id')
    .where('answer.set_id', '=', setId).where('occurrence', '=', 1)
}

/** Median and quartiles of the seconds per item, repeats included. */
function timesOf(connection: Connection, setId: string): Results['times'] {
  const rows = connection.all(
    sql.selectFrom('answer').innerJoin('reader', 'reader.id', 'answer.reader_id').select(['reader.name as reader', 'seconds'])
      .where('set_id', '=', setId).orderBy('reader.name').orderBy('seconds'),
  )
  return [...Map.groupBy(rows, (row) => row.reader)].map(([reader, own]) => {
    const seconds = own.map((row) => row.seconds)
    return {
      reader, items: seconds.length, median: quantile(seconds, 0.5), low: quantile(seconds, 0.25),
      high: quantile(seconds, 0.75), total: seconds.reduce((a, b) => a + b, 0),
    }
  })
}

/** Which report readers prefer, as baseline or steered whatever side it stood on. */
function preferencesOf(connection: Connection, setId: string): Results['preferences'] {
  const rows = connection.all(
    sql.selectFrom('answer').innerJoin('reader', 'reader.id', 'answer.reader_id')
      .innerJoin('review_item', 'review_item.id', 'answer.item_id')
      .select(['reader.name as reader', 'control', 'swapped'])
      .select((select) => [
        select.fn<string | null>('json_extract', ['body', select.val('$.choice')]).as('choice'),
        select.fn.countAll<number>().as('n'),
      ])
      .where('answer.set_id', '=', setId).where('occurrence', '=', 1)
      .groupBy(['reader.name', 'control', 'swapped', 'choice']),
  ).filter((row) => row.choice !== null)
  return [...Map.groupBy(rows, (row) => `${row.reader}\n${row.control}`).values()].map((own) => {
    const of = (test: (row: (typeof own)[number]) => boolean): number =>
      own.filter(test).reduce((sum, row) => sum + row.n, 0)
    const baselineSide = (row: (typeof own)[number]): string => (row.swapped === 1 ? 'B' : 'A')
    return {
      reader: own[0]!.reader, control: own[0]!.control as Control | null,
      baseline: of((row) => row.choice === baselineSide(row)),
      steered: of((row) => (row.choice === 'A' || row.choice === 'B') && row.choice !== baselineSide(row)),
      both: of((row) => row.choice === 'both'), neither: of((row) => row.choice === 'neither'),
    }
  })
}
