import { known, unknown, type Estimate } from './estimate.ts'
import { pairable, type Ratings } from './ratings.ts'

export type Metric = 'nominal' | 'ordinal' | 'interval'

/**
 * Krippendorff's alpha: 1 - observed over expected disagreement, from the coincidences of values in items with two
 * answers or more. Values are numbers; their order matters to `ordinal`, their differences to `interval`.
 * Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), https://repository.upenn.edu/asc_papers/43
 */
export function krippendorffAlpha(ratings: Ratings, metric: Metric): Estimate {
  const rated = pairable(ratings)
  if (rated.rows.length === 0) return unknown('No item was rated by two readers.')
  const values = [...new Set(rated.rows.flat().filter((value) => value !== null))].sort((a, b) => a - b)
  if (values.length === 1) return unknown('Every answer is the same, so agreement cannot be told from chance.')
  const index = new Map(values.map((value, at) => [value, at]))
  const coincidences = values.map(() => new Array<number>(values.length).fill(0))
  for (const [at, row] of rated.rows.entries()) {
    const answers = row.flatMap((value) => (value === null ? [] : [index.get(value)!]))
    const share = rated.counts[at]! / (answers.length - 1)
    for (const [i, a] of answers.entries()) {
      for (const [j, b] of answers.entries()) {
        if (i !== j) coincidences[a]![b]! += share
      }
    }
  }
  const totals = coincidences.map((row) => row.reduce((a, b) => a + b, 0))
  const all = totals.reduce((a, b) => a + b, 0)
  const distance = distances(metric, values, totals)
  let observed = 0
  let expected = 0
  for (const [i, row] of coincidences.entries()) {
    for (const [j, count] of row.entries()) {
      observed += count * distance(i, j)
      expected += (totals[i]! * totals[j]! * distance(i, j)) / (all - 1)
    }
  }
  return known(1 - observed / expected)
}

/** The squared difference between two values, by their places in the order. */
function distances(
  metric: Metric, values: readonly number[], totals: readonly number[],
): (i: number, j: number) => number {
  if (metric === 'nominal') return (i, j) => (i === j ? 0 : 1)
  if (metric === 'interval') return (i, j) => (values[i]! - values[j]!) ** 2
  const below = totals.map((_, at) => totals.slice(0, at).reduce((a, b) => a + b, 0))
  // The ranks between two values: all that lie between, and half of the two themselves.
  const rank = totals.map((total, at) => below[at]! + total / 2)
  return (i, j) => (rank[i]! - rank[j]!) ** 2
}
