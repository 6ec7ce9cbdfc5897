import type { Comparison, KeptEdit, KeptGeneration } from '../../shared/contracts/main.ts'
import type { Correlation } from '../../shared/domain/corpus.ts'
import { Edit } from '../../shared/domain/edit.ts'
import type { Judge, Verdict } from '../../shared/domain/verdict.ts'
import { HilumError } from '../../shared/errors.ts'
import { appendAudit } from './audit.ts'
import { sql, type Connection } from './connection.ts'
import { loadGeneration } from './generations.ts'
import { sha256 } from './sha256.ts'
import type { ComparisonTable } from './tables.ts'
import { keepVerdict, standingVerdict, verdictHistory } from './verdicts.ts'

/** An edit with the first verdict on it, given by Hilum's rules. */
export interface JudgedEdit {
  readonly edit: Edit
  readonly verdict: Verdict
  readonly reason: string
  readonly correlation?: Correlation | null
}

export const RULES: Judge = { kind: 'rules', name: 'hilum' }

/** A comparison to be kept: two kept generations of one case, and the edits between them. */
export interface NewComparison {
  readonly baseline: KeptGeneration
  readonly steered: KeptGeneration
  readonly edits: readonly JudgedEdit[]
  readonly at: string
}

/** Keeps a comparison with its edits and the rules' verdicts, all or nothing; a known one is given back as it is. */
export function keepComparison(connection: Connection, made: NewComparison): Comparison {
  const id = comparisonId(made.baseline.id, made.steered.id)
  connection.transaction(() => {
    if (connection.first(sql.selectFrom('comparison').select('id').where('id', '=', id)) !== null) return
    const { baseline, steered, at } = made
    connection.run(
      sql.insertInto('comparison')
        .values({ id, case_id: baseline.caseId, baseline_id: baseline.id, steered_id: steered.id, created_at: at }),
    )
    const detail = { baseline: baseline.id, steered: steered.id, edits: made.edits.length }
    appendAudit(connection, { at, actor: 'hilum', action: 'comparison.kept', subject: id, detail })
    for (const [position, { edit, verdict, reason, correlation = null }] of made.edits.entries()) {
      const editId = `${id}.${position + 1}`
      const body = JSON.stringify(Edit.parse(edit))
      connection.run(sql.insertInto('edit').values({ id: editId, comparison_id: id, position, body }))
      keepVerdict(connection, { editId, judge: RULES, verdict, reason, correlation, at })
    }
  })
  return { baseline: made.baseline, steered: made.steered, edits: loadEdits(connection, id) }
}

/** The id of the comparison of two kept generations. */
export function comparisonId(baselineId: string, steeredId: string): string {
  return `x${sha256(`${baselineId}\n${steeredId}`).slice(0, 12)}`
}

/** A comparison by id, or the one of two generations. Throws `not-found`. */
export function loadComparison(connection: Connection, id: string): Comparison {
  const row = connection.first(sql.selectFrom('comparison').selectAll().where('id', '=', id))
  if (row === null) throw new HilumError('not-found', `There is no comparison ${id} in this workspace.`)
  return toComparison(connection, row)
}

/** Every comparison of a case, newest first. */
export function comparisonsOfCase(connection: Connection, caseId: string): readonly Comparison[] {
  const query = sql.selectFrom('comparison').selectAll().where('case_id', '=', caseId)
  return connection.all(query.orderBy('created_at', 'desc').orderBy('id')).map((row) => toComparison(connection, row))
}

/** The ids of all comparisons with their cases, oldest first. */
export function listComparisons(connection: Connection): readonly { id: string; caseId: string; createdAt: string }[] {
  return connection.all(
    sql.selectFrom('comparison').select(['id', 'case_id as caseId', 'created_at as createdAt']).orderBy('created_at').orderBy('id'),
  )
}

/** An edit with the verdicts that stand. Throws `not-found`. */
export function loadEdit(connection: Connection, editId: string): KeptEdit {
  const row = connection.first(sql.selectFrom('edit').selectAll().where('id', '=', editId))
  if (row === null) {
    throw new HilumError('not-found', `There is no edit "${editId}" in this workspace.`, {
      mend: 'Edit ids are in the answer of "hilum steer" and look like x0123456789ab.1.',
    })
  }
  return toEdit(connection, row)
}

function toComparison(connection: Connection, row: ComparisonTable): Comparison {
  return {
    baseline: loadGeneration(connection, row.baseline_id),
    steered: loadGeneration(connection, row.steered_id),
    edits: loadEdits(connection, row.id),
  }
}

function loadEdits(connection: Connection, comparisonId: string): readonly KeptEdit[] {
  const query = sql.selectFrom('edit').selectAll().where('comparison_id', '=', comparisonId).orderBy('position')
  return connection.all(query).map((row) => toEdit(connection, row))
}

function toEdit(connection: Connection, row: { id: string; position: number; body: string }): KeptEdit {
  const history = verdictHistory(connection, row.id)
  const rules = standingVerdict(history, 'rules')
  if (rules === null) throw new HilumError('corrupt', `Edit ${row.id} has no verdict by rule.`)
  const edit = Edit.parse(JSON.parse(row.body))
  const [reader, model] = [standingVerdict(history, 'reader'), standingVerdict(history, 'model')]
  return { id: row.id, index: row.position, edit, rules, reader, model }
}
