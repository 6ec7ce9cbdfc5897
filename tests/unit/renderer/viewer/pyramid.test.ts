import { describe, expect, it } from 'vitest'
import { halve, levelCount, levelFor } from '../../../../src/renderer/viewer/pyramid.ts'

describe('halving a film', () => {
  it('averages four pixels into one', () => {
    const image = { columns: 4, rows: 2, values: Uint16Array.of(0, 4, 100, 100, 8, 12, 100, 101) }
    expect(halve(image)).toEqual({ columns: 2, rows: 1, values: Uint16Array.of(6, 100) })
  })

  it('keeps the last odd column and row, and the sign', () => {
    const image = { columns: 3, rows: 3, values: Int16Array.of(-4, -4, 7, -4, -4, 7, 1, 3, 9) }
    expect(halve(image)).toEqual({ columns: 2, rows: 2, values: Int16Array.of(-4, 7, 2, 9) })
  })
})

describe('the level to draw from', () => {
  it('still has a pixel for every canvas pixel', () => {
    expect(levelFor(1, 5)).toBe(0)
    expect(levelFor(0.51, 5)).toBe(0)
    expect(levelFor(0.5, 5)).toBe(1)
    expect(levelFor(0.2, 5)).toBe(2)
    expect(levelFor(0.001, 5)).toBe(4)
    expect(levelFor(7, 5)).toBe(0)
  })

  it('ends at about 256 pixels', () => {
    expect(levelCount(2500, 3000)).toBe(4)
    expect(levelCount(200, 100)).toBe(1)
  })
})
