import { describe, expect, it } from 'vitest'
import { emptyForm, planOf } from '../../../../src/renderer/stores/planForm.ts'

const FORM = { ...emptyForm(7), name: 'Pilot', features: '3, 9', strengths: '1,-2.5', readers: 'Ada, Ben' }

describe('the form of a plan', () => {
  it('makes the plan that was typed', () => {
    expect(planOf(FORM, ['c1']).plan).toMatchObject({
      name: 'Pilot', cases: ['c1'], features: [3, 9], strengths: [1, -2.5], readers: ['Ada', 'Ben'], readersPerItem: 2,
      controlShare: 0.1, repeatShare: 0.1, seed: 7, blinded: true,
    })
    expect(planOf({ ...FORM, readersPerItem: 1 }, ['c1']).plan?.readersPerItem).toBe(1)
  })
  it.each([
    [{ name: '' }, 'A review set needs a name.'],
    [{ features: '' }, 'Choose at least one feature.'],
    [{ features: '3, x' }, '“x” is not a number.'],
    [{ readers: '' }, 'Name at least one reader.'],
    [{ readersPerItem: 3 }, '3 readers an item are more than the 2 named.'],
  ])('with %j says what is wrong: %s', (change, sentence) => {
    expect(planOf({ ...FORM, ...change }, ['c1'])).toEqual({ plan: null, wrong: sentence })
  })
  it('without a case says so', () => {
    expect(planOf(FORM, []).wrong).toBe('Choose at least one case.')
  })
})
