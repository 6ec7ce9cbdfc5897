import type { Film, FilmView, Study } from '../../shared/domain/study.ts'
import { dropCase, findCaseOfStudy, keepCase } from '../database/cases.ts'
import type { Connection } from '../database/connection.ts'
import { sha256 } from '../database/sha256.ts'
import { loadStudiesOfPatient } from '../database/studies.ts'

/**
 * Forms a patient's cases anew and returns their ids, oldest study first. A study with a frontal film is a case; its
 * prior is the latest earlier study with a frontal film. A film of unknown view counts as frontal where a study has
 * none: that is what pictures and carelessly written headers mostly are. A study that brought its own report and is
 * the prior of a newer one has been read: it gets no case. A case for which something was generated or measured, or
 * that stands in a review set, stays as it is, or its texts would no longer belong to its films.
 */
export function formCases(connection: Connection, patientKey: string): readonly string[] {
  return connection.transaction(() => {
    const readable = loadStudiesOfPatient(connection, patientKey).filter((study) => frontalOf(study) !== null)
    return readable.flatMap((study, index) => {
      const known = findCaseOfStudy(connection, study.uid)
      if (known?.used === true) return [known.id]
      if (study.report !== null && index < readable.length - 1) {
        if (known !== null) dropCase(connection, known.id)
        return []
      }
      const prior = readable.slice(0, index).reverse().find((earlier) => isEarlier(earlier, study)) ?? null
      const id = known?.id ?? caseId(study.uid)
      keepCase(connection, {
        id,
        study_uid: study.uid,
        frontal_hash: frontalOf(study)?.hash ?? '',
        lateral_hash: filmOf(study, 'lateral')?.hash ?? null,
        prior_study_uid: prior?.uid ?? null,
        prior_hash: prior === null ? null : (frontalOf(prior)?.hash ?? null),
      })
      return [id]
    })
  })
}

/** A case's id follows from its study, so the same study has the same case in every workspace. */
export function caseId(studyUid: string): string {
  return `c${sha256(studyUid).slice(0, 8)}`
}

function frontalOf(study: Study): Film | null {
  return filmOf(study, 'frontal') ?? filmOf(study, 'unknown')
}

function filmOf(study: Study, view: FilmView): Film | null {
  return study.films.find((film) => film.view === view) ?? null
}

/**
 * Earlier by date, then by time; pictures by their offset. Without both dates, or both offsets of one unit, nobody can
 * know, and then it is no prior.
 */
function isEarlier(a: Study, b: Study): boolean {
  if (a.date === null || b.date === null) {
    return a.offset !== null && b.offset !== null && a.offset.unit === b.offset.unit && a.offset.count < b.offset.count
  }
  return a.date < b.date || (a.date === b.date && a.time !== null && b.time !== null && a.time < b.time)
}
