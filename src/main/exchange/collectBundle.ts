import type { KeptGeneration } from '../../shared/contracts/main.ts'
import { loadCase } from '../database/cases.ts'
import { listComparisons, loadComparison } from '../database/comparisons.ts'
import type { Connection } from '../database/connection.ts'
import { judgeScores } from '../database/judgeExchanges.ts'
import { newestVerdict, verdictHistory } from '../database/verdicts.ts'
import type { BundleComparison, BundleGeneration } from './bundle.ts'

/**
 * Every comparison of the workspace as it goes into a bundle, oldest first, one at a time; those whose ids are in
 * `withheld` are left out. What is added while it
 * runs is left out: the tables only grow, so the list and the newest verdict at the start are a snapshot.
 */
export function* collectBundle(connection: Connection, withheld: ReadonlySet<string>): Generator<BundleComparison> {
  const upTo = newestVerdict(connection)
  for (const { id, caseId, createdAt } of listComparisons(connection)) {
    if (withheld.has(id)) continue
    const { baseline, steered, edits } = loadComparison(connection, id)
    yield {
      id,
      createdAt,
      case: caseFacts(connection, caseId),
      baseline: toBundle(baseline),
      steered: toBundle(steered),
      modelScores: judgeScores(connection, id),
      edits: edits.map(({ id: editId, index, edit }) => ({
        id: editId, index, edit, verdicts: [...verdictHistory(connection, editId, upTo)],
      })),
    }
  }
}

function caseFacts(connection: Connection, caseId: string): BundleComparison['case'] {
  const { patient, study, priorStudy, frontal, lateral, prior } = loadCase(connection, caseId)
  const films = [['frontal', frontal], ['lateral', lateral], ['prior', prior]] as const
  return {
    id: caseId,
    patientId: patient.id,
    studyUid: study.uid,
    studyDate: study.date,
    priorStudyDate: priorStudy?.date ?? null,
    phantom: frontal.phantom,
    films: films.flatMap(([role, film]) => (film === null ? [] : [{ role, hash: film.hash }])),
    indication: study.indication,
    technique: study.technique,
    comparison: study.comparison,
    priorReport: priorStudy?.report ?? null,
  }
}

function toBundle({ id, createdAt, findings, generation }: KeptGeneration): BundleGeneration {
  const { text, phrases, stopped, timings, provenance } = generation
  return { id, createdAt, text, phrases, findings, stopped, timings, provenance }
}
