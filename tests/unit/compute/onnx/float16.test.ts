import { describe, expect, it } from 'vitest'
import { toFloat32 } from '../../../../src/compute/checkpoint/dtype.ts'
import { toFloat16 } from '../../../../src/compute/onnx/float16.ts'

const patternOf = (value: number): number => toFloat16(Float32Array.of(value))[0] as number
const widened = (words: Uint16Array): Float32Array => toFloat32(new Uint8Array(words.buffer), 'F16')

describe('toFloat16', () => {
  // The examples of IEEE 754-2019's binary16 format.
  it.each([
    [0, 0x0000], [-0, 0x8000], [1, 0x3c00], [-2, 0xc000], [65_504, 0x7bff], [2 ** -14, 0x0400], [2 ** -24, 0x0001],
    [1 / 3, 0x3555], [Infinity, 0x7c00], [-Infinity, 0xfc00], [65_536, 0x7c00], [65_519, 0x7bff], [65_520, 0x7c00],
    [2 ** -25, 0x0000], [2 ** -25 * 1.0001, 0x0001], [1e-30, 0x0000],
  ])('writes %d as its pattern', (value, pattern) => {
    expect(patternOf(value)).toBe(pattern)
  })

  it('keeps what is no number', () => {
    expect(patternOf(NaN) & 0x7fff).toBeGreaterThan(0x7c00)
  })

  it('gives back every pattern that it is shown', () => {
    const all = Uint16Array.from({ length: 65_536 }, (_, i) => i).filter((word) => (word & 0x7c00) !== 0x7c00)
    expect(toFloat16(widened(all))).toEqual(all)
  })

  it('rounds halfway cases to the even neighbour', () => {
    expect(patternOf(1 + 2 ** -11)).toBe(0x3c00)
    expect(patternOf(1 + 3 * 2 ** -11)).toBe(0x3c02)
    expect(patternOf(1 + 2 ** -11 + 2 ** -20)).toBe(0x3c01)
  })
})
