import { ReviewItem, ReviewPlan, type Assignment } from '../../shared/domain/reviewSet.ts'
import { HilumError } from '../../shared/errors.ts'
import { appendAudit } from './audit.ts'
import { canonicalJson } from './canonicalJson.ts'
import { sql, type Connection } from './connection.ts'
import { sha256 } from './sha256.ts'
import type { ReviewItemTable, ReviewOutcomeTable, ReviewSetTable } from './tables.ts'

/** A kept set: its plan, and when it was made. */
export interface KeptSet {
  readonly id: string
  readonly plan: ReviewPlan
  readonly createdAt: string
}

/** A kept item: what is planned, and its id in the database. */
export interface KeptItem {
  readonly id: string
  readonly item: ReviewItem
}

/** What was generated for an item. */
export type Outcome = Omit<ReviewOutcomeTable, 'item_id' | 'created_at'>

/** Keeps a plan with its items, all or nothing. Throws `conflict` when the name is taken. */
export function keepSet(
  connection: Connection, plan: ReviewPlan, items: readonly ReviewItem[], at: string, actor: string,
): KeptSet {
  return connection.transaction(() => {
    if (connection.first(sql.selectFrom('review_set').select('id').where('name', '=', plan.name)) !== null) {
      throw new HilumError('conflict', `There is a review set named “${plan.name}” already.`, { mend: 'Choose another name.' })
    }
    const body = canonicalJson(plan)
    const id = `s${sha256(`${body}\n${at}`).slice(0, 12)}`
    const detail = { name: plan.name, planHash: sha256(body), items: items.length }
    const audit_seq = appendAudit(connection, { at, actor, action: 'review.planned', subject: id, detail })
    const row: ReviewSetTable = { id, name: plan.name, task: plan.task, plan: body, created_at: at, audit_seq }
    connection.run(sql.insertInto('review_set').values(row))
    for (const item of items) connection.run(sql.insertInto('review_item').values(toRow(id, item)))
    return { id, plan, createdAt: at }
  })
}

/** A set by id or name. Throws `not-found`. */
export function loadSet(connection: Connection, idOrName: string): KeptSet {
  const query = sql.selectFrom('review_set').selectAll()
    .where((where) => where.or([where('id', '=', idOrName), where('name', '=', idOrName)]))
  const row = connection.first(query)
  if (row === null) {
    throw new HilumError('not-found', `There is no review set “${idOrName}” in this workspace.`, {
      mend: 'List the sets with "hilum set status".',
    })
  }
  return toSet(row)
}

/** Every set, newest first. */
export function listSets(connection: Connection): readonly KeptSet[] {
  return connection.all(sql.selectFrom('review_set').selectAll().orderBy('created_at', 'desc').orderBy('id')).map(toSet)
}

/** The items of a set in their order. */
export function itemsOfSet(connection: Connection, setId: string): readonly KeptItem[] {
  const query = sql.selectFrom('review_item').selectAll().where('set_id', '=', setId).orderBy('number')
  return connection.all(query).map(toItem)
}

/** One item. Throws `not-found`. */
export function loadItem(connection: Connection, itemId: string): KeptItem {
  const row = connection.first(sql.selectFrom('review_item').selectAll().where('id', '=', itemId))
  if (row === null) throw new HilumError('not-found', `There is no review item ${itemId}.`)
  return toItem(row)
}

/** Keeps what was generated for an item; a second time is a no-op, as after a crash between two steps. */
export function keepOutcome(connection: Connection, itemId: string, outcome: Outcome, at: string): void {
  connection.transaction(() => {
    if (findOutcome(connection, itemId) !== null) return
    connection.run(sql.insertInto('review_outcome').values({ item_id: itemId, ...outcome, created_at: at }))
  })
}

export function findOutcome(connection: Connection, itemId: string): Outcome | null {
  return connection.first(
    sql.selectFrom('review_outcome').select(['baseline_id', 'comparison_id', 'body']).where('item_id', '=', itemId),
  )
}

/** The ids of a set's items that have an outcome. */
export function itemsWithOutcome(connection: Connection, setId: string): ReadonlySet<string> {
  const query = sql.selectFrom('review_outcome').innerJoin('review_item', 'review_item.id', 'review_outcome.item_id')
    .select('review_outcome.item_id as id').where('review_item.set_id', '=', setId)
  return new Set(connection.all(query).map((row) => row.id))
}

/** When and as what a set was frozen, or null. */
export function findFreeze(connection: Connection, setId: string): { contentHash: string; frozenAt: string } | null {
  return connection.first(
    sql.selectFrom('review_freeze').select(['content_hash as contentHash', 'frozen_at as frozenAt'])
      .where('set_id', '=', setId),
  )
}

/** Freezes a set with the order of reading, all or nothing. */
export function keepFreeze(
  connection: Connection, setId: string,
  frozen: { readonly contentHash: string; readonly assignments: readonly Assignment[] }, at: string,
): void {
  connection.transaction(() => {
    const { contentHash, assignments } = frozen
    for (const { item, swapped, ...rest } of assignments) {
      const row = { ...rest, set_id: setId, item_id: itemId(setId, item), swapped: swapped ? 1 : 0 }
      connection.run(sql.insertInto('review_assignment').values(row))
    }
    const detail = { contentHash, readings: assignments.length }
    const audit_seq = appendAudit(connection, { at, actor: 'hilum', action: 'review.frozen', subject: setId, detail })
    const row = { set_id: setId, content_hash: contentHash, frozen_at: at, audit_seq }
    connection.run(sql.insertInto('review_freeze').values(row))
  })
}

/** Every showing of a frozen set, by reader, arm and position. */
export function assignmentsOfSet(connection: Connection, setId: string): readonly Assignment[] {
  const query = sql.selectFrom('review_assignment')
    .innerJoin('review_item', 'review_item.id', 'review_assignment.item_id')
    .select(['reader', 'arm', 'position', 'review_item.number as item', 'occurrence', 'swapped'])
    .where('review_assignment.set_id', '=', setId)
    .orderBy('reader').orderBy('arm').orderBy('position')
  return connection.all(query).map((row) => ({ ...row, swapped: row.swapped === 1 }))
}

/** Opens a set's blinding, for ever, and says who did it and why. */
export function keepUnblinding(connection: Connection, setId: string, who: string, reason: string, at: string): void {
  connection.transaction(() => {
    const audit_seq = appendAudit(connection, { at, actor: who, action: 'review.unblinded', subject: setId, detail: { reason } })
    const row = { set_id: setId, who, reason, created_at: at, audit_seq }
    connection.run(sql.insertInto('review_unblinding').values(row))
  })
}

export function isUnblinded(connection: Connection, setId: string): boolean {
  return connection.first(sql.selectFrom('review_unblinding').select('id').where('set_id', '=', setId).limit(1)) !== null
}

export function itemId(setId: string, number: number): string {
  return `${setId}.${number}`
}

function toRow(setId: string, item: ReviewItem): ReviewItemTable {
  const { number, caseId, feature, strength, method, positions, control, intervention } = item
  return {
    id: itemId(setId, number), set_id: setId, number, case_id: caseId, feature, strength, method, positions, control,
    intervention: intervention === null ? null : canonicalJson(intervention),
  }
}

function toItem(row: ReviewItemTable): KeptItem {
  const { id, number, case_id: caseId, feature, strength, method, positions, control } = row
  const intervention: unknown = row.intervention === null ? null : JSON.parse(row.intervention)
  const item = ReviewItem.parse({ number, caseId, feature, strength, method, positions, control, intervention })
  return { id, item }
}

function toSet(row: ReviewSetTable): KeptSet {
  return { id: row.id, plan: ReviewPlan.parse(JSON.parse(row.plan)), createdAt: row.created_at }
}
