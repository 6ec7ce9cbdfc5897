import { describe, expect, it } from 'vitest'
import { broughtBy, type TrialLine } from '../../../../scripts/dictionary/record.ts'

type Observations = TrialLine['before']['observations']
const line = (strength: number, before: Observations, after: Observations, wellFormed = 10): TrialLine => ({
  feature: 0, strength, seed: 0, scale: 1, before: { observations: before, comparison: false },
  after: { observations: after, comparison: strength === 3 }, sentences: 10, wellFormed,
})

describe('what a feature brings', () => {
  it('is what half of the texts gain at some strength that leaves them well formed', () => {
    expect(broughtBy([
      line(1, [], ['edema']), line(1, [], ['edema']), line(1, [], []), line(1, ['pacemaker'], ['pacemaker']),
    ])).toEqual({ observations: ['edema'], comparison: false })
    expect(broughtBy([line(3, [], [])])).toEqual({ observations: [], comparison: true })
  })

  it('is not what stood there before, nor what broken texts say', () => {
    expect(broughtBy([line(1, ['edema'], ['edema']), line(1, ['edema'], ['edema'])]).observations).toEqual([])
    expect(broughtBy([line(2, [], ['edema'], 5), line(2, [], ['edema'], 10)]).observations).toEqual([])
    expect(broughtBy([])).toEqual({ observations: [], comparison: false })
  })
})
