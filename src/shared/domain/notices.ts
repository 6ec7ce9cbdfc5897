/** Sentences that every front end shows in the same words. */

/** Stands wherever the embedded model's words are shown. */
export const EMBEDDED_MODEL_NOTICE = 'Phantom model, not for clinical use.'

/** Stands beside the text when the embedded model was given a film that is not a phantom. */
export const OUT_OF_DOMAIN_NOTICE =
  'This film is outside what the embedded model was trained on: it knows drawn phantoms only, so its text says nothing about this patient.'

/**
 * The notices that belong to a text: what the model is, and whether the film is one it can know.
 * `phantom` says that every film the model was given was drawn by Hilum.
 */
export function noticesFor(model: { readonly embedded: boolean }, phantom: boolean): readonly string[] {
  if (!model.embedded) return []
  return phantom ? [EMBEDDED_MODEL_NOTICE] : [EMBEDDED_MODEL_NOTICE, OUT_OF_DOMAIN_NOTICE]
}
