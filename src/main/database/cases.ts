import { HilumError } from '../../shared/errors.ts'
import { Case, CaseSummary, type Film } from '../../shared/domain/study.ts'
import { sql, type Connection } from './connection.ts'
import { loadPatient, loadStudy, offsetOf, patientOfStudy } from './studies.ts'
import type { CaseTable } from './tables.ts'

/** Keeps a case, or replaces the films of one of the same study. */
export function keepCase(connection: Connection, row: CaseTable): void {
  const { id: _id, study_uid: _study, ...films } = row
  connection.run(sql.insertInto('case').values(row).onConflict((c) => c.column('study_uid').doUpdateSet(films)))
}

export function dropCase(connection: Connection, id: string): void {
  connection.run(sql.deleteFrom('case').where('id', '=', id))
}

/** The case of a study and whether anything was generated for it or measured on it, or null. */
export function findCaseOfStudy(connection: Connection, studyUid: string): { id: string; used: boolean } | null {
  const row = connection.first(sql.selectFrom('case').select('id').where('study_uid', '=', studyUid))
  if (row === null) return null
  const generation = connection.first(sql.selectFrom('generation').select('id').where('case_id', '=', row.id).limit(1))
  const measured = connection.first(sql.selectFrom('measurement').select('id').where('case_id', '=', row.id).limit(1))
  const planned = connection.first(sql.selectFrom('review_item').select('id').where('case_id', '=', row.id).limit(1))
  return { id: row.id, used: generation !== null || measured !== null || planned !== null }
}

/**
 * Turns what a reader typed into a case's id: the id itself, or an accession number or patient ID that fits one case
 * only. Throws `not-found`, or `bad-input` when several cases fit.
 */
export function resolveCaseId(connection: Connection, text: string): string {
  const exact = connection.first(sql.selectFrom('case').select('id').where('id', '=', text))
  if (exact !== null) return exact.id
  const fits = connection.all(
    sql.selectFrom('case').innerJoin('study', 'study.uid', 'case.study_uid')
      .innerJoin('patient', 'patient.key', 'study.patient_key')
      .select('case.id')
      .where((where) => where.or([where('study.accession', '=', text), where('patient.id', '=', text)]))
      .orderBy('case.id'),
  )
  const [only, another] = fits
  if (only !== undefined && another === undefined) return only.id
  if (another !== undefined) {
    const ids = fits.map((fit) => fit.id).join(', ')
    throw new HilumError('bad-input', `"${text}" fits ${fits.length} cases: ${ids}.`, { mend: 'Use one of these ids.' })
  }
  const mend = 'List the cases with "hilum cases".'
  throw new HilumError('not-found', `There is no case "${text}" in this workspace.`, { mend })
}

/** A case with its studies and films. Throws `not-found`. */
export function loadCase(connection: Connection, id: string): Case {
  const row = connection.first(sql.selectFrom('case').selectAll().where('id', '=', id))
  if (row === null) throw new HilumError('not-found', `There is no case ${id} in this workspace.`)
  const study = loadStudy(connection, row.study_uid)
  const priorStudy = row.prior_study_uid === null ? null : loadStudy(connection, row.prior_study_uid)
  const film = (films: readonly Film[], hash: string | null) => films.find((one) => one.hash === hash) ?? null
  return Case.parse({
    id,
    patient: loadPatient(connection, patientOfStudy(connection, row.study_uid) ?? ''),
    study,
    frontal: film(study.films, row.frontal_hash),
    lateral: film(study.films, row.lateral_hash),
    priorStudy,
    prior: film(priorStudy?.films ?? [], row.prior_hash),
    status: summariesOf(connection, id)[0]?.status ?? 'unread',
  })
}

export function countCases(connection: Connection): number {
  return connection.first(sql.selectFrom('case').select((select) => select.fn.countAll<number>().as('n')))?.n ?? 0
}

/** The worklist, newest study first. Every word of `search` must occur in a row's texts. */
export function listCases(connection: Connection, search: string): readonly CaseSummary[] {
  const words = fold(search).split(/\s+/).filter((word) => word !== '')
  return summariesOf(connection, null).filter((row) => {
    const { patientName, patientId, accession, description, studyDate } = row
    const text = fold([patientName, patientId, accession, description, row.id, studyDate ?? ''].join(' '))
    return words.every((word) => text.includes(word))
  })
}

/** Lower case without accents, and the carets of DICOM names as spaces: "Müller^Ada" is found by "muller ada". */
function fold(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{Mark}/gu, '').replaceAll('^', ' ').toLowerCase()
}

/**
 * Summaries of one case or all. A case is `unread` until something was generated for it, and `judged` when it was
 * steered and a reader's verdict stands on every edit.
 */
function summariesOf(connection: Connection, id: string | null): readonly CaseSummary[] {
  const latest = sql.selectFrom('verdict').select((select) => select.fn.max('verdict.id').as('id'))
    .where('judge_kind', '=', 'reader').groupBy('edit_id')
  const judged = sql.selectFrom('verdict').select('edit_id').where('id', 'in', latest).where('value', 'is not', null)
  let query = sql.selectFrom('case')
    .innerJoin('study', 'study.uid', 'case.study_uid')
    .innerJoin('patient', 'patient.key', 'study.patient_key')
    .innerJoin('film', 'film.hash', 'case.frontal_hash')
    .leftJoin('study as earlier', 'earlier.uid', 'case.prior_study_uid')
    .select(['case.id', 'patient.id as patientId', 'patient.name as patientName', 'patient.sex'])
    .select(['patient.birth_date as birthDate', 'study.date as studyDate', 'film.modality', 'study.description'])
    .select(['study.accession', 'earlier.date as priorDate', 'film.phantom'])
    .select(['study.offset_count', 'study.offset_unit', 'earlier.offset_count as prior_count', 'earlier.offset_unit as prior_unit'])
    .select((select) => [
      select.selectFrom('film as every').select((s) => s.fn.countAll<number>().as('n'))
        .whereRef('every.study_uid', '=', 'case.study_uid').as('films'),
      select.selectFrom('generation').select((s) => s.fn.countAll<number>().as('n'))
        .whereRef('generation.case_id', '=', 'case.id').as('generations'),
      select.selectFrom('edit').innerJoin('comparison', 'comparison.id', 'edit.comparison_id')
        .select((s) => s.fn.countAll<number>().as('n')).whereRef('comparison.case_id', '=', 'case.id').as('edits'),
      select.selectFrom('edit').innerJoin('comparison', 'comparison.id', 'edit.comparison_id')
        .select((s) => s.fn.countAll<number>().as('n')).whereRef('comparison.case_id', '=', 'case.id')
        .where('edit.id', 'in', judged).as('verdicts'),
    ])
    .orderBy('study.date', 'desc').orderBy('study.time', 'desc').orderBy('patient.name')
    .orderBy('study.offset_count', 'desc').orderBy('case.id')
  if (id !== null) query = query.where('case.id', '=', id)
  return connection.all(query).map(({ generations, edits, ...row }) =>
    CaseSummary.parse({
      ...row,
      studyOffset: offsetOf(row.offset_count, row.offset_unit),
      priorOffset: offsetOf(row.prior_count, row.prior_unit),
      phantom: row.phantom === 1,
      status: (generations ?? 0) === 0 ? 'unread' : (edits ?? 0) > 0 && row.verdicts === edits ? 'judged' : 'in-progress',
    }))
}
