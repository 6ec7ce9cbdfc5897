import { describe, expect, it } from 'vitest'
import { planItems } from '../../../../src/main/review/planItems.ts'
import { ReviewPlan } from '../../../../src/shared/domain/reviewSet.ts'
import { plan } from './plans.ts'

const NONE = new Map()

describe('the items of a plan', () => {
  it('are cases by positions by features by strengths, case by case, generated positions first', () => {
    const items = planItems(plan({ positions: ['all', 'generated'] }), NONE)
    const rows = items.map((item) => [item.number, item.caseId, item.positions, item.feature, item.strength])
    expect(rows.slice(0, 9)).toEqual([
      [1, 'c1', 'generated', 3, 1], [2, 'c1', 'generated', 3, 3], [3, 'c1', 'generated', 9, 1], [4, 'c1', 'generated', 9, 3],
      [5, 'c1', 'all', 3, 1], [6, 'c1', 'all', 3, 3], [7, 'c1', 'all', 9, 1], [8, 'c1', 'all', 9, 3],
      [9, 'c2', 'generated', 3, 1],
    ])
    expect(items.length).toBe(16)
    expect(items[1]!.intervention).toEqual({ terms: [{ feature: 3, strength: 3 }], method: 'add', positions: 'generated' })
  })

  it('take a feature out once, whatever the strengths', () => {
    const items = planItems(plan({ methods: ['add', 'ablate'] }), NONE)
    expect(items.filter((item) => item.method === 'ablate').map((item) => [item.caseId, item.feature, item.strength])).toEqual([
      ['c1', 3, null], ['c1', 9, null], ['c2', 3, null], ['c2', 9, null],
    ])
  })

  it('have controls drawn from the steered ones, with the same feature shown', () => {
    const controls = ['baseline', 'random', 'orthogonal'] as const
    const standIns = new Map([[3, { feature: 40, scale: 2 }], [9, { feature: 41, scale: 100 }]])
    const items = planItems(plan({ controls }), standIns)
    expect(controls.map((control) => items.filter((item) => item.control === control).length)).toEqual([2, 2, 2])
    const name = (item: (typeof items)[number]) => `${item.caseId} ${item.feature} ${item.strength}`
    const steered = new Set(items.filter((item) => item.control === null).map(name))
    for (const item of items.filter((one) => one.control !== null)) {
      expect(steered).toContain(name(item))
      const term = item.intervention?.terms[0]
      if (item.control === 'baseline') expect(item.intervention).toBeNull()
      if (item.control === 'random') {
        expect(item.intervention).toMatchObject({ method: 'random', terms: [{ feature: item.feature }] })
      }
      if (item.control === 'orthogonal') {
        // As far as the feature that is shown, within what an intervention allows.
        const far = { feature: 40, strength: 2 * item.strength! }
        expect(term).toEqual(item.feature === 3 ? far : { feature: 41, strength: 100 })
      }
    }
    expect(items.map((item) => item.number)).toEqual(items.map((_, at) => at + 1))
    expect(items.map((item) => item.caseId)).toEqual(items.map((item) => item.caseId).toSorted())
  })

  it('are the features where no reports are compared', () => {
    const items = planItems(plan({ task: 'interpretation', cases: [] }), NONE)
    expect(items.map((item) => [item.number, item.feature, item.caseId, item.intervention])).toEqual([
      [1, 3, null, null], [2, 9, null, null],
    ])
  })
})

describe('a plan', () => {
  const why = (change: object): string => {
    const parsed = ReviewPlan.safeParse({ ...plan(), ...change })
    return parsed.success ? '' : (parsed.error.issues[0]?.message ?? '')
  }
  it.each([
    [{ name: ' ' }, 'A review set needs a name.'],
    [{ cases: [] }, 'Choose at least one case.'],
    [{ cases: ['c1', 'c1'] }, 'A case is named twice.'],
    [{ features: [] }, 'Choose at least one feature.'],
    [{ strengths: [] }, 'Choose at least one strength.'],
    [{ strengths: [0, 1] }, 'Strength 0 is the baseline: ask for the baseline control instead.'],
    [{ readers: ['Ada', 'ada'], readersPerItem: 1 }, 'A reader is named twice.'],
    [{ readersPerItem: 3 }, '3 readers an item are more than the 2 named.'],
    [{ positions: [] }, 'Choose which positions are steered.'],
  ])('with %j is refused: %s', (change, sentence) => expect(why(change)).toBe(sentence))
})
