import type { ModelFilm, ModelQuestion } from '../../shared/contracts/compute.ts'
import type { dicomContract } from '../../shared/contracts/dicom.ts'
import type { Case, Film } from '../../shared/domain/study.ts'
import { HilumError } from '../../shared/errors.ts'
import type { Client } from '../../shared/rpc/connect.ts'
import type { Request } from './generationKey.ts'

/**
 * What the model is asked about a case: its films, fetched from the dicom process, and the text fields of the prompt. A
 * prior report without its film is left out, as MAIRA-2 was trained.
 */
export async function buildQuestion(
  subject: Case, request: Request, dicom: Pick<Client<typeof dicomContract>, 'call'>, signal?: AbortSignal,
): Promise<ModelQuestion> {
  const load = (film: Film | null): Promise<ModelFilm | null> =>
    film === null ? Promise.resolve(null) : dicom.call('film.model', { hash: film.hash }, { signal })
  const [frontal, lateral, prior] = await Promise.all([subject.frontal, subject.lateral, subject.prior].map(load))
  if (!frontal) throw new HilumError('internal', `Case ${subject.id} has no frontal film.`)
  const { indication, technique, comparison } = subject.study
  const priorReport = prior ? (subject.priorStudy?.report ?? null) : null
  return {
    frontal, lateral: lateral ?? null, prior: prior ?? null, priorReport, indication, technique, comparison, ...request,
  }
}
