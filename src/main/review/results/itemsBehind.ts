import { RULES_JUDGE, type ResultItem, type ResultsFilter } from '../../../shared/domain/results.ts'
import { sql, type Connection } from '../../database/connection.ts'
import { itemsOfSet, loadSet } from '../../database/reviewSets.ts'
import { shownReports } from '../shownReports.ts'
import { effectOf, standingRules } from './effects.ts'

type Verdicts = ResultItem['verdicts']

/** The items behind a number, at most `limit`, in the order of the set. */
export function itemsBehind(
  connection: Connection, idOrName: string, filter: ResultsFilter, limit: number,
): readonly ResultItem[] {
  const { id: setId } = loadSet(connection, idOrName)
  const fits = <T>(wanted: T | undefined, value: T): boolean => wanted === undefined || wanted === value
  const found: ResultItem[] = []
  for (const { id, item } of itemsOfSet(connection, setId)) {
    if (item.caseId === null || !fits(filter.feature, item.feature)) continue
    if (!fits<number | null>(filter.strength, item.strength) || !fits(filter.control, item.control)) continue
    for (const { judge, seconds, overall, verdicts } of judgementsOf(connection, setId, id, filter.judge)) {
      const effect = effectOf(flagsOf(verdicts))
      if (filter.effect !== undefined && !filter.effect.includes(effect)) continue
      const inCategory = (one: Verdicts[number]): boolean => one.value === 'off-target' && one.category === filter.category
      if (filter.category !== undefined && !verdicts.some(inCategory)) continue
      const { baseline, steered } = shownReports(connection, id)
      found.push({
        itemId: id, number: item.number, caseId: item.caseId, feature: item.feature, strength: item.strength,
        control: item.control, judge, effect, baseline, steered, seconds, overall, verdicts,
      })
      if (found.length === limit) return found
    }
  }
  return found
}

interface Judgement {
  readonly judge: string
  readonly seconds: number | null
  readonly overall: string | null
  readonly verdicts: Verdicts
}

function judgementsOf(
  connection: Connection, setId: string, itemId: string, judge: string | undefined,
): readonly Judgement[] {
  const rules = (): Judgement => ({
    judge: RULES_JUDGE, seconds: null, overall: null,
    verdicts: connection.all(
      standingRules(setId).select(['edit.id as editId', 'verdict.value', 'verdict.category', 'verdict.significance'])
        .where('review_item.id', '=', itemId).orderBy('edit.position'),
    ).map((row) => ({ ...row, value: row.value ?? '' })),
  })
  if (judge === RULES_JUDGE) return [rules()]
  let query = sql.selectFrom('answer').innerJoin('reader', 'reader.id', 'answer.reader_id')
    .select(['answer.id', 'reader.name', 'seconds', 'body']).where('item_id', '=', itemId).where('occurrence', '=', 1)
  if (judge !== undefined) query = query.where('reader.name', '=', judge)
  const answers = connection.all(query.orderBy('reader.name')).map(({ id, name, seconds, body }) => ({
    judge: name, seconds, overall: (JSON.parse(body) as { overall?: string }).overall ?? null,
    verdicts: connection.all(
      sql.selectFrom('answer_verdict').select(['edit_id as editId', 'value', 'category', 'significance'])
        .where('answer_id', '=', id).orderBy('edit_id'),
    ),
  }))
  return judge === undefined ? [rules(), ...answers] : answers
}

function flagsOf(verdicts: Verdicts): Parameters<typeof effectOf>[0] {
  if (verdicts.length === 0) return { onTarget: null, offTarget: null }
  const any = (value: string): number => (verdicts.some((one) => one.value === value) ? 1 : 0)
  return { onTarget: any('on-target'), offTarget: any('off-target') }
}
