import type { Compilable } from 'kysely'
import { HilumError } from '../../shared/errors.ts'
import { answerFacts } from './answerFacts.ts'
import { canonicalJson } from './canonicalJson.ts'
import { sql, type Connection } from './connection.ts'
import { sha256 } from './sha256.ts'
import type { AuditTable } from './tables.ts'

/** What can be written into the audit. */
export type AuditAction =
  | 'workspace.created' | 'workspace.migrated' | 'demo.drawn' | 'studies.imported' | 'pacs.fetched'
  | 'generation.kept' | 'comparison.kept' | 'verdict.recorded' | 'verdict.withdrawn' | 'verdicts.exported'
  | 'film.view-corrected'
  | 'model.added' | 'model.chosen' | 'model.removed'
  | 'dictionary.added' | 'dictionary.calibrated' | 'dictionary.chosen' | 'dictionary.removed'
  | 'reader.added' | 'reader.pin-changed' | 'reader.signed-in' | 'reader.refused'
  | 'review.planned' | 'review.frozen' | 'review.answered' | 'review.unblinded' | 'review.exported'
  | 'corpus.added' | 'target.set' | 'target.withdrawn' | 'judge.asked' | 'judge.configured'

/** An entry before it is chained: who did what to what, and the values. */
export interface AuditEntry {
  readonly at: string // ISO 8601, UTC
  readonly actor: string
  readonly action: AuditAction
  readonly subject: string
  readonly detail: unknown
}

export const AUDIT_ROOT = '0'.repeat(64)

/**
 * Appends an entry and returns its number. Each row's hash covers its own values and the hash before it, so a row
 * that is altered, taken out or put in later breaks the chain from there on.
 */
export function appendAudit(connection: Connection, entry: AuditEntry): number {
  return connection.transaction(() => {
    const last = auditHead(connection)
    const row = {
      seq: last.rows + 1,
      at: entry.at,
      actor: entry.actor,
      action: entry.action,
      subject: entry.subject,
      detail: canonicalJson(entry.detail),
      previous: last.hash,
    }
    connection.run(sql.insertInto('audit').values({ ...row, hash: auditHash(row) }))
    return row.seq
  })
}

/** SHA-256 over the row's values as canonical JSON of an array, in the order of the columns. */
export function auditHash(row: Omit<AuditTable, 'hash'>): string {
  return sha256(canonicalJson([row.seq, row.at, row.actor, row.action, row.subject, row.detail, row.previous]))
}

/** The length of the audit and the hash of its last row. */
export interface AuditHead {
  readonly rows: number
  readonly hash: string
}

/** The last row of the audit as it stands, unchecked. */
export function auditHead(connection: Connection): AuditHead {
  const last = connection.first(sql.selectFrom('audit').select(['seq', 'hash']).orderBy('seq', 'desc').limit(1))
  return { rows: last?.seq ?? 0, hash: last?.hash ?? AUDIT_ROOT }
}

/**
 * Walks the whole chain, and checks that every verdict and every answer says what the audit says about it, and that
 * none of those that the audit knows is missing. Throws `corrupt` with the first row that does not fit.
 */
export function verifyAudit(connection: Connection): AuditHead {
  let previous = AUDIT_ROOT
  let rows = 0
  for (const row of connection.each(sql.selectFrom('audit').selectAll().orderBy('seq'))) {
    rows += 1
    if (row.seq !== rows) throw broken(rows, 'a row is missing')
    if (row.previous !== previous) throw broken(row.seq, 'it does not follow the row before it')
    if (row.hash !== auditHash(row)) throw broken(row.seq, 'its values were altered')
    previous = row.hash
  }
  verifyVerdicts(connection)
  verifyAnswers(connection)
  verifyCount(connection, 'verdict', ['verdict.recorded', 'verdict.withdrawn'])
  verifyCount(connection, 'answer', ['review.answered'])
  return { rows, hash: previous }
}

function verifyVerdicts(connection: Connection): void {
  const query = sql.selectFrom('verdict').leftJoin('audit', 'audit.seq', 'verdict.audit_seq')
    .select(['verdict.id', 'verdict.edit_id', 'verdict.judge_kind', 'verdict.judge_name', 'verdict.value'])
    .select(['verdict.category', 'verdict.significance', 'verdict.note', 'verdict.reason', 'verdict.created_at'])
    .select('verdict.correlation')
    .select(['audit.subject', 'audit.detail'])
    .orderBy('verdict.id')
  for (const row of connection.each(query)) {
    const { id, subject, detail, ...values } = row
    const audited = detail === null ? null : (JSON.parse(detail) as { verdict?: unknown })
    if (subject !== values.edit_id || canonicalJson(audited?.verdict ?? null) !== canonicalJson(verdictFacts(values))) {
      throw new HilumError('corrupt', `Verdict ${id} on edit ${values.edit_id} is not what the audit recorded.`, { mend: MEND })
    }
  }
}

function verifyAnswers(connection: Connection): void {
  const query = sql.selectFrom('answer').leftJoin('audit', 'audit.seq', 'answer.audit_seq').selectAll('answer')
    .select(['audit.subject', 'audit.detail']).orderBy('answer.id')
  const verdicts = sql.selectFrom('answer_verdict').select(['answer_id', 'edit_id', 'value', 'category', 'significance'])
    .orderBy('answer_id').orderBy('edit_id')
  // Both in the order of answers: one pass over each, whatever their number.
  const said = Map.groupBy(connection.all(verdicts), (row) => row.answer_id)
  for (const { id, audit_seq: _seq, subject, detail, ...values } of connection.each(query)) {
    const audited = detail === null ? null : (JSON.parse(detail) as { answer?: unknown })
    const own = (said.get(id) ?? []).map(({ answer_id: _id, ...verdict }) => verdict)
    const facts = canonicalJson(answerFacts(values, own))
    if (subject !== values.item_id || canonicalJson(audited?.answer ?? null) !== facts) {
      throw new HilumError('corrupt', `Answer ${id} on item ${values.item_id} is not what the audit recorded.`, { mend: MEND })
    }
  }
}

/** Every audited row must still be there: a row that was taken out leaves the chain whole. */
function verifyCount(connection: Connection, table: 'verdict' | 'answer', actions: readonly AuditAction[]): void {
  const count = (query: Compilable<{ n: number }>): number => connection.first(query)?.n ?? 0
  const rows = count(sql.selectFrom(table).select((select) => select.fn.countAll<number>().as('n')))
  const audited = count(sql.selectFrom('audit').select((select) => select.fn.countAll<number>().as('n'))
    .where('action', 'in', actions))
  if (rows === audited) return
  throw new HilumError('corrupt', `The audit recorded ${audited} of the ${table}s, but there are ${rows}.`, { mend: MEND })
}

/** A verdict row's values as the audit keeps them. */
export function verdictFacts(row: {
  judge_kind: string
  judge_name: string
  value: string | null
  category: string | null
  significance: string | null
  note: string
  reason: string
  created_at: string
  correlation: string | null
}): unknown {
  const { judge_kind, judge_name, value, category, significance, note, reason, created_at, correlation } = row
  const facts = { judge_kind, judge_name, value, category, significance, note, reason, created_at }
  // Left out where there is none, as in rows from before Hilum knew corpora.
  return correlation === null ? facts : { ...facts, correlation: JSON.parse(correlation) as unknown }
}

const MEND = 'Somebody or something changed the database from outside. Keep a copy and restore the newest backup.'

function broken(seq: number, how: string): HilumError {
  return new HilumError('corrupt', `The audit chain breaks at row ${seq}: ${how}.`, { mend: MEND })
}
