import type { ImportReport } from '../../shared/contracts/main.ts'
import type { InstanceFacts, ScanItem, StudyTexts } from '../../shared/contracts/dicom.ts'
import { findCaseOfStudy } from '../database/cases.ts'
import type { Connection } from '../database/connection.ts'
import { fillStudyText, loadStudy, patientOfStudy } from '../database/studies.ts'
import { attachReports, type FoundReport, type NamedFilm } from './attachReports.ts'
import { fileFilms, type Filed } from './fileFilms.ts'
import { formCases } from './formCases.ts'
import { now } from './now.ts'
import { OpenStudies } from './openStudies.ts'

const CONFLICT = 'Another film with the same SOP Instance UID is in the workspace already; the first one stays.'
const NO_FRONTAL = 'It has no frontal film, so there is nothing to read yet; its films are kept.'
const NO_FILM_BESIDE = 'It is not clear which film this text belongs to; name it like its film or like the film\'s folder.'
const NO_STUDY = 'This report belongs to a study of which there is no film here.'

/** Studies are filed together, so that the disk is waited for once: this many, or those of this long. */
const BATCH_STUDIES = 64
const BATCH_MS = 300

/** One import under way: takes what a scan finds, files whole studies, and sums up. */
export class ImportRun {
  readonly #connection: Connection
  readonly #onFiled: (films: number) => void
  readonly #open = new OpenStudies()
  readonly #films: NamedFilm[] = []
  readonly #reports: FoundReport[] = []
  /** What a sidecar table tells of studies that were not filed yet. */
  readonly #texts = new Map<string, StudyTexts>()
  readonly #skipped: { name: string; reason: string }[] = []
  /** Studies that are complete and not filed yet. */
  #complete: (readonly InstanceFacts[])[] = []
  #filedAt = Date.now()
  readonly #studies = new Set<string>()
  #newFilms = 0
  #duplicates = 0

  /** `onFiled` hears how many films were found, whenever studies were filed, in their transaction. */
  constructor(connection: Connection, onFiled: (films: number) => void) {
    this.#connection = connection
    this.#onFiled = onFiled
  }

  take(item: ScanItem): void {
    if (item.kind === 'skipped') return void this.#skipped.push({ name: item.name, reason: item.reason })
    if (item.kind === 'report') return void this.#reports.push(item)
    const { facts, texts, name } = item
    const studyUid = facts.studyInstanceUid
    this.#films.push({ name, studyUid })
    if (texts !== null && !this.#texts.has(studyUid)) this.#texts.set(studyUid, texts)
    this.#complete.push(...this.#open.add(facts, name))
    if (this.#complete.length >= BATCH_STUDIES || Date.now() - this.#filedAt > BATCH_MS) this.#file()
  }

  /** Files what is left, gives the reports to their studies, and sums up. */
  end(): ImportReport {
    this.#complete.push(...this.#open.end())
    this.#file()
    this.#attachReports()
    const cases = [...this.#studies].flatMap((uid) => {
      const found = findCaseOfStudy(this.#connection, uid)
      if (found !== null) return [found.id]
      const readable = loadStudy(this.#connection, uid).films.some(({ view }) => view !== 'lateral')
      if (!readable) this.#skipped.push({ name: `study ${uid}`, reason: NO_FRONTAL })
      return [] // a prior that brought its report has been read and is no case
    })
    return {
      films: this.#films.length, newFilms: this.#newFilms, duplicates: this.#duplicates, studies: this.#studies.size,
      cases, skipped: this.#skipped,
    }
  }

  /** Files what is complete in one transaction; when that fails, study by study up to the one that is at fault. */
  #file(): void {
    const studies = this.#complete
    this.#complete = []
    this.#filedAt = Date.now()
    if (studies.length === 0) return
    const file = (films: readonly InstanceFacts[]): Filed => fileStudy(this.#connection, films, this.#texts)
    let filed: readonly Filed[]
    try {
      filed = this.#connection.transaction(() => {
        const all = studies.map(file)
        this.#onFiled(this.#films.length)
        return all
      })
    } catch (error) {
      if (studies.length === 1) throw error
      for (const films of studies) this.#count(file(films))
      return
    }
    filed.forEach((one) => this.#count(one))
  }

  #count(filed: Filed): void {
    this.#newFilms += filed.newFilms.length
    this.#duplicates += filed.duplicates
    for (const uid of filed.studies) this.#studies.add(uid)
    for (const film of filed.conflicting) this.#skipped.push({ name: film.sopInstanceUid, reason: CONFLICT })
  }

  #attachReports(): void {
    for (const { report, studyUid } of attachReports(this.#films, this.#reports)) {
      const patient = studyUid === null ? null : patientOfStudy(this.#connection, studyUid)
      if (studyUid === null || patient === null) {
        this.#skipped.push({ name: report.name, reason: studyUid === null ? NO_FILM_BESIDE : NO_STUDY })
        continue
      }
      this.#connection.transaction(() => {
        fillStudyText(this.#connection, studyUid, report.texts)
        formCases(this.#connection, patient)
      })
    }
  }
}

/** A study with its texts and the cases of its patient, all of it or nothing. */
function fileStudy(
  connection: Connection, films: readonly InstanceFacts[], texts: ReadonlyMap<string, StudyTexts>,
): Filed {
  return connection.transaction(() => {
    const filed = fileFilms(connection, films, now())
    for (const uid of filed.studies) {
      const text = texts.get(uid)
      if (text !== undefined) fillStudyText(connection, uid, text)
    }
    for (const patient of filed.patients) formCases(connection, patient)
    return filed
  })
}
