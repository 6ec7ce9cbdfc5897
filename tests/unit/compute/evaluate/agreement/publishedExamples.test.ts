import { describe, expect, it } from 'vitest'
import { cohenKappa } from '../../../../../src/compute/evaluate/agreement/cohenKappa.ts'
import { ICC_FORMS, intraclass } from '../../../../../src/compute/evaluate/agreement/intraclass.ts'
import { krippendorffAlpha } from '../../../../../src/compute/evaluate/agreement/krippendorffAlpha.ts'
import { fleissKappa, gwetAc, observedAgreement } from '../../../../../src/compute/evaluate/agreement/multiReader.ts'
import { ratingsOf, ratingsOfTable } from '../../../../../src/compute/evaluate/agreement/ratings.ts'
import { exactShare, wilsonShare } from '../../../../../src/compute/evaluate/agreement/share.ts'
import { weightsOf, type Weighting } from '../../../../../src/compute/evaluate/agreement/weights.ts'
import type { Estimate } from '../../../../../src/compute/evaluate/agreement/estimate.ts'

/** The value with as many decimals as the source prints. */
const printed = ({ value, why }: Estimate, decimals: number): string => value?.toFixed(decimals) ?? why ?? ''

/** Columns of a reader each, '.' where there is none, as items; categories from 1 become categories from 0. */
function itemsOf(columns: readonly string[]): ReturnType<typeof ratingsOf> {
  const readers = columns.map((column) => column.split(' ').map((word) => (word === '.' ? null : Number(word) - 1)))
  return ratingsOf(readers[0]!.map((_, item) => readers.map((reader) => reader[item]!)))
}

/** Items of which only is known how many readers chose each category; the order of readers does not matter. */
const itemsOfCounts = (rows: readonly (readonly number[])[]) =>
  ratingsOf(rows.map((row) => row.flatMap((count, category) => new Array<number>(count).fill(category))))

describe("Cohen's kappa", () => {
  it('is .492 for the diagnoses of Cohen 1960, repeated in Cohen 1968 with weighted kappa .348', () => {
    // Cohen, Psychol Bull 70 (1968) 213-220, table 1: proportions of 200 patients, and weights of disagreement.
    const diagnoses = ratingsOfTable([[88, 14, 18], [10, 40, 10], [2, 6, 12]])
    const disagreement = [[0, 1, 3], [1, 0, 6], [3, 6, 0]]
    expect(printed(cohenKappa(diagnoses, weightsOf('identity', 3)), 3)).toBe('0.492')
    const agreement = disagreement.map((row) => row.map((weight) => 1 - weight / 6))
    expect(printed(cohenKappa(diagnoses, agreement), 3)).toBe('0.348')
  })

  it('is 0.1293, and 0.2374 with linear weights, for the couples of Agresti 1990', () => {
    // Agresti, Categorical Data Analysis (1990) table 2.10; values as printed by vcd 1.4 for Kappa(SexualFun).
    const couples = ratingsOfTable([[7, 7, 2, 3], [2, 8, 3, 7], [1, 5, 4, 9], [2, 8, 9, 14]])
    expect(printed(cohenKappa(couples, weightsOf('identity', 4)), 4)).toBe('0.1293')
    expect(printed(cohenKappa(couples, weightsOf('linear', 4)), 4)).toBe('0.2374')
    // With quadratic weights, as printed by scikit-learn 1.x cohen_kappa_score.
    expect(printed(cohenKappa(couples, weightsOf('quadratic', 4)), 10)).toBe('0.3320455862')
  })

  it('agrees with Gwet for two abstractors of 100 emergency patients', () => {
    // irrCAC (K. L. Gwet's package), vignette "overview", table cont3x3abstractors.
    const abstractors = ratingsOfTable([[13, 0, 0], [0, 20, 7], [0, 4, 56]])
    const equal = weightsOf('identity', 3)
    expect(printed(cohenKappa(abstractors, equal), 7)).toBe('0.7964094')
    expect(printed(fleissKappa(abstractors, equal), 7)).toBe('0.7962397') // Scott's pi
    expect(printed(gwetAc(abstractors, equal), 7)).toBe('0.8493305')
    expect(printed(krippendorffAlpha(abstractors, 'nominal'), 7)).toBe('0.7972585')
    expect(printed(observedAgreement(abstractors, equal), 2)).toBe('0.89')
    // The same package with quadratic weights.
    const squared = weightsOf('quadratic', 3)
    expect(printed(cohenKappa(abstractors, squared), 5)).toBe('0.89216')
    expect(printed(gwetAc(abstractors, squared), 5)).toBe('0.94024')
  })
})

describe("Fleiss' kappa", () => {
  it('is .430 for the 30 patients of Fleiss 1971, six psychiatrists each', () => {
    // Fleiss, Psychol Bull 76 (1971) 378-382, table 1: depression, personality disorder, schizophrenia, neurosis,
    // other.
    const rows = [
      '00060', '03003', '01401', '00006', '03030', '20400', '00402', '20310', '20040', '00006',
      '10050', '11040', '03300', '10050', '02031', '00501', '30012', '51000', '02040', '10203',
      '00006', '01050', '02013', '20040', '10041', '05010', '40002', '02040', '10500', '00006',
    ].map((row) => [...row].map(Number))
    expect(rows.reduce((sum, row) => sum.map((count, at) => count + row[at]!))).toEqual([26, 26, 30, 55, 43])
    const patients = itemsOfCounts(rows)
    expect(printed(observedAgreement(patients, weightsOf('identity', 5)), 4)).toBe('0.5556')
    expect(printed(fleissKappa(patients, weightsOf('identity', 5)), 3)).toBe('0.430')
  })
})

// Krippendorff 2011, section C: 12 units, four observers, missing values. Gwet's cac.raw4raters has the same units.
const UNITS = itemsOf([
  '1 2 3 3 2 1 4 1 2 . . .',
  '1 2 3 3 2 2 4 1 2 5 . 3',
  '. 3 3 3 2 3 4 2 2 5 1 .',
  '1 2 3 3 2 4 4 1 2 5 1 .',
])

describe("Krippendorff's alpha", () => {
  it.each([['nominal', '0.743'], ['ordinal', '0.815'], ['interval', '0.849']] as const)(
    'is as in his note of 2011, %s: %s', (metric, value) => {
      expect(printed(krippendorffAlpha(UNITS, metric), 3)).toBe(value)
    })
})

describe('coefficients of four readers with missing answers', () => {
  // irrCAC, vignettes "overview" and "weighting", dataset cac.raw4raters; five decimals as its Python port prints them.
  it.each([
    ['identity', '0.81818', '0.76117', '0.77544'],
    ['linear', '0.93939', '0.81794', '0.85874'],
    ['quadratic', '0.97538', '0.86494', '0.91400'],
    ['ordinal', '0.96818', '0.85021', '0.89894'],
  ] as const)('with %s weights are as Gwet has them', (weighting: Weighting, observed, fleiss, gwet) => {
    const weights = weightsOf(weighting, 5)
    expect(printed(observedAgreement(UNITS, weights), 5)).toBe(observed)
    expect(printed(fleissKappa(UNITS, weights), 5)).toBe(fleiss)
    expect(printed(gwetAc(UNITS, weights), 5)).toBe(gwet)
  })

  it("show the paradox of kappa: .94 by AC1 and -.02 by kappa where one answer is rare", () => {
    // Gwet, Kappa Statistic Is Not Satisfactory for Assessing the Extent of Agreement Between Raters (2002), table 3.
    const rare = ratingsOfTable([[118, 5], [2, 0]])
    expect(printed(cohenKappa(rare, weightsOf('identity', 2)), 2)).toBe('-0.02')
    expect(printed(gwetAc(rare, weightsOf('identity', 2)), 2)).toBe('0.94')
  })
})

describe('intraclass correlation', () => {
  it('is as in Shrout and Fleiss 1979, table 4, for six targets and four judges', () => {
    const judges = ratingsOf([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])
    expect(ICC_FORMS.map((form) => [form, printed(intraclass(judges, form), 2)])).toEqual([
      ['1,1', '0.17'], ['2,1', '0.29'], ['3,1', '0.71'], ['1,k', '0.44'], ['2,k', '0.62'], ['3,k', '0.91'],
    ])
  })
})

describe('intervals of a share', () => {
  // Newcombe, Stat Med 17 (1998) 857-872, table I: methods 3 (score) and 5 (exact).
  it.each([
    [81, 263, '0.2553 0.3662', '0.2527 0.3676'],
    [15, 148, '0.0624 0.1605', '0.0578 0.1617'],
    [0, 20, '0.0000 0.1611', '0.0000 0.1684'],
    [1, 29, '0.0061 0.1718', '0.0009 0.1776'],
  ])('for %i of %i are as Newcombe has them', (count, total, wilson, exact) => {
    const limits = ({ low, high }: { low: number | null; high: number | null }) => `${low?.toFixed(4)} ${high?.toFixed(4)}`
    expect(limits(wilsonShare(count, total))).toBe(wilson)
    expect(limits(exactShare(count, total))).toBe(exact)
  })

  it('hold their ends where the counts are large', () => {
    const { low, high } = exactShare(350_000, 1_000_000)
    expect([low?.toFixed(5), high?.toFixed(5)]).toEqual(['0.34907', '0.35094']) // scipy.stats.beta.ppf
    expect(exactShare(10, 10)).toMatchObject({ high: 1 })
    expect(wilsonShare(0, 0)).toEqual({ count: 0, total: 0, share: null, low: null, high: null })
  })
})
