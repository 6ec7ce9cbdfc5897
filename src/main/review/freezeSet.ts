import { HilumError } from '../../shared/errors.ts'
import { canonicalJson } from '../database/canonicalJson.ts'
import { sql, type Connection } from '../database/connection.ts'
import {
  assignmentsOfSet, findFreeze, itemsOfSet, keepFreeze, listSets, loadSet, type KeptSet,
} from '../database/reviewSets.ts'
import { sha256 } from '../database/sha256.ts'
import type { Assignment, ReviewItem } from '../../shared/domain/reviewSet.ts'
import { assignItems } from './assignItems.ts'

/** Freezes a set whose items all have an outcome: who reads what in which order, and the hash of it all. */
export function freezeSet(connection: Connection, setId: string, at: string): string {
  return connection.transaction(() => {
    const frozen = findFreeze(connection, setId)
    if (frozen !== null) return frozen.contentHash
    const { plan } = loadSet(connection, setId)
    const items = itemsOfSet(connection, setId).map(({ item }) => item)
    const assignments = assignItems(plan, items)
    const contentHash = contentHashOf(connection, setId, assignments)
    keepFreeze(connection, setId, { contentHash, assignments }, at)
    return contentHash
  })
}

/** What a reader is shown for an item, by hash. */
export interface FrozenItem {
  readonly item: ReviewItem
  /** SHA-256 of the two generations as kept; null where there are none. */
  readonly baseline: string | null
  readonly steered: string | null
  /** SHA-256 of each edit between them, in their order. */
  readonly edits: readonly string[]
  readonly body: string | null
}

/** SHA-256 over the canonical JSON of plan, items with what was generated for them, and order of reading. */
export function contentHashOf(connection: Connection, setId: string, assignments: readonly Assignment[]): string {
  const { plan } = loadSet(connection, setId)
  const order = assignments.toSorted((a, b) =>
    (a.reader < b.reader ? -1 : a.reader > b.reader ? 1 : a.arm - b.arm || a.position - b.position))
  return sha256(canonicalJson({ plan, items: frozenItems(connection, setId), assignments: order }))
}

/** The items of a set with what was generated for them. Throws `conflict` when something is missing still. */
export function frozenItems(connection: Connection, setId: string): readonly FrozenItem[] {
  return itemsOfSet(connection, setId).map(({ id, item }) => {
    const row = connection.first(
      sql.selectFrom('review_outcome')
        .leftJoin('comparison', 'comparison.id', 'review_outcome.comparison_id')
        .leftJoin('generation as baseline', (join) => join.on((on) =>
          on('baseline.id', '=', on.fn.coalesce('comparison.baseline_id', 'review_outcome.baseline_id'))))
        .leftJoin('generation as steered', 'steered.id', 'comparison.steered_id')
        .select(['review_outcome.comparison_id', 'review_outcome.body', 'baseline.body as baseline', 'steered.body as steered'])
        .where('review_outcome.item_id', '=', id),
    )
    if (row === null) throw new HilumError('conflict', `Item ${item.number} of the set was not generated yet.`)
    const edits = row.comparison_id === null ? [] : connection.all(
      sql.selectFrom('edit').select('body').where('comparison_id', '=', row.comparison_id).orderBy('position'),
    )
    const hash = (text: string | null): string | null => (text === null ? null : sha256(text))
    return {
      item, baseline: hash(row.baseline), steered: hash(row.steered), edits: edits.map(({ body }) => sha256(body)),
      body: row.body,
    }
  })
}

/** Works out the hash of every frozen set again; returns how many there are. Throws `corrupt` with one that differs. */
export function verifyFrozenSets(connection: Connection): number {
  const frozen = listSets(connection).filter(({ id }) => findFreeze(connection, id) !== null)
  for (const set of frozen) verifyFrozenSet(connection, set)
  return frozen.length
}

function verifyFrozenSet(connection: Connection, { id, plan }: KeptSet): void {
  const kept = findFreeze(connection, id)
  if (kept?.contentHash === contentHashOf(connection, id, assignmentsOfSet(connection, id))) return
  throw new HilumError('corrupt', `The review set “${plan.name}” is not what was frozen ${kept?.frozenAt ?? ''}.`, {
    mend: 'Somebody or something changed the database from outside. Keep a copy and restore the newest backup.',
  })
}
