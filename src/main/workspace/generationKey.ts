import type { ModelFacts } from '../../shared/contracts/compute.ts'
import type { Case } from '../../shared/domain/study.ts'
import type { ReportMode } from '../../shared/domain/generation.ts'
import type { Intervention } from '../../shared/domain/intervention.ts'
import { canonicalJson } from '../database/canonicalJson.ts'
import { sha256 } from '../database/sha256.ts'

/** What is asked of the model about a case. */
export interface Request {
  readonly mode: ReportMode
  readonly phrase: string | null
  readonly intervention: Intervention
  readonly maxNewTokens: number
}

/**
 * The hash of everything that decides a text: case, films, prompt fields, request, model, dictionary, runtime, number
 * format and Hilum's version. Equal keys mean that the text is known already. Threads are left out: they change
 * how fast it comes, and at most the last bit of a sum.
 */
export function generationKey(subject: Case, request: Request, model: ModelFacts, hilumVersion: string): string {
  const { study, priorStudy, frontal, lateral, prior } = subject
  const { modelHash, dictionaryHash, hookLayer, runtime, provider, format } = model
  const { terms, method, positions } = request.intervention
  const priorReport = prior === null ? null : (priorStudy?.report ?? null)
  return sha256(
    canonicalJson({
      case: subject.id,
      films: [frontal.hash, lateral?.hash ?? null, prior?.hash ?? null],
      fields: [study.indication, study.technique, study.comparison, priorReport],
      request: {
        ...request,
        intervention: { terms: terms.toSorted((a, b) => a.feature - b.feature), method, positions },
      },
      model: { modelHash, dictionaryHash, hookLayer, runtime, provider, format },
      hilumVersion,
    }),
  )
}
