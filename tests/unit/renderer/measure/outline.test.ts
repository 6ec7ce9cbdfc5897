import { describe, expect, it } from 'vitest'
import { outlineOf } from '../../../../src/renderer/measure/outline.ts'

const canvas = { width: 600, height: 400 }
const at = (x: number, y: number) => ({ x, y })

describe('the outline of a mark', () => {
  it('joins the points as they are placed', () => {
    expect(outlineOf('angle', [at(10, 10), at(50, 10)], [], canvas).path).toBe('M10.0 10.0L50.0 10.0')
    expect(outlineOf('angle', [at(10, 10), at(50, 10), at(50, 90)], [], canvas).path).toContain('M50.0 10.0L50.0 90.0')
    expect(outlineOf('ratio', [at(0, 5), at(20, 5), at(0, 9)], [], canvas).path.match(/M/g)).toHaveLength(3)
    expect(outlineOf('length', [at(10, 10)], [], canvas).path).toBe('')
  })

  it('is an ellipse between its corners, whichever was placed first', () => {
    const path = 'M10.0 40.0A20.0 30.0 0 0 1 50.0 40.0A20.0 30.0 0 0 1 10.0 40.0'
    expect(outlineOf('ellipse', [at(10, 10), at(50, 70)], [], canvas).path).toBe(path)
    expect(outlineOf('ellipse', [at(50, 70), at(10, 10)], [], canvas).path).toBe(path)
  })

  it('keeps its words inside the canvas', () => {
    const words = ['CTR 0.50', '105 mm (detector) / 210 mm (detector)']
    expect(outlineOf('length', [at(10, 10), at(100, 10)], words, canvas).label).toMatchObject({ x: 108, anchor: 'start' })
    expect(outlineOf('length', [at(400, 10), at(550, 10)], words, canvas).label).toMatchObject({ x: 392, anchor: 'end' })
    const below = outlineOf('length', [at(100, 200), at(500, 210)], words, canvas).label
    expect(below.y).toBeGreaterThan(220)
    const between = outlineOf('length', [at(100, 395), at(500, 395)], words, canvas).label
    expect(between.anchor).toBe('start')
    expect(between.x).toBeLessThan(600 - 37 * 6)
    expect(between.y).toBeLessThanOrEqual(400 - 26 - 30)
  })
})
