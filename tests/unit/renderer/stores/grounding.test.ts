import { describe, expect, it } from 'vitest'
import { useCase } from '../../../../src/renderer/stores/case.ts'
import { useGrounding } from '../../../../src/renderer/stores/grounding.ts'
import { HilumError } from '../../../../src/shared/errors.ts'
import { caseOf, generationOf, playServices } from '../support.ts'

const box = { xMin: 0, yMin: 0, xMax: 1, yMax: 1 }
const phrases = [
  { text: 'No effusion.', boxes: null }, { text: 'A nodule.', boxes: [box] }, { text: 'A tube.', boxes: [box] },
]

async function opened(kept: boolean, model = true) {
  const { generation, ...rest } = generationOf('g9', '')
  const grounded = { ...rest, generation: { ...generation, phrases } }
  const asked: string[] = []
  playServices({
    main: {
      'case.get': ({ caseId }) => caseOf(caseId),
      'case.history': () => ({ baseline: null, grounded: kept ? grounded : null, comparisons: [] }),
      'report.baseline': ({ mode }) => {
        asked.push(mode)
        if (model) return grounded
        throw new HilumError('unavailable', 'There is no model.')
      },
    },
  })
  await useCase().open('one')
  return { grounding: useGrounding(), asked }
}

describe('boxes on the film', () => {
  it('are asked for the first time only, and belong to the current frontal', async () => {
    const { grounding, asked } = await opened(false)
    expect(grounding.filmHash).toBeUndefined()
    await grounding.toggle()
    expect(asked).toEqual(['grounded'])
    expect(grounding.filmHash).toBe(useCase().current?.frontal.hash)
    expect(grounding.located.map((finding) => finding.number)).toEqual([1, 2])
    await grounding.toggle()
    expect(grounding.filmHash).toBeUndefined()
    await grounding.toggle()
    expect(asked).toHaveLength(1)
  })

  it('kept from another day need no model', async () => {
    const { grounding, asked } = await opened(true)
    await grounding.toggle()
    expect([asked, grounding.shown]).toEqual([[], true])
  })

  it('stay off when there is no model', async () => {
    const { grounding } = await opened(false, false)
    await grounding.toggle()
    expect(grounding.shown).toBe(false)
  })

  it('walk from sentence to sentence that has one, and stop at the ends', async () => {
    const { grounding } = await opened(true)
    const walk = (by: 1 | -1): number | null => (grounding.step(by), grounding.marked)
    expect([walk(1), walk(1), walk(1), walk(-1), walk(-1)]).toEqual([1, 2, 2, 1, 1])
    grounding.choose(1)
    expect(grounding.marked).toBeNull()
    grounding.pointed = 2
    grounding.choose(1)
    expect(grounding.marked).toBe(2) // what the pointer is on stands out before what was chosen
  })
})
