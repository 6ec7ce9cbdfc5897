import type { KeptVerdict } from '../../shared/contracts/main.ts'
import { Correlation } from '../../shared/domain/corpus.ts'
import { Judge, Verdict } from '../../shared/domain/verdict.ts'
import { HilumError } from '../../shared/errors.ts'
import { appendAudit, verdictFacts } from './audit.ts'
import { sql, type Connection } from './connection.ts'
import { sha256 } from './sha256.ts'
import type { VerdictTable } from './tables.ts'

/** A verdict to be kept. A null verdict takes the judge's standing one back. */
export interface NewVerdict {
  readonly editId: string
  readonly judge: Judge
  readonly verdict: Verdict | null
  readonly reason: string
  readonly at: string
  /** Of an off-target verdict by rule: whether the corpus explains the edit. */
  readonly correlation?: Correlation | null
}

/** One row of an edit's verdict history; `verdict` is null where the judge took one back. */
export interface VerdictRow {
  readonly judge: Judge
  readonly verdict: Verdict | null
  readonly reason: string
  readonly createdAt: string
  readonly correlation: Correlation | null
}

/**
 * Appends a verdict and its audit row in one transaction; when it returns, both are on the disk. The audit row names
 * the hash of the edit that was judged. Throws `not-found` for an unknown edit.
 */
export function keepVerdict(connection: Connection, made: NewVerdict): void {
  connection.transaction(() => {
    const edit = connection.first(sql.selectFrom('edit').select('body').where('id', '=', made.editId))
    if (edit === null) throw new HilumError('not-found', `There is no edit ${made.editId} in this workspace.`)
    const verdict = made.verdict === null ? null : Verdict.parse(made.verdict)
    const row: Omit<VerdictTable, 'id' | 'audit_seq'> = {
      edit_id: made.editId,
      judge_kind: made.judge.kind,
      judge_name: made.judge.name,
      value: verdict?.value ?? null,
      category: verdict?.category ?? null,
      significance: verdict?.significance ?? null,
      note: verdict?.note ?? '',
      reason: made.reason,
      created_at: made.at,
      correlation: made.correlation ? JSON.stringify(Correlation.parse(made.correlation)) : null,
    }
    const audit_seq = appendAudit(connection, {
      at: made.at,
      actor: `${made.judge.kind}:${made.judge.name}`,
      action: verdict === null ? 'verdict.withdrawn' : 'verdict.recorded',
      subject: made.editId,
      detail: { verdict: verdictFacts(row), editHash: sha256(edit.body) },
    })
    connection.run(sql.insertInto('verdict').values({ ...row, audit_seq }))
  })
}

/** The number of the newest verdict: a snapshot of an append-only table is everything up to it. */
export function newestVerdict(connection: Connection): number {
  return connection.first(sql.selectFrom('verdict').select('id').orderBy('id', 'desc').limit(1))?.id ?? 0
}

/** Everything that was judged about an edit up to a verdict's number, oldest first. */
export function verdictHistory(
  connection: Connection, editId: string, upTo: number = Number.MAX_SAFE_INTEGER,
): readonly VerdictRow[] {
  const query = sql.selectFrom('verdict').selectAll().where('edit_id', '=', editId).where('id', '<=', upTo).orderBy('id')
  return connection.all(query).map((row) => ({
    judge: Judge.parse({ kind: row.judge_kind, name: row.judge_name }),
    verdict: row.value === null ? null : Verdict.parse(row),
    reason: row.reason,
    createdAt: row.created_at,
    correlation: row.correlation === null ? null : Correlation.parse(JSON.parse(row.correlation)),
  }))
}

/** The verdict that stands: the newest of the judges of a kind, unless it was taken back. */
export function standingVerdict(history: readonly VerdictRow[], kind: Judge['kind']): KeptVerdict | null {
  const last = history.filter((row) => row.judge.kind === kind).at(-1)
  if (last === undefined || last.verdict === null) return null
  const { judge, verdict, reason, createdAt, correlation } = last
  return { judge, verdict, reason, createdAt, correlation }
}
