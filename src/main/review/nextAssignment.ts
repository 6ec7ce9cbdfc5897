import { sql, type Connection } from '../database/connection.ts'
import type { Reader } from '../database/readers.ts'

/** The showing that comes next. */
export interface NextAssignment {
  readonly itemId: string
  readonly arm: number
  readonly occurrence: number
  readonly swapped: boolean
}

/** The first showing of a set that a reader has not answered, or null. */
export function nextAssignment(connection: Connection, setId: string, reader: Reader): NextAssignment | null {
  const query = sql.selectFrom('review_assignment as showing')
    .leftJoin('answer', (join) => join.onRef('answer.item_id', '=', 'showing.item_id')
      .onRef('answer.occurrence', '=', 'showing.occurrence').on('answer.reader_id', '=', reader.id))
    .select(['showing.item_id as itemId', 'showing.arm', 'showing.occurrence', 'showing.swapped'])
    .where('showing.set_id', '=', setId).where('showing.reader', '=', reader.name).where('answer.id', 'is', null)
    .orderBy('showing.arm').orderBy('showing.position').limit(1)
  const row = connection.first(query)
  return row === null ? null : { ...row, swapped: row.swapped === 1 }
}

/** How many showings of a set a reader has, and how many are answered. */
export function progressOf(
  connection: Connection, setId: string, reader: Reader,
): { readonly answered: number; readonly assigned: number } {
  const count = sql.fn.countAll<number>().as('n')
  const assigned = sql.selectFrom('review_assignment').select(count).where('set_id', '=', setId)
    .where('reader', '=', reader.name)
  const answered = sql.selectFrom('answer').select(count).where('set_id', '=', setId).where('reader_id', '=', reader.id)
  return { answered: connection.first(answered)?.n ?? 0, assigned: connection.first(assigned)?.n ?? 0 }
}
