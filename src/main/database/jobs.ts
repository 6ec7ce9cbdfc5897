import { sql, type Connection } from './connection.ts'
import type { JobTable } from './tables.ts'

export type JobKind = 'import' | 'demo' | 'model' | 'review'
export type JobState = 'running' | 'paused' | 'done' | 'failed' | 'cancelled' | 'interrupted'

/** Writes down that long work began, so that a crash leaves a trace of it; returns the job's number. */
export function startJob(
  connection: Connection, kind: JobKind, total: number, at: string, subject: string | null = null,
): number {
  return connection.transaction(() => {
    const row = { kind, subject, state: 'running', done: 0, total, note: '', started_at: at, updated_at: at }
    connection.run(sql.insertInto('job').values(row))
    return Number(connection.first(sql.selectFrom('job').select('id').orderBy('id', 'desc').limit(1))?.id)
  })
}

export function updateJob(
  connection: Connection, id: number, change: { state?: JobState; done?: number; note?: string }, at: string,
): void {
  connection.run(sql.updateTable('job').set({ ...change, updated_at: at }).where('id', '=', id))
}

/** The newest job of a kind on a subject, or null. */
export function latestJob(
  connection: Connection, kind: JobKind, subject: string,
): { readonly id: number; readonly state: JobState; readonly note: string } | null {
  const row = connection.first(
    sql.selectFrom('job').select(['id', 'state', 'note']).where('kind', '=', kind).where('subject', '=', subject)
      .orderBy('id', 'desc').limit(1),
  ) as Pick<JobTable, 'state' | 'note'> & { id: number } | null
  return row === null ? null : { id: row.id, state: row.state as JobState, note: row.note }
}

/** Jobs that were running when Hilum last ended are marked as interrupted; returns their kinds. */
export function closeInterruptedJobs(connection: Connection, at: string): readonly JobKind[] {
  return connection.transaction(() => {
    const kinds = connection.all(sql.selectFrom('job').select('kind').distinct().where('state', '=', 'running'))
    connection.run(sql.updateTable('job').set({ state: 'interrupted', updated_at: at }).where('state', '=', 'running'))
    return kinds.map((row) => row.kind as JobKind)
  })
}

/** Jobs of a kind that were cut off and not begun again since, newest first: their numbers and notes. */
export function interruptedJobs(
  connection: Connection, kind: JobKind,
): readonly { readonly id: number; readonly note: string; readonly done: number; readonly total: number }[] {
  return connection.all(
    sql.selectFrom('job').select(['id', 'note', 'done', 'total'])
      .where('kind', '=', kind).where('state', '=', 'interrupted').orderBy('id', 'desc'))
}

/** The subject of the newest job of a kind when a crash or the end of the program cut it off, or null. */
export function interruptedJob(connection: Connection, kind: JobKind): string | null {
  const row = connection.first(
    sql.selectFrom('job').select(['state', 'subject']).where('kind', '=', kind).orderBy('id', 'desc').limit(1),
  )
  return row?.state === 'interrupted' ? row.subject : null
}
