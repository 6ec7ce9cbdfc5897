import { Measurement } from '../../shared/domain/measurement.ts'
import { HilumError } from '../../shared/errors.ts'
import { sql, type Connection } from './connection.ts'

/** Keeps a measurement of a case, or its newer shape. Throws `not-found` when there is no such case or film. */
export function keepMeasurement(connection: Connection, caseId: string, measurement: Measurement, at: string): void {
  const known = connection.first(sql.selectFrom('case').select('id').where('id', '=', caseId))
  const film = connection.first(sql.selectFrom('film').select('hash').where('hash', '=', measurement.filmHash))
  if (known === null || film === null) {
    throw new HilumError('not-found', 'The measurement was not kept: its case or its film is no longer here.')
  }
  const shape = { film_hash: measurement.filmHash, body: JSON.stringify(measurement), updated_at: at }
  connection.run(
    sql.insertInto('measurement').values({ id: measurement.id, case_id: caseId, created_at: at, ...shape })
      .onConflict((c) => c.column('id').doUpdateSet(shape)),
  )
}

export function removeMeasurement(connection: Connection, caseId: string, id: string): void {
  connection.run(sql.deleteFrom('measurement').where('case_id', '=', caseId).where('id', '=', id))
}

/** The measurements of a case, oldest first. One that cannot be read back is left out. */
export function measurementsOfCase(connection: Connection, caseId: string): readonly Measurement[] {
  const rows = connection.all(
    sql.selectFrom('measurement').select('body').where('case_id', '=', caseId).orderBy('created_at').orderBy('id'),
  )
  return rows.flatMap((row) => {
    const read = Measurement.safeParse(JSON.parse(row.body))
    return read.success ? [read.data] : []
  })
}
