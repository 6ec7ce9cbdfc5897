import type { FeatureRow } from '../../shared/contracts/main.ts'
import type { Intervention } from '../../shared/domain/intervention.ts'

/** Strengths are set between minus and plus this, in units of the feature's maximum activation, in steps of 0.5. */
export const STRENGTH_LIMIT = 10
export const STRENGTH_STEP = 0.5
/** What the contract allows in one intervention. */
export const MOST_TERMS = 32

/** A feature that the reader put into the intervention. */
export interface ChosenFeature {
  readonly row: FeatureRow
  readonly strength: number
}

/** A strength on the slider's grid, within its limits. */
export function gridStrength(strength: number): number {
  const limited = Math.min(STRENGTH_LIMIT, Math.max(-STRENGTH_LIMIT, strength))
  const stepped = Math.round(limited / STRENGTH_STEP) * STRENGTH_STEP
  return stepped === 0 ? 0 : stepped // no minus zero
}

/**
 * The intervention that chosen features make. Under `add`, features at strength 0 do nothing and are
 * left out; under `ablate` strength is ignored and every chosen feature counts.
 */
export function interventionOf(
  chosen: readonly ChosenFeature[],
  method: Intervention['method'],
  positions: Intervention['positions'],
): Intervention {
  const terms = chosen
    .filter(({ strength }) => method === 'ablate' || strength !== 0)
    .map(({ row, strength }) => ({ feature: row.index, strength }))
  return { terms, method, positions }
}
