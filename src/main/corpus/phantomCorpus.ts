import { evolveFindings, sampleFindings } from '../../phantom/findings.ts'
import { Random } from '../../phantom/random.ts'
import { reportText, writeReport } from '../../phantom/report.ts'
import type { Connection } from '../database/connection.ts'
import { listCorpora } from '../database/corpora.ts'
import { addToCorpus } from './addToCorpus.ts'
import type { SourceReport } from './readReports.ts'

export const PHANTOM_CORPUS = 'Phantom reports'
const REPORTS = 1000

/** Counts reports of the phantoms' own writer into the workspace, half of them with a prior, unless they are in. */
export async function addPhantomCorpus(connection: Connection, at: string, signal?: AbortSignal): Promise<void> {
  const corpus = { name: PHANTOM_CORPUS, phantom: true }
  const known = listCorpora(connection).find((one) => one.name === PHANTOM_CORPUS)
  if (known !== undefined && known.reports >= REPORTS) return
  await addToCorpus(phantomReports(), { connection, corpus, source: 'the phantoms', at, signal })
}

function* phantomReports(): Generator<SourceReport> {
  for (let seed = 0; seed < REPORTS; seed++) {
    const random = new Random(seed)
    const first = sampleFindings(random)
    const prior = seed % 2 === 0 ? null : first
    const now = prior === null ? first : evolveFindings(prior, random)
    yield { id: `phantom ${seed}`, text: reportText(writeReport(now, prior, random)) }
  }
}
