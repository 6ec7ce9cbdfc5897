import { seededRandom } from '../seededRandom.ts'
import { binomial } from './binomial.ts'
import type { Estimate } from './estimate.ts'
import { itemCount, type Ratings } from './ratings.ts'

export interface BootstrapOptions {
  readonly resamples?: number
  readonly seed?: number
  /** Coverage, 0 to 1. */
  readonly level?: number
}

/** The interval of a statistic, or why there is none. */
export type Interval =
  | { readonly low: number; readonly high: number; readonly why: null }
  | { readonly low: null; readonly high: null; readonly why: string }

/** The most resamples that may leave a statistic undefined before its interval means nothing. */
const MOST_UNDEFINED = 0.05

/**
 * Percentile bootstrap interval of a statistic over items: items are drawn with replacement, all answers of an item
 * together, and the same seed gives the same interval. Efron and Tibshirani, An Introduction to the Bootstrap
 * (1993), chapter 13.
 */
export function bootstrapInterval(
  ratings: Ratings, statistic: (ratings: Ratings) => Estimate, options: BootstrapOptions = {},
): Interval {
  const { resamples = 2000, seed = 1, level = 0.95 } = options
  const items = itemCount(ratings)
  if (items < 2) return none('An interval needs at least two items.')
  const next = seededRandom(seed)
  const values: number[] = []
  for (let draw = 0; draw < resamples; draw++) {
    const { value } = statistic({ ...ratings, counts: resample(ratings.counts, items, next) })
    if (value !== null) values.push(value)
  }
  const lost = resamples - values.length
  if (lost > MOST_UNDEFINED * resamples) {
    return none(`In ${lost} of ${resamples} resamples the answers leave it undefined: there are too few that differ.`)
  }
  values.sort((a, b) => a - b)
  const tail = (1 - level) / 2
  return { low: quantile(values, tail), high: quantile(values, 1 - tail), why: null }
}

/** A draw of as many items with replacement: the multinomial, row after row. */
function resample(counts: readonly number[], items: number, next: () => number): number[] {
  let left = items
  let drawn = items
  return counts.map((count) => {
    const taken = count >= left ? drawn : binomial(drawn, count / left, next)
    left -= count
    drawn -= taken
    return taken
  })
}

/** The p-quantile of sorted values, between neighbours linearly (type 7 of Hyndman and Fan 1996). */
export function quantile(sorted: readonly number[], p: number): number {
  const at = p * (sorted.length - 1)
  const below = Math.floor(at)
  const low = sorted[below]!
  return low + (at - below) * ((sorted[below + 1] ?? low) - low)
}

function none(why: string): Interval {
  return { low: null, high: null, why }
}
