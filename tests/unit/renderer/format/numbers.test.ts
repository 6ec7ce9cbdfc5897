import { describe, expect, it } from 'vitest'
import { byteText, durationText, effectText, percent, strengthText } from '../../../../src/renderer/format/numbers.ts'

describe('numbers on the screen', () => {
  it('keeps digits where a share is small', () => {
    expect([0.62, 0.012, 0.0003, 0, 1].map(percent)).toEqual(['62 %', '1.2 %', '0.03 %', '0 %', '100 %'])
  })

  it('always signs a strength', () => {
    expect([6, -0.5, 0, 0.368, 1.1].map(strengthText)).toEqual(['+6.0', '−0.5', '0.0', '+0.37', '+1.1'])
  })

  it('gives durations and sizes a fitting unit', () => {
    expect([12.4, 3210, 65_000].map(durationText)).toEqual(['12 ms', '3.2 s', '1 min 05 s'])
    expect([812, 14_200, 3_100_000, 27.52e9].map(byteText)).toEqual(['812 B', '14 kB', '3.1 MB', '27.5 GB'])
  })

  it('is honest about what steering was measured to do', () => {
    expect(effectText(0.62)).toBe('steers 62 % of cases')
    expect(effectText(0)).toBe('no measured effect')
    expect(effectText(null)).toBe('steering not measured')
  })
})
