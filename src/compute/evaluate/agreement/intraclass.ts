import { known, unknown, type Estimate } from './estimate.ts'
import { complete, itemCount, type Ratings } from './ratings.ts'

/** Shrout and Fleiss' forms: readers (1: others each time, 2: a sample, 3: these), and one reading or their mean. */
export const ICC_FORMS = ['1,1', '2,1', '3,1', '1,k', '2,k', '3,k'] as const
export type IccForm = (typeof ICC_FORMS)[number]

/**
 * Intraclass correlation over the items that every reader rated, from a two-way analysis of variance.
 * Shrout and Fleiss, Psychol Bull 86 (1979) 420-428.
 */
export function intraclass(ratings: Ratings, form: IccForm): Estimate {
  const rated = complete(ratings)
  const n = itemCount(rated)
  const k = rated.readers
  if (k < 2) return unknown('There must be at least two readers.')
  if (n < 2) return unknown('Fewer than two items were rated by every reader.')
  const { between, readers, residual, within } = meanSquares(rated, n, k)
  if (between + within < 1e-12) return unknown('Every answer is the same, so there is no variance to explain.')
  const ratio = (above: number, below: number): Estimate =>
    Math.abs(below) < 1e-12 ? unknown('The items do not differ, so there is no variance between them to explain.') : known(above / below)
  switch (form) {
    case '1,1': return ratio(between - within, between + (k - 1) * within)
    case '2,1': return ratio(between - residual, between + (k - 1) * residual + (k * (readers - residual)) / n)
    case '3,1': return ratio(between - residual, between + (k - 1) * residual)
    case '1,k': return ratio(between - within, between)
    case '2,k': return ratio(between - residual, between + (readers - residual) / n)
    case '3,k': return ratio(between - residual, between)
  }
}

/** Mean squares between items, between readers, residual, and within items. */
function meanSquares({ rows, counts }: Ratings, n: number, k: number) {
  const readerMeans = new Array<number>(k).fill(0)
  for (const [at, row] of rows.entries()) {
    for (let reader = 0; reader < k; reader++) readerMeans[reader]! += (counts[at]! * row[reader]!) / n
  }
  const grand = mean(readerMeans)
  let items = 0
  let within = 0
  let residual = 0
  for (const [at, row] of rows.entries()) {
    const answers = row as readonly number[] // complete
    const own = mean(answers)
    items += counts[at]! * (own - grand) ** 2
    for (const [reader, answer] of answers.entries()) {
      within += counts[at]! * (answer - own) ** 2
      residual += counts[at]! * (answer - own - readerMeans[reader]! + grand) ** 2
    }
  }
  return {
    between: (k * items) / (n - 1),
    within: within / (n * (k - 1)),
    readers: (n * readerMeans.reduce((sum, value) => sum + (value - grand) ** 2, 0)) / (k - 1),
    residual: residual / ((n - 1) * (k - 1)),
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length
}
