/**
 * How many of `n` independent trials with chance `p` succeed, from uniform numbers in [0, 1). Small means wait from
 * success to success; large ones use Hörmann's transformed rejection (algorithm BTRS, J Stat Comput Simul 46 (1993)
 * 101-110), so that the cost does not grow with n.
 */
export function binomial(n: number, p: number, next: () => number): number {
  if (n <= 0 || p <= 0) return 0
  if (p >= 1) return n
  if (p > 0.5) return n - binomial(n, 1 - p, next)
  return n * p < 10 ? byWaiting(n, p, next) : byRejection(n, p, next)
}

function byWaiting(n: number, p: number, next: () => number): number {
  const scale = Math.log1p(-p)
  let successes = -1
  for (let trial = 0; trial <= n; successes++) trial += Math.floor(Math.log(1 - next()) / scale) + 1
  return successes
}

function byRejection(n: number, p: number, next: () => number): number {
  const deviation = Math.sqrt(n * p * (1 - p))
  const b = 1.15 + 2.53 * deviation
  const a = -0.0873 + 0.0248 * b + 0.01 * p
  const centre = n * p + 0.5
  const sure = 0.92 - 4.2 / b
  const odds = p / (1 - p)
  const alpha = (2.83 + 5.1 / b) * deviation
  const mode = Math.floor((n + 1) * p)
  for (;;) {
    const u = next() - 0.5
    const v = next()
    const edge = 0.5 - Math.abs(u)
    const k = Math.floor(((2 * a) / edge + b) * u + centre)
    if (edge >= 0.07 && v <= sure) return k
    if (k < 0 || k > n) continue
    const bound = (mode + 0.5) * Math.log((mode + 1) / (odds * (n - mode + 1)))
      + (n + 1) * Math.log((n - mode + 1) / (n - k + 1))
      + (k + 0.5) * Math.log((odds * (n - k + 1)) / (k + 1))
      + stirlingTail(mode) + stirlingTail(n - mode) - stirlingTail(k) - stirlingTail(n - k)
    if (Math.log((v * alpha) / (a / (edge * edge) + b)) <= bound) return k
  }
}

/** What Stirling's formula lacks of ln k!: ln k! - [ln sqrt(2 pi) + (k + 1/2) ln(k + 1) - (k + 1)]. */
function stirlingTail(k: number): number {
  if (k < 10) return SMALL_TAILS[k]!
  const x = k + 1
  return (1 / 12 - (1 / 360 - 1 / 1260 / (x * x)) / (x * x)) / x
}

const SMALL_TAILS: readonly number[] = Array.from({ length: 10 }, (_, k) => {
  let factorial = 0
  for (let i = 2; i <= k; i++) factorial += Math.log(i)
  return factorial - (0.5 * Math.log(2 * Math.PI) + (k + 0.5) * Math.log(k + 1) - (k + 1))
})
