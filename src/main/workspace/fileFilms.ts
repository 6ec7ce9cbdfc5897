import type { InstanceFacts } from '../../shared/contracts/dicom.ts'
import type { Connection } from '../database/connection.ts'
import { findFilm, keepFilm, keepPatient, keepSeries, keepStudy, patientOfStudy } from '../database/studies.ts'

/** What filing did: new films by hash, and those that were left out because they are here already. */
export interface Filed {
  readonly newFilms: readonly string[]
  readonly duplicates: number
  /** Films whose SOP Instance UID is kept with other content: the first one stays. */
  readonly conflicting: readonly InstanceFacts[]
  /** Keys of the patients that got films, and the studies. */
  readonly patients: readonly string[]
  readonly studies: readonly string[]
}

/** Files films under patient, study and series, in one transaction: all of them or none. */
export function fileFilms(connection: Connection, films: readonly InstanceFacts[], at: string): Filed {
  const newFilms: string[] = []
  const conflicting: InstanceFacts[] = []
  const patients = new Set<string>()
  const studies = new Set<string>()
  let duplicates = 0
  connection.transaction(() => {
    for (const film of films) {
      const known = findFilm(connection, film.sopInstanceUid, film.hash)
      if (known !== null) {
        duplicates += 1
        if (known !== film.hash) conflicting.push(film)
        continue
      }
      patients.add(fileFilm(connection, film, at))
      studies.add(film.studyInstanceUid)
      newFilms.push(film.hash)
    }
  })
  return { newFilms, duplicates, conflicting, patients: [...patients], studies: [...studies] }
}

function fileFilm(connection: Connection, film: InstanceFacts, at: string): string {
  // A study that is here stays with its patient, whatever a later file says.
  const known = patientOfStudy(connection, film.studyInstanceUid)
  const key = known ?? patientKey(film)
  if (known === null) {
    const { patientId, patientName, birthDate, sex } = film
    keepPatient(connection, { key, id: patientId, name: patientName, birth_date: birthDate, sex })
  }
  keepStudy(connection, {
    uid: film.studyInstanceUid,
    patient_key: key,
    date: film.studyDate,
    time: film.studyTime,
    offset_count: film.studyOffset?.count ?? null,
    offset_unit: film.studyOffset?.unit ?? null,
    description: film.studyDescription,
    accession: film.accession,
  })
  keepSeries(connection, {
    study_uid: film.studyInstanceUid,
    uid: film.seriesInstanceUid,
    modality: film.modality,
    description: film.seriesDescription,
  })
  keepFilm(connection, {
    hash: film.hash,
    sop_instance_uid: film.sopInstanceUid,
    study_uid: film.studyInstanceUid,
    series_uid: film.seriesInstanceUid,
    modality: film.modality,
    view: film.view,
    view_position: film.viewPosition,
    columns: film.columns,
    rows: film.rows,
    bytes: film.bytes,
    source: film.source,
    phantom: film.phantom ? 1 : 0,
    imported_at: at,
  })
  return key
}

/**
 * Who a film belongs to. A wrong prior is worse than a missing one, so films are one patient's only when Patient ID
 * and birth date both agree ("ANONYMOUS" and "0" are common IDs), and a film without an ID stands alone with its study.
 */
export function patientKey(film: Pick<InstanceFacts, 'patientId' | 'birthDate' | 'studyInstanceUid'>): string {
  const id = film.patientId.trim()
  return id === '' ? `study ${film.studyInstanceUid}` : `id ${id} born ${film.birthDate ?? 'unknown'}`
}
