import type { FormatStanding, Licence } from './model.ts'

/** Sentences that every front end shows in the same words. */

/** Stands wherever the embedded model's words are shown. */
export const EMBEDDED_MODEL_NOTICE = 'Phantom model, not for clinical use.'

/** Stands beside the text when the embedded model was given a film that is not a phantom. */
export const OUT_OF_DOMAIN_NOTICE =
  'This film is outside what the embedded model was trained on: it knows drawn phantoms only, so its text says nothing about this patient.'

/** What the notices depend on. */
export interface NoticedModel {
  readonly embedded: boolean
  readonly format: string
  readonly standing: FormatStanding
  readonly findingAgreement: number | null
  readonly licence: Licence
}

/**
 * The notices that belong to a text: what the model is, what its weights' format does to it, and whether the film is
 * one it can know. `phantom` says that every film the model was given was drawn by Hilum.
 */
export function noticesFor(model: NoticedModel, phantom: boolean): readonly string[] {
  const format = formatNotice(model)
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
