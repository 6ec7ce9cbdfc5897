import { describe, expect, it } from 'vitest'
import { tintsOf } from '../../../../src/renderer/text/tints.ts'
import { wordsOf } from '../../../../src/renderer/text/words.ts'
import { mapPatches, opacityOf } from '../../../../src/renderer/viewer/activationMap.ts'
import { turn, UPRIGHT } from '../../../../src/renderer/viewer/orientation.ts'
import { WHOLE_FILM } from '../../../../src/renderer/viewer/viewState.ts'

describe('a feature over a film', () => {
  const stage = {
    film: { width: 400, height: 600 }, canvas: { width: 200, height: 300 }, view: WHOLE_FILM, orientation: UPRIGHT,
  }
  const map = { hash: 'a', side: 2, activations: Float32Array.of(0, 2, 0.01, 4) }

  it('covers the central square that the model saw, patch by patch', () => {
    const patches = mapPatches(map, 8, stage)
    // Half the size: the square is 200 wide and begins 50 below the top.
    expect(patches).toEqual([
      { x: 100, y: 50, width: 100, height: 100, share: 0.25 },
      { x: 100, y: 150, width: 100, height: 100, share: 0.5 },
    ])
  })

  it('turns with the film', () => {
    const turned = { ...stage, canvas: { width: 300, height: 200 }, orientation: turn(UPRIGHT, 1) }
    const [first] = mapPatches(map, 8, turned)
    expect(first).toMatchObject({ x: 150, y: 100, width: 100, height: 100 })
  })

  it('leaves the film to be seen', () => {
    expect([opacityOf(0), opacityOf(-1)]).toEqual([0, 0])
    expect(opacityOf(5)).toBeLessThan(0.7)
  })
})

describe('a feature over the words', () => {
  const text = 'Small pneumothorax.'
  const token = (part: string, start: number, activation: number) => ({
    id: 0, text: part, start, features: [{ feature: 7, activation }, { feature: 8, activation: 9 }],
  })
  const tokens = [token('Small', 0, 1), token(' pneumo', 5, 2), token('thorax', 12, 3), token('.', 18, 4)]

  it('takes the strongest token of each word, as a share of the maximum', () => {
    expect(tintsOf(wordsOf(text), tokens, 7, 4)).toEqual([0.25, 0.75])
  })

  it('is nothing where the feature is not among those kept', () => {
    expect(tintsOf(wordsOf(text), tokens, 99, 4)).toEqual([0, 0])
    expect(tintsOf(wordsOf(text), tokens, 7, 0)).toEqual([0, 0])
  })
})
