import { describe, expect, it } from 'vitest'
import { binomial } from '../../../../../src/compute/evaluate/agreement/binomial.ts'
import { bootstrapInterval, quantile } from '../../../../../src/compute/evaluate/agreement/bootstrap.ts'
import { cohenKappa } from '../../../../../src/compute/evaluate/agreement/cohenKappa.ts'
import { intraclass } from '../../../../../src/compute/evaluate/agreement/intraclass.ts'
import { krippendorffAlpha } from '../../../../../src/compute/evaluate/agreement/krippendorffAlpha.ts'
import { fleissKappa, gwetAc, observedAgreement } from '../../../../../src/compute/evaluate/agreement/multiReader.ts'
import { complete, itemCount, pairable, ratingsOf, ratingsOfTable, withReaders } from '../../../../../src/compute/evaluate/agreement/ratings.ts'
import { weightsOf } from '../../../../../src/compute/evaluate/agreement/weights.ts'
import { seededRandom } from '../../../../../src/compute/evaluate/seededRandom.ts'

const EQUAL = weightsOf('identity', 2)

describe('a binomial number', () => {
  it.each([[40, 0.1], [40, 0.9], [400, 0.3], [100_000, 0.6]])('of %i trials of chance %f is spread as it must be', (n, p) => {
    const next = seededRandom(7)
    const draws = Array.from({ length: 20_000 }, () => binomial(n, p, next))
    const mean = draws.reduce((a, b) => a + b) / draws.length
    const variance = draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / draws.length
    expect(Math.abs(mean - n * p)).toBeLessThan(4 * Math.sqrt((n * p * (1 - p)) / draws.length))
    expect(variance / (n * p * (1 - p))).toBeCloseTo(1, 1)
  })

  it('has the probabilities of the distribution, by chi-square', () => {
    const n = 60
    const p = 0.25
    const next = seededRandom(3)
    const seen = new Array<number>(n + 1).fill(0)
    for (let draw = 0; draw < 50_000; draw++) seen[binomial(n, p, next)]! += 1
    let probability = (1 - p) ** n
    let chi = 0
    let cells = 0
    for (let k = 0; k <= n; k++) {
      const expected = 50_000 * probability
      if (expected >= 5) {
        chi += (seen[k]! - expected) ** 2 / expected
        cells += 1
      }
      probability *= ((n - k) / (k + 1)) * (p / (1 - p))
    }
    expect(chi).toBeLessThan(cells + 4 * Math.sqrt(2 * cells))
  })
})

describe('a bootstrap interval', () => {
  const ratings = ratingsOfTable([[40, 9], [6, 45]])
  const kappa = (some: typeof ratings) => cohenKappa(some, EQUAL)

  it('is the same for the same seed, another for another, and holds the estimate', () => {
    const first = bootstrapInterval(ratings, kappa, { seed: 5 })
    expect(bootstrapInterval(ratings, kappa, { seed: 5 })).toEqual(first)
    expect(bootstrapInterval(ratings, kappa, { seed: 6 })).not.toEqual(first)
    expect(first.low).toBeLessThan(kappa(ratings).value!)
    expect(first.high).toBeGreaterThan(kappa(ratings).value!)
  })

  it("is as wide as kappa's large-sample standard error says", () => {
    // Fleiss, Cohen and Everitt, Psychol Bull 72 (1969) 323-327, formula 13.
    const { low, high } = bootstrapInterval(ratings, kappa, { resamples: 4000 })
    const [n, po] = [100, 0.85]
    const [row, column] = [[0.49, 0.51], [0.46, 0.54]] as const
    const pe = row[0] * column[0] + row[1] * column[1]
    const k = (po - pe) / (1 - pe)
    const cells = [[0.4, 0.09], [0.06, 0.45]] as const
    let sum = 0
    for (const i of [0, 1] as const) {
      sum += cells[i][i] * (1 - (row[i] + column[i]) * (1 - k)) ** 2
      sum += (1 - k) ** 2 * cells[i][i === 0 ? 1 : 0] * (column[i] + row[i === 0 ? 1 : 0]) ** 2
    }
    const error = Math.sqrt((sum - (k - pe * (1 - k)) ** 2) / (n * (1 - pe) ** 2))
    expect((high! - low!) / (2 * 1.96 * error)).toBeCloseTo(1, 1)
  })

  it('says why there is none', () => {
    expect(bootstrapInterval(ratingsOfTable([[1]]), kappa).why).toBe('An interval needs at least two items.')
    expect(bootstrapInterval(ratingsOfTable([[10, 0], [0, 1]]), kappa).why).toMatch(/^In \d+ of 2000 resamples the answers leave it undefined/)
  })

  it('takes its ends between neighbours', () => {
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5)
    expect(quantile([1, 2, 3, 4], 1)).toBe(4)
  })
})

describe('agreement that cannot be worked out says why', () => {
  const same = ratingsOf([[1, 1], [1, 1], [1, 1]])
  const alone = ratingsOf([[1, null], [null, 0]])
  it('because every answer is the same', () => {
    const why = 'Every answer is the same, so agreement cannot be told from chance.'
    expect(cohenKappa(same, EQUAL)).toEqual({ value: null, why })
    expect(fleissKappa(same, EQUAL)).toEqual({ value: null, why })
    expect(krippendorffAlpha(same, 'nominal')).toEqual({ value: null, why })
    expect(intraclass(same, '2,1').why).toMatch('no variance to explain')
    expect(gwetAc(same, EQUAL)).toEqual({ value: 1, why: null }) // chance agreement is 0 there, so AC1 is defined
  })
  it('because no two readers rated the same item', () => {
    for (const estimate of [observedAgreement(alone, EQUAL), fleissKappa(alone, EQUAL), krippendorffAlpha(alone, 'interval')]) {
      expect(estimate).toEqual({ value: null, why: 'No item was rated by two readers.' })
    }
    expect(cohenKappa(alone, EQUAL).why).toBe('No item was rated by both readers.')
    expect(intraclass(alone, '3,k').why).toBe('Fewer than two items were rated by every reader.')
  })
  it("because Cohen's kappa is for two readers", () => {
    expect(cohenKappa(ratingsOf([[0, 1, 1]]), EQUAL).why).toBe("Cohen's kappa is for two readers, not 3.")
  })
})

describe('ratings', () => {
  it('stand together where they are alike, which changes no coefficient', () => {
    const items = [[0, 1, null], [0, 0, 1], [0, 1, null], [1, 1, 1]] as const
    const ratings = ratingsOf(items)
    expect(ratings.counts).toEqual([2, 1, 1])
    const single = { readers: 3, rows: items, counts: [1, 1, 1, 1] }
    expect(fleissKappa(ratings, EQUAL)).toEqual(fleissKappa(single, EQUAL))
    expect(krippendorffAlpha(ratings, 'ordinal').value).toBeCloseTo(krippendorffAlpha(single, 'ordinal').value!, 12)
  })
  it('can be narrowed to readers and to items with enough answers', () => {
    const ratings = ratingsOf([[0, null, 1], [1, 1, 1], [null, null, 0]])
    expect(itemCount(complete(ratings))).toBe(1)
    expect(itemCount(pairable(ratings))).toBe(2)
    expect(complete(withReaders(ratings, [0, 2])).rows).toEqual([[0, 1], [1, 1]])
  })
  it('of unequal length and outside the categories are refused', () => {
    expect(() => ratingsOf([[0, 1], [0]])).toThrow(RangeError)
    expect(() => fleissKappa(ratingsOf([[0, 2]]), EQUAL)).toThrow('2 is not one of 2 categories')
  })
})
