import { sql as fragment } from 'kysely'
import { bootstrapInterval } from '../../../compute/evaluate/agreement/bootstrap.ts'
import { cohenKappa } from '../../../compute/evaluate/agreement/cohenKappa.ts'
import type { Estimate } from '../../../compute/evaluate/agreement/estimate.ts'
import { intraclass } from '../../../compute/evaluate/agreement/intraclass.ts'
import { krippendorffAlpha } from '../../../compute/evaluate/agreement/krippendorffAlpha.ts'
import { fleissKappa, gwetAc, observedAgreement } from '../../../compute/evaluate/agreement/multiReader.ts'
import { complete, itemCount, pairable, type Ratings } from '../../../compute/evaluate/agreement/ratings.ts'
import { weightsOf } from '../../../compute/evaluate/agreement/weights.ts'
import { OVERALL_SCORES } from '../../../shared/domain/answer.ts'
import type { AgreementTable, Coefficient } from '../../../shared/domain/results.ts'
import { VERDICT_VALUES } from '../../../shared/domain/verdict.ts'
import { sql, type Connection } from '../../database/connection.ts'
import type { Reader } from '../../database/readers.ts'

/** What was asked, what could be said, and whether the answers have an order. */
interface Question {
  readonly question: string
  readonly categories: readonly string[]
  readonly ordered: boolean
}

const VERDICTS: Question = { question: 'Verdict on an edit', categories: VERDICT_VALUES, ordered: false }
const OVERALL: Question = { question: 'Reports as a whole', categories: OVERALL_SCORES, ordered: true }

/** Draws per interval: the tail of a 95 % interval is then known to about half a point. */
const RESAMPLES = 1000

/** How far the readers of a set agree with each other, over first answers. */
export function agreementBetween(
  connection: Connection, setId: string, readers: readonly Reader[], seed: number,
): readonly AgreementTable[] {
  if (readers.length < 2) return []
  const columns = readers.map((reader) => ({ name: reader.name, readerId: reader.id, occurrence: 1 }))
  return [
    tableOf(VERDICTS, columns, verdictRatings(connection, setId, columns), seed),
    tableOf(OVERALL, columns, overallRatings(connection, setId, columns), seed),
  ].filter((table) => table.pairable > 0)
}

/** How far each reader agrees with the own first answer when an item comes again. */
export function agreementWithin(
  connection: Connection, setId: string, readers: readonly Reader[], seed: number,
): readonly AgreementTable[] {
  const repeating = new Set(connection.all(
    sql.selectFrom('answer').select('reader_id').distinct().where('set_id', '=', setId).where('occurrence', '=', 2),
  ).map((row) => row.reader_id))
  return readers.filter((reader) => repeating.has(reader.id)).flatMap((reader) => {
    const columns = [1, 2].map((occurrence) => (
      { name: `${reader.name}, ${occurrence === 1 ? 'first' : 'again'}`, readerId: reader.id, occurrence }))
    return [
      tableOf(VERDICTS, columns, verdictRatings(connection, setId, columns), seed),
      tableOf(OVERALL, columns, overallRatings(connection, setId, columns), seed),
    ].filter((table) => table.complete > 0)
  })
}

/** One column of ratings: a reader, and which of the reader's answers. */
interface Column {
  readonly name: string
  readonly readerId: string
  readonly occurrence: number
}

/** The verdicts on every edit, one column a reader; edits that were judged alike are one row. */
function verdictRatings(connection: Connection, setId: string, columns: readonly Column[]): Ratings {
  const code = fragment`case value when 'on-target' then 0 when 'off-target' then 1 else 2 end`
  const each = sql.selectFrom('answer_verdict').innerJoin('answer', 'answer.id', 'answer_verdict.answer_id')
    .select(columns.map(({ readerId, occurrence }, at) =>
      fragment<number | null>`max(case when reader_id = ${readerId} and occurrence = ${occurrence} then ${code} end)`.as(`c${at}`)))
    .where('answer.set_id', '=', setId).groupBy(['answer.item_id', 'edit_id'])
  return ratingsFrom(connection, each, columns.length)
}

function overallRatings(connection: Connection, setId: string, columns: readonly Column[]): Ratings {
  const score = fragment<string>`json_extract(body, '$.overall')`
  const code = fragment`case ${score} when '1' then 0 when '2a' then 1 when '2b' then 2 when '3a' then 3 when '3b' then 4 end`
  const each = sql.selectFrom('answer')
    .select(columns.map(({ readerId, occurrence }, at) =>
      fragment<number | null>`max(case when reader_id = ${readerId} and occurrence = ${occurrence} then ${code} end)`.as(`c${at}`)))
    .where('set_id', '=', setId).groupBy('item_id')
  return ratingsFrom(connection, each, columns.length)
}

type Rated = Parameters<Connection['all']>[0]

/** Counts equal rows here rather than in SQL: there are few, and their columns have no names of ours. */
function ratingsFrom(connection: Connection, query: Rated, readers: number): Ratings {
  const rows = new Map<string, { row: (number | null)[]; count: number }>()
  for (const found of connection.each(query as Parameters<typeof connection.each<Record<string, number | null>>>[0])) {
    const row = Array.from({ length: readers }, (_, at) => found[`c${at}`] ?? null)
    const key = row.join(' ')
    const known = rows.get(key)
    if (known === undefined) rows.set(key, { row, count: 1 })
    else known.count += 1
  }
  const all = [...rows.values()]
  return { readers, rows: all.map(({ row }) => row), counts: all.map(({ count }) => count) }
}

function tableOf(
  { question, categories, ordered }: Question, columns: readonly Column[], ratings: Ratings, seed: number,
): AgreementTable {
  const raw = columns.map((_, reader) => categories.map((_category, category) =>
    ratings.rows.reduce((sum, row, at) => sum + (row[reader] === category ? ratings.counts[at]! : 0), 0)))
  return {
    question, categories: [...categories], readers: columns.map(({ name }) => name), raw,
    complete: itemCount(complete(ratings)), pairable: itemCount(pairable(ratings)),
    coefficients: coefficientsOf(categories.length, ordered, columns.length).map(([name, statistic]) =>
      coefficient(name, ratings, statistic, seed)),
  }
}

type Statistic = (ratings: Ratings) => Estimate

/** What is worked out for a question, by name. */
function coefficientsOf(
  categories: number, ordered: boolean, readers: number,
): readonly (readonly [string, Statistic])[] {
  const equal = weightsOf('identity', categories)
  const linear = weightsOf('linear', categories)
  const squared = weightsOf('quadratic', categories)
  const two = readers === 2
  return [
    ['Observed agreement', (r) => observedAgreement(r, equal)],
    ...(two ? [["Cohen's kappa", (r: Ratings) => cohenKappa(r, equal)] as const] : []),
    ["Fleiss' kappa", (r) => fleissKappa(r, equal)],
    ['Gwet AC1', (r) => gwetAc(r, equal)],
    ['Krippendorff alpha, nominal', (r) => krippendorffAlpha(r, 'nominal')],
    ...(ordered ? [
      ...(two ? [
        ['Weighted kappa, linear', (r: Ratings) => cohenKappa(r, linear)] as const,
        ['Weighted kappa, quadratic', (r: Ratings) => cohenKappa(r, squared)] as const,
      ] : []),
      ['Gwet AC2, linear', (r: Ratings) => gwetAc(r, linear)] as const,
      ['Gwet AC2, quadratic', (r: Ratings) => gwetAc(r, squared)] as const,
      ['Krippendorff alpha, ordinal', (r: Ratings) => krippendorffAlpha(r, 'ordinal')] as const,
      ['ICC(2,1)', (r: Ratings) => intraclass(r, '2,1')] as const,
      ['ICC(3,1)', (r: Ratings) => intraclass(r, '3,1')] as const,
    ] : []),
  ]
}

function coefficient(name: string, ratings: Ratings, statistic: Statistic, seed: number): Coefficient {
  const { value, why } = statistic(ratings)
  if (value === null) return { name, value, low: null, high: null, why }
  const interval = bootstrapInterval(ratings, statistic, { resamples: RESAMPLES, seed })
  return { name, value, ...interval }
}
