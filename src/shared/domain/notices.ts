import type { ReportMode } from './generation.ts'
import type { FormatStanding, Licence } from './model.ts'

/** Sentences that every front end shows in the same words. */

/** Stands wherever the embedded model's words are shown. */
export const EMBEDDED_MODEL_NOTICE = 'Phantom model, not for clinical use.'

/** Stands beside the text when the embedded model was given a film that is not a phantom. */
export const OUT_OF_DOMAIN_NOTICE =
  'This film is outside what the embedded model was trained on: it knows drawn phantoms only, so its text says nothing about this patient.'

/** Stands beside an answer to a question of a kind that the model never saw. */
export const UNTRAINED_MODE_NOTICE: Readonly<Record<ReportMode, string>> = {
  findings: 'This model was not trained to write findings, so its text means nothing.',
  grounded: 'This model was not trained to draw boxes, so where it draws them means nothing.',
  phrase: 'This model was not trained to locate a given phrase, so what it answers and where it draws boxes means nothing.',
}

/** What the notices depend on. */
export interface NoticedModel {
  readonly embedded: boolean
  readonly format: string
  readonly standing: FormatStanding
  readonly findingAgreement: number | null
  readonly licence: Licence
  readonly untrainedModes?: readonly ReportMode[] | undefined
}

/**
 * The notices that belong to a text: what the model is, what its weights' format does to it, whether it was trained to
 * be asked so, and whether the film is one it can know. `phantom` says that every film was drawn by Hilum.
 */
export function noticesFor(model: NoticedModel, phantom: boolean, mode: ReportMode = 'findings'): readonly string[] {
  const untrained = model.untrainedModes?.includes(mode) === true ? [UNTRAINED_MODE_NOTICE[mode]] : []
  const format = [...formatNotice(model), ...untrained]
  if (!model.embedded) return [model.licence.note, ...format]
  return [EMBEDDED_MODEL_NOTICE, ...format, ...(phantom ? [] : [OUT_OF_DOMAIN_NOTICE])]
}

/** Nothing where the format may be used without a second thought. */
function formatNotice({ format, standing, findingAgreement }: NoticedModel): readonly string[] {
  if (standing === 'not-measured') return [`What ${format} weights do to the findings was not measured.`]
  if (standing !== 'not-usable') return []
  const share = (Math.floor(1000 * (findingAgreement ?? 0)) / 10).toFixed(1) // never rounded up to what is asked for
  return [`${format} weights are not usable: they keep ${share} % of the findings, and 99 % is the least.`]
}
