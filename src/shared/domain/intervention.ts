import { z } from 'zod'

export const METHODS = ['add', 'ablate'] as const
/** `random` is for controls of a review set alone. */
export const INTERVENTION_METHODS = [...METHODS, 'random'] as const
export const POSITIONS = ['generated', 'all'] as const

/**
 * What is done to the residual at the hook. `add`: h += strength x (feature's maximum activation) x
 * decoder direction, for every term. `ablate`: the feature's own contribution at that token
 * (activation x decoder direction) is taken out, strength being ignored. `random`: like `add` and as far, but for every
 * feature along a direction drawn at random from its number. The empty list of terms, and terms of strength 0 unless
 * they are taken out, are the baseline.
 * `generated` touches the last prompt token, which chooses the first word, and every token written after it;
 * `all` touches the whole prompt after BOS as well.
 */
export const Intervention = z
  .object({
    terms: z
      .array(z.object({ feature: z.number().int().min(0), strength: z.number().min(-100).max(100) }).readonly())
      .max(32)
      .readonly(),
    method: z.enum(INTERVENTION_METHODS),
    positions: z.enum(POSITIONS),
  })
  .readonly()
export type Intervention = z.infer<typeof Intervention>

export const BASELINE: Intervention = { terms: [], method: 'add', positions: 'generated' }

/** True when the intervention leaves the model as it is. */
export function isBaseline(intervention: Intervention): boolean {
  return intervention.method === 'ablate'
    ? intervention.terms.length === 0
    : intervention.terms.every((term) => term.strength === 0)
}
