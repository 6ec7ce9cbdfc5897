import type { FeatureRow } from '../../shared/contracts/main.ts'
import type { Intervention } from '../../shared/domain/intervention.ts'

/** Strengths are set between minus and plus this, in units of the feature's maximum activation. */
export const STRENGTH_LIMIT = 10
/** What a key changes it by, and with Shift. Features steer best at strengths from a third to several maxima. */
export const STRENGTH_STEP = 0.1
export const COARSE_STRENGTH_STEP = 1
/** Strengths are kept to this, so that a measured one is put in as it was measured. */
const STRENGTH_GRAIN = 0.01
/** What the contract allows in one intervention. */
export const MOST_TERMS = 32

/** A feature that the reader put into the intervention. */
export interface ChosenFeature {
  readonly row: FeatureRow
  readonly strength: number
}

/** A strength within its limits, without digits that say nothing. */
export function gridStrength(strength: number): number {
  const limited = Math.min(STRENGTH_LIMIT, Math.max(-STRENGTH_LIMIT, strength))
  const kept = Number((Math.round(limited / STRENGTH_GRAIN) * STRENGTH_GRAIN).toFixed(2))
  return kept === 0 ? 0 : kept // no minus zero
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
