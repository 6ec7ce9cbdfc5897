import { describe, expect, it } from 'vitest'
import { cornersOf, freePlace, locatedFindings } from '../../../../src/renderer/viewer/locatedFindings.ts'

const box = { xMin: 0.1, yMin: 0.2, xMax: 0.5, yMax: 0.6 }

describe('grounded findings', () => {
  it('number the sentences that have boxes, in the order of the report', () => {
    const found = locatedFindings([
      { text: 'The heart is normal.', boxes: null },
      { text: 'Left effusion.', boxes: [box] },
      { text: 'Nothing else.', boxes: [] },
      { text: 'Two nodules.', boxes: [box, box] },
    ])
    expect(found.map(({ number, boxes }) => [number, boxes.length])).toEqual([[null, 0], [1, 1], [null, 0], [2, 2]])
    expect(found[3]).toMatchObject({ index: 3, text: 'Two nodules.' })
  })

  it('have corners in film pixels, whichever corner was written first', () => {
    const corners = [{ x: 100, y: 400 }, { x: 500, y: 400 }, { x: 500, y: 1200 }, { x: 100, y: 1200 }]
    expect(cornersOf(box, { width: 1000, height: 2000 })).toEqual(corners)
    expect(cornersOf({ xMin: 0.5, yMin: 0.6, xMax: 0.1, yMax: 0.2 }, { width: 1000, height: 2000 })).toEqual(corners)
  })

  it('keep their numbers apart', () => {
    const size = { width: 20, height: 18 }
    expect(freePlace({ x: 5, y: 5 }, size, [])).toEqual({ x: 5, y: 5 })
    const taken = [{ x: 0, y: 0 }, { x: 10, y: 20 }]
    expect(freePlace({ x: 5, y: 5 }, size, taken)).toEqual({ x: 5, y: 38 })
    expect(freePlace({ x: 40, y: 5 }, size, taken)).toEqual({ x: 40, y: 5 })
  })
})
