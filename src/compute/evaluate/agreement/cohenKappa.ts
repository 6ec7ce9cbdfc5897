import { chanceCorrected, unknown, type Estimate } from './estimate.ts'
import { categoryCounts, complete, itemCount, type Ratings } from './ratings.ts'
import type { Weights } from './weights.ts'

/**
 * Cohen's kappa of two readers over the items that both rated; with weights other than identity, weighted kappa.
 * Cohen, Educ Psychol Meas 20 (1960) 37-46; Cohen, Psychol Bull 70 (1968) 213-220.
 */
export function cohenKappa(ratings: Ratings, weights: Weights): Estimate {
  if (ratings.readers !== 2) return unknown(`Cohen's kappa is for two readers, not ${ratings.readers}.`)
  const both = complete(ratings)
  const items = itemCount(both)
  if (items === 0) return unknown('No item was rated by both readers.')
  const categories = weights.length
  categoryCounts(both, categories) // refuses what is not a category
  const first = new Array<number>(categories).fill(0)
  const second = new Array<number>(categories).fill(0)
  let observed = 0
  for (const [at, [a, b]] of both.rows.entries()) {
    const share = both.counts[at]! / items
    first[a!]! += share
    second[b!]! += share
    observed += share * weights[a!]![b!]!
  }
  let expected = 0
  for (const [i, row] of weights.entries()) {
    for (const [j, weight] of row.entries()) expected += weight * first[i]! * second[j]!
  }
  return chanceCorrected(observed, expected)
}
