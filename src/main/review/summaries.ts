import type { ReviewSetSummary } from '../../shared/domain/reviewSet.ts'
import { sql, type Connection } from '../database/connection.ts'
import { latestJob } from '../database/jobs.ts'
import { findFreeze, isUnblinded, listSets, type KeptSet } from '../database/reviewSets.ts'

/** Every set as a list shows it, newest first. */
export function listSummaries(connection: Connection): readonly ReviewSetSummary[] {
  return listSets(connection).map((set) => summaryOf(connection, set))
}

/** A set with how far its generation and its readers are. */
export function summaryOf(connection: Connection, { id, plan, createdAt }: KeptSet): ReviewSetSummary {
  const count = { n: sql.fn.countAll<number>().as('n') }
  const items = connection.first(sql.selectFrom('review_item').select(count.n).where('set_id', '=', id))?.n ?? 0
  const generated = connection.first(
    sql.selectFrom('review_outcome').innerJoin('review_item', 'review_item.id', 'review_outcome.item_id').select(count.n)
      .where('review_item.set_id', '=', id),
  )?.n ?? 0
  const freeze = findFreeze(connection, id)
  const job = latestJob(connection, 'review', id)
  const stopped = job === null || job.state === 'done' || job.state === 'cancelled'
  const state = freeze !== null ? 'frozen' : stopped ? 'planned' : job.state
  return {
    id, name: plan.name, task: plan.task, createdAt, state, items, generated,
    note: freeze === null ? (job?.note ?? '') : '',
    contentHash: freeze?.contentHash ?? null,
    readers: progressOfReaders(connection, id, plan.readers),
    unblinded: isUnblinded(connection, id),
  }
}

function progressOfReaders(
  connection: Connection, setId: string, readers: readonly string[],
): ReviewSetSummary['readers'] {
  const assigned = connection.all(
    sql.selectFrom('review_assignment').select(['reader', sql.fn.countAll<number>().as('n')])
      .where('set_id', '=', setId).groupBy('reader'),
  )
  const answered = connection.all(
    sql.selectFrom('answer').innerJoin('reader', 'reader.id', 'answer.reader_id')
      .select(['reader.name as reader', sql.fn.countAll<number>().as('n')]).where('answer.set_id', '=', setId).groupBy('reader.name'),
  )
  const of = (rows: readonly { reader: string; n: number }[], name: string): number =>
    rows.find((row) => row.reader.toLowerCase() === name.toLowerCase())?.n ?? 0
  return readers.map((name) => ({ name, answered: of(answered, name), assigned: of(assigned, name) }))
}
