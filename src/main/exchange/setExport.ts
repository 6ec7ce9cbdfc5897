import { basename, resolve } from 'node:path'
import { appendAudit, auditHead } from '../database/audit.ts'
import { canonicalJson } from '../database/canonicalJson.ts'
import { sql, type Connection } from '../database/connection.ts'
import { assignmentsOfSet, findFreeze, itemsOfSet, isUnblinded, loadSet } from '../database/reviewSets.ts'
import { sha256 } from '../database/sha256.ts'
import { csvRecord } from './csv.ts'
import type { ExportOptions } from './writeExport.ts'
import { ZipWriter } from './zipWriter.ts'

/** What was written. */
export interface SetExportReport {
  readonly path: string
  readonly bytes: number
  readonly sha256: string
  readonly items: number
  readonly answers: number
  readonly verdicts: number
}

const VERDICT_COLUMNS = [
  'set', 'item', 'case', 'feature', 'strength', 'method', 'positions', 'control', 'reader', 'occurrence', 'baseline_side',
  'shown_at', 'submitted_at', 'seconds', 'overall', 'edit', 'verdict', 'category', 'significance',
] as const

/**
 * Writes a review set into one zip: the plan, the items with their texts and edits, the order of reading, every answer
 * whole (JSON Lines) and every verdict in long form (CSV, one row an edit, as from the baseline to the steered report).
 * A manifest holds size and SHA-256 of each file. The audit says that it was written.
 */
export async function writeSetExport(
  connection: Connection, setId: string, options: ExportOptions,
): Promise<SetExportReport> {
  const path = resolve(options.path)
  using zip = new ZipWriter(path)
  const { plan, createdAt } = loadSet(connection, setId)
  const counts = { items: 0, answers: 0, verdicts: 0 }
  const set = {
    format: 'hilum-review-set', version: 1, id: setId, createdAt, plan, frozen: findFreeze(connection, setId),
    unblinded: isUnblinded(connection, setId), hilumVersion: options.hilumVersion, exportedAt: options.at,
    audit: auditHead(connection),
  }
  const files = [
    zip.add('set.json', [`${JSON.stringify(set, null, 2)}\n`]),
    zip.add('items.jsonl', itemLines(connection, setId, counts)),
    zip.add('order.csv', orderRows(connection, setId)),
    zip.add('answers.jsonl', answerLines(connection, setId, counts)),
    zip.add('verdicts.csv', verdictRows(connection, setId, counts)),
  ]
  const unsealed = { format: 'hilum-review-set', version: 1, counts, files }
  zip.add('manifest.json', [`${JSON.stringify({ ...unsealed, seal: sha256(canonicalJson(unsealed)) }, null, 2)}\n`])
  const written = zip.finish()
  appendAudit(connection, {
    at: options.at, actor: 'hilum', action: 'review.exported', subject: setId, detail: { file: basename(path), ...written, counts },
  })
  return { path, ...written, ...counts }
}

type Counts = Record<'items' | 'answers' | 'verdicts', number>

function* itemLines(connection: Connection, setId: string, counts: Counts): Generator<string> {
  for (const { id, item } of itemsOfSet(connection, setId)) {
    const texts = connection.first(
      sql.selectFrom('review_outcome')
        .leftJoin('comparison', 'comparison.id', 'review_outcome.comparison_id')
        .leftJoin('generation as baseline', (join) => join.on((on) =>
          on('baseline.id', '=', on.fn.coalesce('comparison.baseline_id', 'review_outcome.baseline_id'))))
        .leftJoin('generation as steered', 'steered.id', 'comparison.steered_id')
        .select(['review_outcome.comparison_id as comparison', 'baseline.text as baseline', 'steered.text as steered'])
        .where('review_outcome.item_id', '=', id),
    )
    const edits = texts?.comparison == null ? [] : connection.all(
      sql.selectFrom('edit').select(['id', 'body']).where('comparison_id', '=', texts.comparison).orderBy('position'),
    ).map((edit) => ({ id: edit.id, edit: JSON.parse(edit.body) as unknown }))
    counts.items += 1
    yield `${canonicalJson({ id, ...item, baseline: texts?.baseline ?? null, steered: texts?.steered ?? null, edits })}\n`
  }
}

function* orderRows(connection: Connection, setId: string): Generator<string> {
  yield csvRecord(['reader', 'arm', 'position', 'item', 'occurrence', 'baseline_side'])
  for (const { reader, arm, position, item, occurrence, swapped } of assignmentsOfSet(connection, setId)) {
    yield csvRecord([reader, String(arm), String(position), `${setId}.${item}`, String(occurrence), swapped ? 'B' : 'A'])
  }
}

function* answerLines(connection: Connection, setId: string, counts: Counts): Generator<string> {
  const query = sql.selectFrom('answer').innerJoin('reader', 'reader.id', 'answer.reader_id').selectAll('answer')
    .select('reader.name as reader').where('set_id', '=', setId).orderBy('answer.id')
  for (const row of connection.each(query)) {
    counts.answers += 1
    const { id, item_id: item, reader, occurrence, swapped, seconds } = row
    const { shown_at: shownAt, submitted_at: submittedAt } = row
    const body = JSON.parse(row.body) as unknown
    yield `${canonicalJson({
      id, item, reader, occurrence, baselineSide: swapped === 1 ? 'B' : 'A', shownAt, submittedAt, seconds, body,
    })}\n`
  }
}

function* verdictRows(connection: Connection, setId: string, counts: Counts): Generator<string> {
  yield csvRecord(VERDICT_COLUMNS)
  const query = sql.selectFrom('answer_verdict')
    .innerJoin('answer', 'answer.id', 'answer_verdict.answer_id')
    .innerJoin('reader', 'reader.id', 'answer.reader_id')
    .innerJoin('review_item', 'review_item.id', 'answer.item_id')
    .select(['answer.item_id', 'case_id', 'feature', 'strength', 'method', 'positions', 'control', 'reader.name as reader'])
    .select(['occurrence', 'swapped', 'shown_at', 'submitted_at', 'seconds', 'answer.body', 'edit_id', 'value'])
    .select(['category', 'significance'])
    .where('answer.set_id', '=', setId).orderBy('answer.id').orderBy('edit_id')
  for (const row of connection.each(query)) {
    counts.verdicts += 1
    const { overall } = JSON.parse(row.body) as { overall?: string }
    yield csvRecord([
      setId, row.item_id, row.case_id ?? '', String(row.feature), row.strength === null ? '' : String(row.strength),
      row.method ?? '', row.positions ?? '', row.control ?? '', row.reader, String(row.occurrence),
      row.swapped === 1 ? 'B' : 'A', row.shown_at, row.submitted_at, String(row.seconds), overall ?? '', row.edit_id,
      row.value, row.category ?? '', row.significance ?? '',
    ])
  }
}
