import { describe, expect, it } from 'vitest'
import { formatAgreement, type FormatPair } from '../../../../src/compute/evaluate/formatAgreement.ts'
import { extractFindings } from '../../../../src/compute/report/findings.ts'
import { standingOf, type FormatMeasurement } from '../../../../src/shared/domain/model.ts'

const EFFUSION = 'There is a small left pleural effusion.'
const pair = (change: Partial<FormatPair> = {}): FormatPair => ({
  findings: extractFindings(EFFUSION), otherFindings: extractFindings(EFFUSION), tokens: [1, 0],
  logits: Float32Array.of(0, 2, 1, 3, 0, 0), otherLogits: Float32Array.of(0, 2, 1, 3, 0, 0), ...change,
})

describe('formatAgreement', () => {
  it('is whole for the same logits and texts', () => {
    expect(formatAgreement([pair(), pair()])).toEqual({
      cases: 2, largestLogitError: 0, topOneAgreement: 1, perplexityRatio: 1, findingAgreement: 1,
    })
  })

  it('counts other choices, the largest error and the tokens that became less likely', () => {
    const otherLogits = Float32Array.of(0, 2, 2.5, 3, 0, 0)
    const { topOneAgreement, largestLogitError, perplexityRatio } = formatAgreement([pair({ otherLogits })])
    expect([topOneAgreement, largestLogitError]).toEqual([0.5, 1.5])
    const before = Math.E ** 2 / (1 + Math.E ** 2 + Math.E)
    const after = Math.E ** 2 / (1 + Math.E ** 2 + Math.E ** 2.5)
    expect(perplexityRatio).toBeCloseTo(Math.sqrt(before / after), 6)
  })

  it.each([
    ['another side', 'There is a small right pleural effusion.', 0],
    ['other words for the same', 'A small pleural effusion is seen on the left.', 1],
    ['one more finding', `${EFFUSION} There is a right pneumothorax.`, 0.5],
    ['nothing', '', 0],
  ])('compares what findings say: %s', (_what, text, agreement) => {
    expect(formatAgreement([pair({ otherFindings: extractFindings(text) })]).findingAgreement).toBe(agreement)
  })

  it('has nothing to say of no tokens', () => {
    expect(() => formatAgreement([])).toThrow(RangeError)
  })
})

describe('the standing of a format', () => {
  const measured = (findingAgreement: number): FormatMeasurement => ({
    ...formatAgreement([pair()]), findingAgreement, modelHash: 'a'.repeat(64), format: 'int4', command: '',
  })
  it('is usable from 99 % on, and unknown without a measurement', () => {
    expect(standingOf('int4', measured(0.99))).toBe('usable')
    expect(standingOf('int4', measured(0.9899))).toBe('not-usable')
    expect(standingOf('int4', null)).toBe('not-measured')
    expect(standingOf('fp32', null)).toBe('exact')
  })
})
