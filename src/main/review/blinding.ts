import { comparesReports } from '../../shared/domain/reviewSet.ts'
import { HilumError } from '../../shared/errors.ts'
import { sql, type Connection } from '../database/connection.ts'
import { isUnblinded, loadSet } from '../database/reviewSets.ts'

/**
 * Refuses what would tell which side was steered while a set is blinded: results, the items behind them, and exports.
 * Opening the blinding is an audited act, and ends the reading.
 */
export function needOpen(connection: Connection, idOrName: string): void {
  const { id, plan } = loadSet(connection, idOrName)
  if (!plan.blinded || !comparesReports(plan.task) || isUnblinded(connection, id)) return
  throw new HilumError('conflict', `“${plan.name}” is blinded: its results would tell which reports were steered.`, {
    mend: 'When reading is over, open the blinding with your name and a reason.',
  })
}

/**
 * The comparisons that a blinded set still asks about, of one case or (null) of all: neither the reading room nor an
 * export may show them.
 */
export function blindedComparisons(connection: Connection, caseId: string | null): ReadonlySet<string> {
  const all = sql.selectFrom('review_outcome')
    .innerJoin('review_item', 'review_item.id', 'review_outcome.item_id')
    .innerJoin('review_set', 'review_set.id', 'review_item.set_id')
    .leftJoin('review_unblinding', 'review_unblinding.set_id', 'review_set.id')
    .select(['review_outcome.comparison_id as id', 'review_set.plan']).distinct()
    .where('review_unblinding.id', 'is', null).where('review_outcome.comparison_id', 'is not', null)
  const query = caseId === null ? all : all.where('review_item.case_id', '=', caseId)
  const blinded = connection.all(query).filter(({ plan }) => (JSON.parse(plan) as { blinded: boolean }).blinded)
  return new Set(blinded.flatMap(({ id }) => (id === null ? [] : [id])))
}
