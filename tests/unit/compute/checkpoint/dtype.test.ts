import { describe, expect, it } from 'vitest'
import { toFloat32 } from '../../../../src/compute/checkpoint/dtype.ts'

const words = (...values: number[]): Uint8Array => new Uint8Array(Uint16Array.from(values).buffer)

describe('weights as float32', () => {
  it('widens half floats: normal, subnormal, signed zero, infinite, NaN', () => {
    const halves = words(0x3c00, 0xc000, 0x3555, 0x7bff, 0x0001, 0x03ff, 0x8000, 0x7c00, 0xfc00, 0x7e00)
    expect([...toFloat32(halves, 'F16')]).toEqual([
      1, -2, 0.333251953125, 65504, 2 ** -24, 1023 * 2 ** -24, -0, Infinity, -Infinity, NaN,
    ])
  })

  it('widens brain floats', () => {
    expect([...toFloat32(words(0x3f80, 0xc049, 0x0000, 0x7f80), 'BF16')]).toEqual([1, -3.140625, 0, Infinity])
  })

  it('takes float32 as it is, wherever the bytes start', () => {
    const bytes = new Uint8Array(9)
    bytes.set(new Uint8Array(Float32Array.of(1.5, -2).buffer), 1)
    expect([...toFloat32(bytes.subarray(1), 'F32')]).toEqual([1.5, -2])
  })
})
