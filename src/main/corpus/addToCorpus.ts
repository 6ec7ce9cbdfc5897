import { setImmediate as nextTurn } from 'node:timers/promises'
import { termsOf } from '../../compute/report/terms.ts'
import { HilumError, throwIfCancelled } from '../../shared/errors.ts'
import type { Connection } from '../database/connection.ts'
import { auditCorpus, keepReports, openCorpus, type CorpusName, type CorpusReport } from '../database/corpora.ts'
import { sha256 } from '../database/sha256.ts'
import { reportBody } from './reportBody.ts'
import type { SkippedReport, SourceReport } from './readReports.ts'

export interface CorpusReportCount {
  readonly corpusId: string
  /** Reports read, those that were new to the corpus, and those that were in it already. */
  readonly read: number
  readonly added: number
  readonly known: number
  readonly skipped: readonly string[]
}

export interface AddOptions {
  readonly connection: Connection
  readonly corpus: CorpusName
  /** Where the reports come from, in words, for the audit. */
  readonly source: string
  readonly at: string
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: (read: number) => void
}

/** Reports between two looks at everything else this process has to do: some 15 ms of reading. */
const BATCH = 64

/**
 * Reads reports and counts them into a corpus, batch by batch; what was counted when it is cut off stays counted, and
 * adding the source again counts only the rest. A report is known by its text and its id; without an id by its text
 * and how many times that text came before in this source, so that many equal normal reports count as many.
 */
export async function addToCorpus(
  reports: AsyncIterable<SourceReport | SkippedReport> | Iterable<SourceReport>, options: AddOptions,
): Promise<CorpusReportCount> {
  const { connection, corpus, source, at, signal, onProgress } = options
  const corpusId = openCorpus(connection, corpus, at)
  const times = new Map<string, number>()
  const skipped: string[] = []
  let [read, added] = [0, 0]
  let batch: CorpusReport[] = []
  const flush = async (): Promise<void> => {
    added += keepReports(connection, corpusId, batch)
    batch = []
    onProgress?.(read)
    await nextTurn()
    throwIfCancelled(signal)
  }
  try {
    for await (const report of reports) {
      if ('skipped' in report) {
        skipped.push(report.skipped)
        continue
      }
      const body = reportBody(report.text)
      if (body === '') {
        skipped.push(`${report.id ?? `report ${read + 1}`} says nothing under findings or impression`)
        continue
      }
      read += 1
      batch.push({ hash: identify(body, report.id, times), terms: termsOf(body) })
      if (batch.length >= BATCH) await flush()
    }
    await flush()
  } finally {
    if (added > 0) auditCorpus(connection, corpusId, { source, read, added, skipped: skipped.length }, at)
  }
  if (read === 0) throw new HilumError('bad-input', `There is no report in ${source}.`, { mend: skipped[0] ? `For one, ${skipped[0]}.` : 'Choose another file or folder.' })
  return { corpusId, read, added, known: read - added, skipped }
}

function identify(text: string, id: string | null, times: Map<string, number>): string {
  if (id !== null) return sha256(`${id}\n${text}`)
  const hash = sha256(text)
  const before = times.get(hash) ?? 0
  times.set(hash, before + 1)
  return sha256(`${before} ${hash}`)
}
