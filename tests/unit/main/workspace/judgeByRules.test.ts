import { describe, expect, it } from 'vitest'
import { judgeByRules } from '../../../../src/main/workspace/judgeByRules.ts'
import { targetOfFeature } from '../../../../src/compute/report/target.ts'
import type { Feature } from '../../../../src/shared/domain/feature.ts'

const feature = (interpretation: string): Feature => ({
  index: 3, interpretation, detectionScore: 0.9, density: 0.01, maxActivation: 2, targets: [], comparison: false,
  effect: null, exemplars: [],
})
const BEFORE = 'The heart size is normal.'
const AFTER = 'Median sternotomy wires are intact. The heart size is normal.'
const pushedBy = (strength: number, interpretation: string) =>
  judgeByRules(BEFORE, AFTER, { terms: [{ feature: 3, strength }], method: 'add', positions: 'generated' }, [
    targetOfFeature(feature(interpretation)),
  ], null).map(({ verdict }) => verdict.value)

describe("the rules' first verdict", () => {
  it('is on-target for an added finding that the pushed feature names', () => {
    expect(pushedBy(2, 'Sternotomy wires')).toEqual(['on-target'])
    expect(pushedBy(2, 'Pacemaker')).toEqual(['off-target'])
  })

  it('is off-target for the same finding when the feature is pushed down', () => {
    expect(pushedBy(-2, 'Sternotomy wires')).toEqual(['off-target'])
  })

  it('does not take what an interpretation excepts for what it asks', () => {
    expect(pushedBy(2, 'Sternotomy wires; but not: Announces: The word "lung"')).toEqual(['on-target'])
    expect(pushedBy(2, 'Pacemaker; but not: Sternotomy wires')).toEqual(['off-target'])
  })
})
