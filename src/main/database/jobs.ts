import { sql, type Connection } from './connection.ts'

export type JobKind = 'import' | 'demo' | 'model'
export type JobState = 'running' | 'done' | 'failed' | 'cancelled' | 'interrupted'

/** Writes down that long work began, so that a crash leaves a trace of it; returns the job's number. */
export function startJob(connection: Connection, kind: JobKind, total: number, at: string): number {
  return connection.transaction(() => {
    const row = { kind, state: 'running', done: 0, total, note: '', started_at: at, updated_at: at }
    connection.run(sql.insertInto('job').values(row))
    return Number(connection.first(sql.selectFrom('job').select('id').orderBy('id', 'desc').limit(1))?.id)
  })
}

export function updateJob(
  connection: Connection, id: number, change: { state?: JobState; done?: number; note?: string }, at: string,
): void {
  connection.run(sql.updateTable('job').set({ ...change, updated_at: at }).where('id', '=', id))
}

/** Jobs that were running when Hilum last ended are marked as interrupted; returns their kinds. */
export function closeInterruptedJobs(connection: Connection, at: string): readonly JobKind[] {
  return connection.transaction(() => {
    const kinds = connection.all(sql.selectFrom('job').select('kind').distinct().where('state', '=', 'running'))
    connection.run(sql.updateTable('job').set({ state: 'interrupted', updated_at: at }).where('state', '=', 'running'))
    return kinds.map((row) => row.kind as JobKind)
  })
}
