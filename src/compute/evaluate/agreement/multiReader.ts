import { chanceCorrected, known, unknown, type Estimate } from './estimate.ts'
import { categoryCounts, itemCount, pairable, type Ratings } from './ratings.ts'
import type { Weights } from './weights.ts'

/*
 * Agreement of any number of readers, items with missing answers included, in the form of Gwet, Handbook of
 * Inter-Rater Reliability (4th ed. 2014), chapters 2 to 5: one observed agreement, and a chance agreement by which
 * the coefficients differ.
 */

/** Mean over the items with two answers or more of the share of pairs of readers that agree (weighted). */
export function observedAgreement(ratings: Ratings, weights: Weights): Estimate {
  const rated = pairable(ratings)
  const items = itemCount(rated)
  if (items === 0) return unknown('No item was rated by two readers.')
  let sum = 0
  for (const [row, counts] of categoryCounts(rated, weights.length).entries()) {
    const total = counts.reduce((a, b) => a + b, 0)
    let agreeing = 0
    for (const [k, count] of counts.entries()) {
      if (count === 0) continue
      const near = weights[k]!.reduce((near, weight, l) => near + weight * counts[l]!, 0)
      agreeing += count * (near - 1)
    }
    sum += (rated.counts[row]! * agreeing) / (total * (total - 1))
  }
  return known(sum / items)
}

/**
 * Fleiss' kappa (Fleiss, Psychol Bull 76 (1971) 378-382), generalised to missing answers and weights. With two
 * readers it is Scott's pi.
 */
export function fleissKappa(ratings: Ratings, weights: Weights): Estimate {
  return correct(ratings, weights, (shares) => {
    let expected = 0
    for (const [k, row] of weights.entries()) {
      for (const [l, weight] of row.entries()) expected += weight * shares[k]! * shares[l]!
    }
    return expected
  })
}

/**
 * Gwet's AC1, and AC2 where the weights are not identity (Gwet, Br J Math Stat Psychol 61 (2008) 29-48). Unlike kappa
 * it stays near the observed agreement when one category is rare.
 */
export function gwetAc(ratings: Ratings, weights: Weights): Estimate {
  const categories = weights.length
  if (categories < 2) return unknown('There must be at least two categories.')
  const total = weights.flat().reduce((a, b) => a + b, 0)
  return correct(ratings, weights, (shares) =>
    (total / (categories * (categories - 1))) * shares.reduce((sum, share) => sum + share * (1 - share), 0))
}

/** Corrects the observed agreement by a chance agreement that follows from the shares of the categories. */
function correct(ratings: Ratings, weights: Weights, chance: (shares: readonly number[]) => number): Estimate {
  const observed = observedAgreement(ratings, weights)
  if (observed.value === null) return observed
  return chanceCorrected(observed.value, chance(categoryShares(ratings, weights.length)))
}

/** Mean over items of the share of its answers in each category. */
export function categoryShares(ratings: Ratings, categories: number): readonly number[] {
  const shares = new Array<number>(categories).fill(0)
  let items = 0
  for (const [row, counts] of categoryCounts(ratings, categories).entries()) {
    const total = counts.reduce((a, b) => a + b, 0)
    if (total === 0) continue
    items += ratings.counts[row]!
    for (const [k, count] of counts.entries()) shares[k]! += (ratings.counts[row]! * count) / total
  }
  return shares.map((share) => share / items)
}
