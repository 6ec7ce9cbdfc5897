import type { ImportReport } from '../../shared/contracts/main.ts'
import type { dicomContract, InstanceFacts, ScanItem } from '../../shared/contracts/dicom.ts'
import type { Client } from '../../shared/rpc/connect.ts'
import { appendAudit } from '../database/audit.ts'
import { findCaseOfStudy } from '../database/cases.ts'
import type { Connection } from '../database/connection.ts'
import { startJob, updateJob } from '../database/jobs.ts'
import { fileFilms, type Filed } from './fileFilms.ts'
import { formCases } from './formCases.ts'
import { now } from './now.ts'

/** What an import needs, and who hears of it. */
export interface ImportOptions {
  readonly connection: Connection
  readonly dicom: Pick<Client<typeof dicomContract>, 'call'>
  readonly signal?: AbortSignal | undefined
  readonly onItem?: ((item: ScanItem) => void) | undefined
  /** Called after a study was filed. */
  readonly onFiled?: (() => void) | undefined
}

/**
 * Imports files, folders and archives. Each study is filed with its case in one transaction as soon as the scan has
 * left it, so an import that is cancelled or cut off keeps whole studies, and a second run adds what is missing.
 */
export async function importPaths(paths: readonly string[], options: ImportOptions): Promise<ImportReport> {
  const { connection, dicom, signal, onItem, onFiled } = options
  const job = startJob(connection, 'import', 0, now())
  const skipped: { name: string; reason: string }[] = []
  const totals = { films: 0, newFilms: 0, duplicates: 0 }
  const studies = new Set<string>()
  const cases = new Set<string>()
  let study: InstanceFacts[] = []

  const file = (): void => {
    if (study.length === 0) return
    const filed = fileStudy(connection, study)
    study = []
    totals.newFilms += filed.newFilms.length
    totals.duplicates += filed.duplicates
    for (const uid of filed.studies) studies.add(uid)
    for (const id of filed.cases) cases.add(id)
    for (const film of filed.conflicting) skipped.push({ name: film.sopInstanceUid, reason: CONFLICT })
    updateJob(connection, job, { done: totals.films }, now())
    onFiled?.()
  }

  try {
    let failed: unknown = null
    const onEvent = (item: ScanItem): void => {
      onItem?.(item)
      if (item.kind === 'skipped') return void skipped.push({ name: item.name, reason: item.reason })
      totals.films += 1
      try {
        if (study[0] !== undefined && study[0].studyInstanceUid !== item.facts.studyInstanceUid) file()
        study.push(item.facts)
      } catch (error) {
        failed ??= error // an event handler has no caller to throw to
      }
    }
    await dicom.call('store.scan', { paths: [...paths] }, { signal, onEvent })
    if (failed !== null) throw failed
    file()
    for (const uid of studies) {
      if (findCaseOfStudy(connection, uid) === null) skipped.push({ name: `study ${uid}`, reason: NO_FRONTAL })
    }
    const detail = { ...totals, studies: studies.size, skipped: skipped.length }
    appendAudit(connection, { at: now(), actor: 'hilum', action: 'studies.imported', subject: `job ${job}`, detail })
    updateJob(connection, job, { state: 'done', done: totals.films }, now())
    return { ...totals, studies: studies.size, cases: [...cases], skipped }
  } catch (error) {
    const state = signal?.aborted === true ? 'cancelled' : 'failed'
    updateJob(connection, job, { state, note: error instanceof Error ? error.message : String(error) }, now())
    throw error
  }
}

const CONFLICT = 'Another film with the same SOP Instance UID is in the workspace already; the first one stays.'

const NO_FRONTAL = 'It has no frontal film, so there is nothing to read yet; its films are kept.'

type FiledStudy = Filed & { readonly cases: readonly string[] }

function fileStudy(connection: Connection, films: readonly InstanceFacts[]): FiledStudy {
  return connection.transaction(() => {
    const filed = fileFilms(connection, films, now())
    return { ...filed, cases: filed.patients.flatMap((patient) => formCases(connection, patient)) }
  })
}
