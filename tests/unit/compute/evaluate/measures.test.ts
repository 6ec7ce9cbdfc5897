import { describe, expect, it } from 'vitest'
import { boxAgreement, overlap } from '../../../../src/compute/evaluate/boxAgreement.ts'
import { keptPositions } from '../../../../src/compute/evaluate/keptPositions.ts'
import { Reconstruction } from '../../../../src/compute/evaluate/reconstruction.ts'
import { bestEffect, countWellFormed, showsTarget, statedIn, type SteeringTrial } from '../../../../src/compute/evaluate/steeringEffect.ts'

describe('the positions a dictionary is measured on', () => {
  const IMAGE = 9
  it('are the ends of films, the fields after the last film, the last prompt token and the report', () => {
    //            0  1  2      3      4  5      6      7  8  9 10 11
    const ids = [1, 5, IMAGE, IMAGE, 5, IMAGE, IMAGE, 7, 3, 6, 8, 4, 20, 21, 22]
    const kept = keptPositions({ ids, promptLength: 12, imageId: IMAGE, boilerplate: new Set([1, 3, 4]) })
    // 0 is BOS, 1 and 4 stand before films, 8 is boilerplate, 11 too but ends the prompt.
    expect(kept).toEqual([3, 6, 7, 9, 10, 11, 12, 13, 14])
  })
})

describe('unexplained variance', () => {
  const rows = Float32Array.from([1, 2, 3, 6, 5, 1])
  it('is 0 for a perfect copy, 1 for the mean', () => {
    const perfect = new Reconstruction(2)
    perfect.add(rows, rows, Float32Array.from([0, 1, 2, 0, 0, 3]))
    expect(perfect.unexplainedVariance).toBe(0)
    expect(perfect.meanActive).toBe(1)
    const mean = new Reconstruction(2)
    mean.add(rows.subarray(0, 2), Float32Array.from([3, 3]), new Float32Array(2))
    mean.add(rows.subarray(2), Float32Array.from([3, 3, 3, 3]), new Float32Array(4))
    expect(mean.unexplainedVariance).toBeCloseTo(1, 6)
    expect(mean.rows).toBe(3)
  })
})

describe('boxes', () => {
  const box = (xMin: number, yMin: number, xMax: number, yMax: number) => ({ xMin, yMin, xMax, yMax })
  it('overlap by intersection over union', () => {
    expect(overlap(box(0, 0, 1, 1), box(0, 0, 1, 1))).toBe(1)
    expect(overlap(box(0, 0, 2, 1), box(1, 0, 3, 1))).toBeCloseTo(1 / 3)
    expect(overlap(box(0, 0, 1, 1), box(2, 2, 3, 3))).toBe(0)
  })
  it('count against the box of the same finding, once each, and as a miss without one', () => {
    const half = box(0, 0, 1, 1)
    const agreement = boxAgreement([{
      drawn: [{ key: 'a', box: half }, { key: 'a', box: half }, { key: 'b', box: half }, { key: 'c', box: half }],
      reference: [{ key: 'a', box: half }, { key: 'b', box: box(0, 0, 1, 3) }, { key: 'd', box: half }],
    }])
    expect(agreement).toMatchObject({ drawn: 4, right: 1, withReference: 2, reference: 3 })
    expect(agreement.meanOverlap).toBeCloseTo((1 + 1 / 3) / 2)
  })
})

describe('steering', () => {
  it('shows a target when the finding is stated, not when it is denied', () => {
    const effusion = { observations: ['pleural-effusion'], comparison: false } as const
    expect(showsTarget(statedIn('There is a small left pleural effusion.'), effusion)).toBe(true)
    expect(showsTarget(statedIn('No pleural effusion or pneumothorax.'), effusion)).toBe(false)
    expect(showsTarget(statedIn('The left pleural effusion has resolved.'), effusion)).toBe(false)
    expect(showsTarget(statedIn('Small left pleural effusion is unchanged.'), { observations: ['pneumothorax'], comparison: true })).toBe(false)
  })

  it('shows comparison when a change is stated or an earlier study spoken of', () => {
    const comparison = { observations: [], comparison: true } as const
    expect(showsTarget(statedIn('New moderate pulmonary edema.'), comparison)).toBe(true)
    expect(showsTarget(statedIn('Compared with the prior study, the lungs are clear.'), comparison)).toBe(true)
    expect(showsTarget(statedIn('There is moderate pulmonary edema.'), comparison)).toBe(false)
  })

  it('counts sentences that are broken, unknown, said twice or missing as not well formed', () => {
    const vocabulary = new Set('there is no pleural effusion heart size normal the'.split(' '))
    expect(countWellFormed('No effusion. The heart size is normal.', vocabulary)).toEqual({ sentences: 2, wellFormed: 2 })
    expect(countWellFormed('No effusion. No effusion. No effusion.', vocabulary)).toEqual({ sentences: 3, wellFormed: 1 })
    expect(countWellFormed('No effusion. The heart effusionax is normal.', vocabulary)).toEqual({ sentences: 2, wellFormed: 1 })
    expect(countWellFormed('No effusion. The heart is is', vocabulary)).toEqual({ sentences: 2, wellFormed: 1 })
    expect(countWellFormed('', vocabulary)).toEqual({ sentences: 1, wellFormed: 0 })
  })

  it('publishes the most successful strength among those that keep the text well formed', () => {
    const trials = (strength: number, success: number, wellFormed: number): SteeringTrial[] =>
      Array.from({ length: 10 }, (_, i) => ({ strength, success: i < success, sentences: 10, wellFormed }))
    expect(bestEffect([...trials(1, 3, 10), ...trials(2, 6, 10), ...trials(4, 10, 8)])).toEqual(
      { strength: 2, cases: 10, success: 0.6, wellFormed: 1 })
    expect(bestEffect([...trials(2, 6, 7), ...trials(4, 10, 2)])).toEqual(
      { strength: 2, cases: 10, success: 0.6, wellFormed: 0.7 })
    expect(bestEffect([])).toBeNull()
  })
})
