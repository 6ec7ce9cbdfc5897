import type { HookEvidence } from '../../../shared/domain/dictionary.ts'

/** How far the mean number of active features may be from k, as a factor, before a hook is no likely one. */
const NEAR_K = 2

/**
 * Hooks with the likeliest first: those where about k features are active go before the others, and among each the
 * reconstruction that leaves least of the variance.
 * @param k the number of active features it was trained for; null ranks by variance alone
 */
export function rankHooks(evidence: readonly HookEvidence[], k: number | null): readonly HookEvidence[] {
  const far = ({ meanActive }: HookEvidence): number =>
    k === null || (meanActive >= k / NEAR_K && meanActive <= k * NEAR_K) ? 0 : 1
  return evidence.toSorted((a, b) => far(a) - far(b) || a.unexplainedVariance - b.unexplainedVariance)
}
