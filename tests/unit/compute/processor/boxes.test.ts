import { describe, expect, it } from 'vitest'
import { boxToFilm, phrasesToFilm } from '../../../../src/compute/maira2/boxes.ts'

const BOX = { xMin: 0.555, yMin: 0.455, xMax: 0.705, yMax: 0.565 }

describe('boxToFilm', () => {
  it.each([
    [2000, 2500, [0.555, 0.464, 0.705, 0.552]],
    [2500, 2048, [0.5448, 0.45458984375, 0.6676, 0.56494140625]],
    [2048, 2048, [0.5546875, 0.45458984375, 0.70458984375, 0.56494140625]],
    [1001, 2000, [555 / 1001, 0.477, 705 / 1001, 0.532]],
  ])('maps the central square of a film of %i x %i', (columns, rows, [xMin, yMin, xMax, yMax]) => {
    expect(boxToFilm(BOX, columns, rows)).toEqual({ xMin, yMin, xMax, yMax })
  })

  it('leaves out the same margin on both sides, the odd pixel at the far end', () => {
    const all = { xMin: 0, yMin: 0, xMax: 1, yMax: 1 }
    expect(boxToFilm(all, 9, 4)).toEqual({ xMin: 2 / 9, yMin: 0, xMax: 6 / 9, yMax: 1 })
    expect(boxToFilm(all, 4, 9)).toEqual({ xMin: 0, yMin: 2 / 9, xMax: 1, yMax: 6 / 9 })
  })
})

describe('phrasesToFilm', () => {
  it('maps every box and leaves phrases without boxes alone', () => {
    expect(phrasesToFilm([{ text: 'Effusion.', boxes: [BOX] }, { text: 'No nodule.', boxes: null }], 2000, 2500)).toEqual([
      { text: 'Effusion.', boxes: [{ xMin: 0.555, yMin: 0.464, xMax: 0.705, yMax: 0.552 }] },
      { text: 'No nodule.', boxes: null },
    ])
  })
})
