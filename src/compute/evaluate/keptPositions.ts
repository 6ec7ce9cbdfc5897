/** Where prompt fields begin and what stands between them: words that every prompt shares. */
export const BOILERPLATE = 'PRIOR_REPORT: INDICATION: TECHNIQUE: COMPARISON: ASSISTANT: N/A'

/** A prompt and the report after it, as the dictionary's training sees them. */
export interface ReadIds {
  /** Prompt first, then the report without its end-of-sequence token. */
  readonly ids: ArrayLike<number>
  readonly promptLength: number
  readonly imageId: number
  /** The ids of `BOILERPLATE`. */
  readonly boilerplate: ReadonlySet<number>
}

/**
 * The positions whose residuals train and measure the dictionary (the token mask of
 * training/train_dictionary.py): the last token of each film, what follows the last film apart from
 * boilerplate, the prompt's last token and every token of the report. Ascending.
 */
export function keptPositions({ ids, promptLength, imageId, boilerplate }: ReadIds): readonly number[] {
  const kept: number[] = []
  let lastImage = -1
  for (let i = 0; i < promptLength; i++) if (ids[i] === imageId) lastImage = i
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i] as number
    const endsFilm = id === imageId && (i + 1 === promptLength || ids[i + 1] !== imageId)
    const field = i > 0 && i > lastImage && !boilerplate.has(id)
    if (i >= promptLength - 1 || (i < promptLength && (endsFilm || field))) kept.push(i)
  }
  return kept
}
