import type { CoOccurrence, CorpusTerm } from '../../shared/domain/corpus.ts'

/** How many reports state exactly one set of terms. */
export interface TermCount {
  readonly terms: ReadonlySet<CorpusTerm>
  readonly reports: number
}

const Z95 = 1.959963984540054

/**
 * How often `term` is stated in reports that state any of `target`, over a corpus given as counts of term sets.
 *
 * lift = n11 N / (n1 n2). Its 95 % interval is that of log lift by the delta method over multinomial counts:
 * variance = 1/n11 - 1/n1 - 1/n2 + (2 lift - 1)/N. Where an inner cell is empty, half a report is added to every cell
 * for the interval alone (Haldane 1956, Anscombe 1956), so that "never together" still has an upper limit.
 */
export function coOccurrence(
  corpus: readonly TermCount[], target: readonly CorpusTerm[], term: CorpusTerm,
): CoOccurrence {
  let [reports, withTarget, withTerm, together] = [0, 0, 0, 0]
  for (const { terms, reports: count } of corpus) {
    const inTarget = target.some((one) => terms.has(one))
    const inTerm = terms.has(term)
    reports += count
    if (inTarget) withTarget += count
    if (inTerm) withTerm += count
    if (inTarget && inTerm) together += count
  }
  const counts = { reports, withTarget, withTerm, together }
  if (withTarget === 0 || withTerm === 0) return { ...counts, lift: null, low: null, high: null }
  const cells = [together, withTarget - together, withTerm - together, reports - withTarget - withTerm + together]
  const half = cells.some((cell) => cell === 0) ? 0.5 : 0
  const both = together + half
  const one = withTarget + 2 * half
  const two = withTerm + 2 * half
  const all = reports + 4 * half
  const middle = (both * all) / (one * two)
  const variance = 1 / both - 1 / one - 1 / two + (2 * middle - 1) / all
  const width = Z95 * Math.sqrt(Math.max(0, variance))
  return {
    ...counts,
    lift: (together * reports) / (withTarget * withTerm),
    low: middle * Math.exp(-width),
    high: middle * Math.exp(width),
  }
}
