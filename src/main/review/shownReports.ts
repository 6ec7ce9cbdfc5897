import { Edit } from '../../shared/domain/edit.ts'
import { FeatureItem } from '../../shared/domain/featureItem.ts'
import type { Case } from '../../shared/domain/study.ts'
import { HilumError } from '../../shared/errors.ts'
import { loadCase } from '../database/cases.ts'
import { sql, type Connection } from '../database/connection.ts'
import { findOutcome, loadItem } from '../database/reviewSets.ts'

/** The two texts of an item and what differs between them; the same text twice in the baseline control. */
export interface ShownReports {
  readonly case: Case
  readonly baseline: string
  readonly steered: string
  readonly edits: readonly { readonly id: string; readonly edit: Edit }[]
}

/** What an item about a feature alone shows. Throws `corrupt` when it cannot be read. */
export function shownFeature(connection: Connection, itemId: string): FeatureItem {
  const body = findOutcome(connection, itemId)?.body ?? null
  const parsed = FeatureItem.safeParse(body === null ? null : JSON.parse(body))
  if (parsed.success) return parsed.data
  throw new HilumError('corrupt', `What item ${itemId} shows cannot be read.`)
}

/** Throws `corrupt` when something of a frozen item is missing. */
export function shownReports(connection: Connection, itemId: string): ShownReports {
  const { item } = loadItem(connection, itemId)
  const outcome = findOutcome(connection, itemId)
  const comparison = outcome?.comparison_id == null ? null : connection.first(
    sql.selectFrom('comparison').select(['baseline_id', 'steered_id']).where('id', '=', outcome.comparison_id),
  )
  const text = (id: string | null | undefined): string => {
    const row = id == null ? null : connection.first(sql.selectFrom('generation').select('text').where('id', '=', id))
    if (row === null) throw new HilumError('corrupt', `A report of item ${itemId} is missing.`)
    return row.text
  }
  const subject = loadCase(connection, item.caseId ?? '')
  const baseline = text(comparison?.baseline_id ?? outcome?.baseline_id)
  if (comparison === null) return { case: subject, baseline, steered: baseline, edits: [] }
  const edits = connection.all(
    sql.selectFrom('edit').select(['id', 'body']).where('comparison_id', '=', outcome!.comparison_id!).orderBy('position'),
  ).map(({ id, body }) => ({ id, edit: Edit.parse(JSON.parse(body)) }))
  return { case: subject, baseline, steered: text(comparison.steered_id), edits }
}
