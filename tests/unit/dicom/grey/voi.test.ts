import { describe, expect, it } from 'vitest'
import { voiOf } from '../../../../src/dicom/grey/voi.ts'

// The numbers of PS3.3 C.11.2.1.2 and C.11.2.1.3, brightness from 0 to 1.
describe('voiOf', () => {
  it('LINEAR: c - 0.5 and w - 1', () => {
    const narrow = voiOf({ kind: 'window', center: 2048, width: 4096, shape: 'LINEAR' })
    expect(narrow(0)).toBe(0)
    expect(narrow(4095)).toBe(1)
    expect(narrow(2047.5)).toBe(0.5)
    expect(narrow(1)).toBeCloseTo(1 / 4095, 12)
    expect(narrow(-5)).toBe(0)
    expect(narrow(5000)).toBe(1)
    const hundred = voiOf({ kind: 'window', center: 0, width: 100, shape: 'LINEAR' })
    expect(hundred(-50)).toBe(0)
    expect(hundred(49)).toBe(1)
  })

  it('LINEAR with a width of 1 is a threshold at the center', () => {
    const step = voiOf({ kind: 'window', center: 10, width: 1, shape: 'LINEAR' })
    expect([9, 9.5, 9.6, 10].map(step)).toEqual([0, 0, 1, 1])
  })

  it('LINEAR_EXACT: c and w', () => {
    const exact = voiOf({ kind: 'window', center: 10, width: 4, shape: 'LINEAR_EXACT' })
    expect([8, 9, 10, 12, 13].map(exact)).toEqual([0, 0.25, 0.5, 1, 1])
  })

  it('SIGMOID: 1 / (1 + exp(-4 (x - c) / w))', () => {
    const sigmoid = voiOf({ kind: 'window', center: 100, width: 40, shape: 'SIGMOID' })
    expect(sigmoid(100)).toBe(0.5)
    expect(sigmoid(120)).toBeCloseTo(1 / (1 + Math.exp(-2)), 12)
    expect(sigmoid(80)).toBeCloseTo(1 / (1 + Math.exp(2)), 12)
  })

  it('a LUT answers below its first input with the first entry, above its last with the last', () => {
    const lut = { firstInput: -10, bits: 10, entries: Uint16Array.of(0, 512, 1023), explanation: '' }
    const voi = voiOf({ kind: 'lut', lut })
    expect([-99, -10, -9, -8, 99].map(voi)).toEqual([0, 0, 512 / 1023, 1, 1])
  })
})
