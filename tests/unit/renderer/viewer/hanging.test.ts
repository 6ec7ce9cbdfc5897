import { describe, expect, it } from 'vitest'
import { hang, layoutName, type HangingChoice } from '../../../../src/renderer/viewer/hanging.ts'
import { caseOf, filmOf } from '../support.ts'

const choice: HangingChoice = { layout: 'pair', swapped: false, lateral: false, single: 'current' }
const keys = (over: Partial<HangingChoice>, of = caseOf('one')): string[][] =>
  hang(of, { ...choice, ...over }).map((row) => row.map((slot) => slot.key))

describe('hanging a case', () => {
  it('puts the current frontal beside the prior frontal', () => {
    expect(keys({})).toEqual([['current-frontal', 'prior-frontal']])
  })

  it('puts the prior on the left for readers who want it so', () => {
    expect(keys({ swapped: true })).toEqual([['prior-frontal', 'current-frontal']])
  })

  it('hangs the laterals below, and says so where there is none', () => {
    expect(keys({ lateral: true })).toEqual([['current-frontal', 'prior-frontal'], ['current-lateral', 'prior-lateral']])
    const empty = hang(caseOf('one'), { ...choice, lateral: true })[1]?.[1]
    expect(empty).toMatchObject({ film: null, absent: 'No lateral film in the prior study.' })
  })

  it('shows one study at a time in the single layout', () => {
    expect(keys({ layout: 'single' })).toEqual([['current-frontal']])
    expect(keys({ layout: 'single', single: 'prior', lateral: true })).toEqual([['prior-frontal', 'prior-lateral']])
  })

  it('gives the whole wall to the current study when there is no prior', () => {
    const alone = caseOf('one', { prior: null, priorStudy: null })
    expect(keys({}, alone)).toEqual([['current-frontal']])
    expect(keys({ lateral: true, swapped: true }, alone)).toEqual([['current-frontal', 'current-lateral']])
  })

  it("finds the prior study's lateral", () => {
    const lateral = filmOf('d', 'lateral')
    const base = caseOf('one')
    const withLateral = { ...base, priorStudy: { ...base.priorStudy!, films: [filmOf('c'), lateral] } }
    expect(hang(withLateral, { ...choice, lateral: true })[1]?.[1]?.film).toBe(lateral)
  })

  it('hangs another earlier study in the place of the prior', () => {
    const older = { ...caseOf('one').priorStudy!, uid: 'older', films: [filmOf('e', 'lateral'), filmOf('f')] }
    const wall = hang(caseOf('one'), { ...choice, lateral: true }, older)
    expect(wall.map((row) => row[1]?.film?.hash)).toEqual([filmOf('f').hash, filmOf('e').hash])
    expect(hang(caseOf('one'), choice, null)).toHaveLength(1)
  })

  it('follows a view that a reader corrected, though the model was given the film as it was filed', () => {
    const base = caseOf('one')
    const [wrong, right] = [{ ...base.frontal, view: 'lateral' as const }, filmOf('e')]
    const corrected = { ...base, lateral: null, study: { ...base.study, films: [wrong, right] } }
    const [row] = hang(corrected, { ...choice, layout: 'single', lateral: true })
    expect(row?.map((slot) => slot.film?.hash)).toEqual([right.hash, wrong.hash])
  })

  it('is named as readers name layouts', () => {
    const name = (over: Partial<HangingChoice>) => layoutName(hang(caseOf('one'), { ...choice, ...over }))
    expect([name({ layout: 'single' }), name({}), name({ lateral: true })]).toEqual(['1×1', '1×2', '2×2'])
  })
})
