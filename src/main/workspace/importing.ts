import type { ImportReport } from '../../shared/contracts/main.ts'
import type { dicomContract, ScanItem } from '../../shared/contracts/dicom.ts'
import type { Sidecar } from '../../shared/domain/sidecar.ts'
import { ImportOrder } from '../../shared/domain/sidecar.ts'
import type { Client } from '../../shared/rpc/connect.ts'
import { appendAudit } from '../database/audit.ts'
import type { Connection } from '../database/connection.ts'
import { interruptedJob, startJob, updateJob } from '../database/jobs.ts'
import { ImportRun } from './importRun.ts'
import { now } from './now.ts'

/** What an import needs, and who hears of it. */
export interface ImportOptions {
  readonly connection: Connection
  readonly dicom: Pick<Client<typeof dicomContract>, 'call'>
  readonly sidecar?: Sidecar | null | undefined
  readonly signal?: AbortSignal | undefined
  readonly onItem?: ((item: ScanItem) => void) | undefined
  /** Called when studies were filed. */
  readonly onFiled?: (() => void) | undefined
}

/**
 * Imports files, folders and archives. Each study is filed with its case in one transaction as soon as it is complete,
 * so an import that is cancelled or cut off keeps whole studies, and a second run adds what is missing. Reports are
 * given to their studies at the end, where none has one yet.
 */
export async function importPaths(paths: readonly string[], options: ImportOptions): Promise<ImportReport> {
  const { connection, dicom, sidecar = null, signal } = options
  const job = startJob(connection, 'import', 0, now(), JSON.stringify({ paths, sidecar } satisfies ImportOrder))
  const run = new ImportRun(connection, (films) => {
    updateJob(connection, job, { done: films }, now())
    options.onFiled?.()
  })
  try {
    let failed: unknown = null
    const onEvent = (item: ScanItem): void => {
      options.onItem?.(item)
      try {
        run.take(item)
      } catch (error) {
        failed ??= error // an event handler has no caller to throw to
      }
    }
    await dicom.call('store.scan', { paths: [...paths], sidecar }, { signal, onEvent })
    if (failed !== null) throw failed
    const report = run.end()
    const detail = { ...report, cases: report.cases.length, skipped: report.skipped.length }
    appendAudit(connection, { at: now(), actor: 'hilum', action: 'studies.imported', subject: `job ${job}`, detail })
    updateJob(connection, job, { state: 'done', done: report.films }, now())
    return report
  } catch (error) {
    const state = signal?.aborted === true ? 'cancelled' : 'failed'
    updateJob(connection, job, { state, note: error instanceof Error ? error.message : String(error) }, now())
    throw error
  }
}

/** What the last import was after, when a crash or the end of the program cut it off; null otherwise. */
export function interruptedImport(connection: Connection): ImportOrder | null {
  const subject = interruptedJob(connection, 'import')
  if (subject === null) return null
  const order = ImportOrder.safeParse(JSON.parse(subject))
  return order.success ? order.data : null
}
