/** A number that was worked out, or one sentence that says why it cannot be. */
export type Estimate =
  | { readonly value: number; readonly why: null }
  | { readonly value: null; readonly why: string }

export const known = (value: number): Estimate => ({ value, why: null })
export const unknown = (why: string): Estimate => ({ value: null, why })

/** (observed - expected) / (1 - expected), or why not. */
export function chanceCorrected(observed: number, expected: number): Estimate {
  if (1 - expected < 1e-12) {
    return unknown('Every answer is the same, so agreement cannot be told from chance.')
  }
  return known((observed - expected) / (1 - expected))
}
