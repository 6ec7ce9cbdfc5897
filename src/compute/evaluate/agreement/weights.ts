/** How much two categories agree, 1 on the diagonal: a square table. */
export type Weights = readonly (readonly number[])[]

export const WEIGHTINGS = ['identity', 'linear', 'quadratic', 'ordinal'] as const
export type Weighting = (typeof WEIGHTINGS)[number]

/**
 * The usual weights for `categories` categories in their order: `identity` counts equal answers alone, `linear` and
 * `quadratic` fall with the distance and its square, `ordinal` with the number of pairs of ranks between
 * (Gwet, Handbook of Inter-Rater Reliability, 4th ed. 2014, section 3.5).
 */
export function weightsOf(weighting: Weighting, categories: number): Weights {
  const most = categories - 1
  const weight = (i: number, j: number): number => {
    const distance = Math.abs(i - j)
    if (distance === 0) return 1
    if (weighting === 'identity') return 0
    if (weighting === 'linear') return 1 - distance / most
    if (weighting === 'quadratic') return 1 - (distance / most) ** 2
    return 1 - (distance * (distance + 1)) / (categories * most)
  }
  return Array.from({ length: categories }, (_, i) => Array.from({ length: categories }, (_, j) => weight(i, j)))
}
