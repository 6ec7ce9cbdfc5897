import type { FilmView } from '../../shared/domain/study.ts'
import { HilumError } from '../../shared/errors.ts'
import { appendAudit } from '../database/audit.ts'
import type { Connection } from '../database/connection.ts'
import { sql } from '../database/connection.ts'
import { patientOfStudy } from '../database/studies.ts'
import { formCases } from './formCases.ts'

/**
 * Files a film under the view that a reader saw on it; what the file said is kept beside it. The patient's cases are
 * formed anew, but for those that something was generated for or measured on. Throws `not-found`.
 */
export function correctView(
  connection: Connection, hash: string, view: FilmView, reader: string, at: string,
): void {
  connection.transaction(() => {
    const film = connection.first(sql.selectFrom('film').selectAll().where('hash', '=', hash))
    if (film === null) throw new HilumError('not-found', 'This film is no longer in the workspace.')
    if (film.view === view) return
    const stated = film.view_stated ?? film.view
    connection.run(sql.updateTable('film').set({ view, view_stated: stated }).where('hash', '=', hash))
    const detail = { from: film.view, to: view, stated, viewPosition: film.view_position }
    appendAudit(connection, { at, actor: reader, action: 'film.view-corrected', subject: hash, detail })
    const patient = patientOfStudy(connection, film.study_uid)
    if (patient !== null) formCases(connection, patient)
  })
}
