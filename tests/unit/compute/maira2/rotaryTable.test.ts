import { describe, expect, it } from 'vitest'
import { RotaryTable } from '../../../../src/compute/maira2/rotaryTable.ts'

describe('the rotary table', () => {
  it('turns the first pair by position / factor radians, later pairs slower', () => {
    const table = new RotaryTable({ headDim: 4, ropeTheta: 10_000, ropeFactor: 1.5 })
    const { cos, sin } = table.rows(3, 2)
    expect(cos[0]).toBeCloseTo(Math.cos(3 / 1.5), 6)
    expect(sin[2]).toBeCloseTo(Math.sin(4 / 1.5), 6)
    expect(sin[3]).toBeCloseTo(Math.sin(4 / 100 / 1.5), 6)
  })

  it('keeps the positions it has when it grows', () => {
    const table = new RotaryTable({ headDim: 8, ropeTheta: 10_000, ropeFactor: 1 })
    const before = [...table.rows(0, 5).cos]
    table.rows(4000, 100)
    expect([...table.rows(0, 5).cos]).toEqual(before)
  })
})
