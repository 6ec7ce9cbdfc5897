/** A share of a whole with its 95 % interval; all null when there is nothing to count. */
export interface Share {
  readonly count: number
  readonly total: number
  readonly share: number | null
  readonly low: number | null
  readonly high: number | null
}

/** The normal deviate of a two-sided 95 % interval. */
const Z = 1.959963984540054

/**
 * Wilson's score interval without continuity correction, 95 %: stays within 0 and 1 and holds its coverage with few
 * items. Wilson, J Am Stat Assoc 22 (1927) 209-212; method 3 of Newcombe, Stat Med 17 (1998) 857-872.
 */
export function wilsonShare(count: number, total: number): Share {
  if (total === 0) return { count, total, share: null, low: null, high: null }
  const p = count / total
  const middle = 2 * count + Z * Z
  const half = Z * Math.sqrt(Z * Z + 4 * count * (1 - p))
  const scale = 2 * (total + Z * Z)
  const [low, high] = [Math.max(0, (middle - half) / scale), Math.min(1, (middle + half) / scale)]
  return { count, total, share: p, low, high }
}

/**
 * Clopper and Pearson's exact interval, 95 %: never covers less than it says (Biometrika 26 (1934) 404-413; method 5
 * of Newcombe 1998).
 */
export function exactShare(count: number, total: number): Share {
  if (total === 0) return { count, total, share: null, low: null, high: null }
  const low = count === 0 ? 0 : solve(tailAbove(count, total, 0.025))
  const high = count === total ? 1 : solve(tailAbove(count + 1, total, 0.975))
  return { count, total, share: count / total, low, high }
}

/** P(X >= k) - level of the binomial distribution as a function of p, for 1 <= k <= n. */
function tailAbove(k: number, n: number, level: number): (p: number) => number {
  const above = sumFrom(k, n, 1)
  const below = sumFrom(k - 1, n, -1)
  // Summed away from the mean, where terms fall.
  return (p) => (k > n * p ? above(p) : 1 - below(p)) - level
}

/** The sum of the probabilities of k, k + step, … up to 0 or n, as a function of p in (0, 1). */
function sumFrom(k: number, n: number, step: 1 | -1): (p: number) => number {
  let choose = 0 // ln of n over k
  for (let i = 1; i <= Math.min(k, n - k); i++) choose += Math.log((n - Math.min(k, n - k) + i) / i)
  return (p) => {
    let term = Math.exp(choose + k * Math.log(p) + (n - k) * Math.log1p(-p))
    let sum = 0
    for (let i = k; i >= 0 && i <= n && term > sum * 1e-17; i += step) {
      sum += term
      term *= step === 1 ? ((n - i) / (i + 1)) * (p / (1 - p)) : (i / (n - i + 1)) * ((1 - p) / p)
    }
    return sum
  }
}

/** Where a function that rises from below 0 to above 0 over [0, 1] crosses it. */
function solve(rising: (p: number) => number): number {
  let low = 0
  let high = 1
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2
    if (rising(middle) < 0) low = middle
    else high = middle
  }
  return (low + high) / 2
}
