import { HilumError } from '../../shared/errors.ts'
import { Film, Patient, Study } from '../../shared/domain/study.ts'
import { sql, type Connection } from './connection.ts'
import type { FilmTable, PatientTable, SeriesTable, StudyTable } from './tables.ts'

/** Text that comes with a study. Null leaves what is kept as it is. */
export type StudyText = Pick<StudyTable, 'report' | 'indication' | 'technique' | 'comparison'>

/** Keeps a patient; one that is already known stays as it was. */
export function keepPatient(connection: Connection, patient: PatientTable): void {
  connection.run(sql.insertInto('patient').values(patient).onConflict((c) => c.doNothing()))
}

/** Keeps a study; one that is already known stays as it was. */
export function keepStudy(connection: Connection, study: Omit<StudyTable, keyof StudyText>): void {
  const row = { ...study, report: null, indication: null, technique: null, comparison: null }
  connection.run(sql.insertInto('study').values(row).onConflict((c) => c.doNothing()))
}

export function keepSeries(connection: Connection, series: SeriesTable): void {
  connection.run(sql.insertInto('series').values(series).onConflict((c) => c.doNothing()))
}

/** Keeps a film. Throws `conflict` when its hash or its SOP Instance UID is already there. */
export function keepFilm(connection: Connection, film: Omit<FilmTable, 'view_stated'>): void {
  connection.run(sql.insertInto('film').values(film))
}

/** Sets the text that came with a study. */
export function keepStudyText(connection: Connection, studyUid: string, text: StudyText): void {
  connection.run(sql.updateTable('study').set(text).where('uid', '=', studyUid))
}

/** Sets text where a study has none yet; what it has stays. Returns whether the study is there. */
export function fillStudyText(connection: Connection, studyUid: string, text: StudyText): boolean {
  const row = connection.first(
    sql.selectFrom('study').select(['report', 'indication', 'technique', 'comparison']).where('uid', '=', studyUid),
  )
  if (row === null) return false
  keepStudyText(connection, studyUid, {
    report: row.report ?? text.report,
    indication: row.indication ?? text.indication,
    technique: row.technique ?? text.technique,
    comparison: row.comparison ?? text.comparison,
  })
  return true
}

/** The hash of the film that is already kept under this SOP Instance UID or this hash, or null. */
export function findFilm(connection: Connection, sopInstanceUid: string, hash: string): string | null {
  const query = sql.selectFrom('film').select('hash')
    .where((where) => where.or([where('sop_instance_uid', '=', sopInstanceUid), where('hash', '=', hash)]))
    .orderBy('hash')
  return connection.first(query)?.hash ?? null
}

/** How many of these SOP Instance UIDs are kept. */
export function countFilms(connection: Connection, sopInstanceUids: readonly string[]): number {
  const query = sql.selectFrom('film').select((select) => select.fn.countAll<number>().as('n'))
    .where('sop_instance_uid', 'in', sopInstanceUids)
  return connection.first(query)?.n ?? 0
}

/** The patient a study is filed under, or null. */
export function patientOfStudy(connection: Connection, studyUid: string): string | null {
  return connection.first(sql.selectFrom('study').select('patient_key').where('uid', '=', studyUid))?.patient_key ?? null
}

export function loadPatient(connection: Connection, key: string): Patient {
  const row = connection.first(sql.selectFrom('patient').selectAll().where('key', '=', key))
  if (row === null) throw new HilumError('not-found', `There is no patient ${key} in this workspace.`)
  return Patient.parse({ id: row.id, name: row.name, birthDate: row.birth_date, sex: row.sex })
}

/** A study with its films, frontal films first. Throws `not-found`. */
export function loadStudy(connection: Connection, uid: string): Study {
  const row = connection.first(sql.selectFrom('study').selectAll().where('uid', '=', uid))
  if (row === null) throw new HilumError('not-found', `There is no study ${uid} in this workspace.`)
  return toStudy(row, loadFilms(connection, uid))
}

/** A patient's studies, oldest first; those without a date come first, in the order of their offsets. */
export function loadStudiesOfPatient(connection: Connection, patientKey: string): readonly Study[] {
  const rows = connection.all(
    sql.selectFrom('study').selectAll().where('patient_key', '=', patientKey)
      .orderBy('date').orderBy('offset_count').orderBy('time').orderBy('uid'),
  )
  return rows.map((row) => toStudy(row, loadFilms(connection, row.uid)))
}

function loadFilms(connection: Connection, studyUid: string): readonly Film[] {
  const rows = connection.all(
    sql.selectFrom('film').selectAll().where('study_uid', '=', studyUid).orderBy('view').orderBy('sop_instance_uid'),
  )
  return rows.map(toFilm)
}

function toStudy(row: StudyTable, films: readonly Film[]): Study {
  const { uid, date, time, description, accession, report, indication, technique, comparison } = row
  return Study.parse({
    uid, date, time, offset: offsetOf(row.offset_count, row.offset_unit), description, accession, films, report,
    indication, technique, comparison,
  })
}

/** An offset as it is kept in two columns. */
export function offsetOf(count: number | null, unit: string | null): { count: number; unit: string } | null {
  return count === null || unit === null ? null : { count, unit }
}

function toFilm(row: Omit<FilmTable, 'view_stated'>): Film {
  return Film.parse({
    hash: row.hash,
    sopInstanceUid: row.sop_instance_uid,
    seriesInstanceUid: row.series_uid,
    studyInstanceUid: row.study_uid,
    modality: row.modality,
    view: row.view,
    viewPosition: row.view_position,
    columns: row.columns,
    rows: row.rows,
    phantom: row.phantom === 1,
  })
}
