import { DEMO_PATIENTS } from '../../phantom/demo.ts'
import type { dicomContract } from '../../shared/contracts/dicom.ts'
import { throwIfCancelled } from '../../shared/errors.ts'
import type { Client } from '../../shared/rpc/connect.ts'
import { appendAudit } from '../database/audit.ts'
import { sql, type Connection } from '../database/connection.ts'
import { startJob, updateJob } from '../database/jobs.ts'
import { keepStudyText } from '../database/studies.ts'
import { fileFilms } from './fileFilms.ts'
import { formCases } from './formCases.ts'
import { now } from './now.ts'

/** What drawing needs. Progress counts films over all patients. */
export interface DemoOptions {
  readonly connection: Connection
  readonly dicom: Pick<Client<typeof dicomContract>, 'call'>
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: (done: number, total: number) => void
}

/**
 * Has the demo studies drawn that are not in the workspace yet, patient by patient: each is filed with the text of its
 * studies in one transaction, so that drawing goes on where a crash or the end of the program cut it off.
 */
export async function drawDemoStudies({ connection, dicom, signal, onProgress }: DemoOptions): Promise<void> {
  const missing = DEMO_PATIENTS.flatMap((patient, index) => (isIn(connection, patient) ? [] : [{ patient, index }]))
  if (missing.length === 0) return
  const total = missing.reduce((sum, { patient }) => sum + filmsOf(patient), 0)
  const job = startJob(connection, 'demo', total, now())
  let done = 0
  onProgress?.(done, total)
  try {
    for (const { patient, index } of missing) {
      throwIfCancelled(signal)
      const onEvent = (event: { done: number }): void => onProgress?.(done + event.done, total)
      const drawn = await dicom.call('store.drawDemo', { patient: index }, { signal, onEvent })
      connection.transaction(() => {
        fileFilms(connection, drawn.films, now())
        for (const { studyUid, ...text } of drawn.texts) keepStudyText(connection, studyUid, text)
        for (const key of patientKeys(connection, patient.id)) formCases(connection, key)
      })
      done += filmsOf(patient)
      updateJob(connection, job, { done }, now())
      onProgress?.(done, total)
    }
    updateJob(connection, job, { state: 'done' }, now())
    const detail = { patients: missing.map(({ patient }) => patient.id), films: total }
    appendAudit(connection, { at: now(), actor: 'hilum', action: 'demo.drawn', subject: `job ${job}`, detail })
  } catch (error) {
    const note = error instanceof Error ? error.message : String(error)
    updateJob(connection, job, { state: signal?.aborted === true ? 'cancelled' : 'failed', note }, now())
    throw error
  }
}

type DemoPatient = (typeof DEMO_PATIENTS)[number]

const filmsOf = (patient: DemoPatient): number => patient.studies.reduce((sum, study) => sum + study.films.length, 0)

/** True when every study of the patient is filed; a patient's studies are filed together. */
function isIn(connection: Connection, patient: DemoPatient): boolean {
  const query = sql.selectFrom('study').innerJoin('patient', 'patient.key', 'study.patient_key').select('study.accession')
    .where('patient.id', '=', patient.id)
  const there = new Set(connection.all(query).map((row) => row.accession))
  return patient.studies.every((study) => there.has(study.accession))
}

function patientKeys(connection: Connection, id: string): readonly string[] {
  return connection.all(sql.selectFrom('patient').select('key').where('id', '=', id)).map((row) => row.key)
}
