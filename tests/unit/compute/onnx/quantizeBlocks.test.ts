import { describe, expect, it } from 'vitest'
import { BLOCK, quantizeBlocks, type QuantizedBits } from '../../../../src/compute/onnx/quantizeBlocks.ts'
import { Random } from '../../../../src/phantom/random.ts'

/** What MatMulNBits makes of it. */
function widened(values: Float32Array, bits: QuantizedBits): Float32Array {
  const { packed, scales } = quantizeBlocks(values, values.length, bits)
  return values.map((_, i) => {
    const byte = packed[Math.floor((i * bits) / 8)] as number
    const level = bits === 8 ? byte : i % 2 === 0 ? byte & 15 : byte >> 4
    return (level - 2 ** (bits - 1)) * (scales[Math.floor(i / BLOCK)] as number)
  })
}

const normal = (count: number): Float32Array => {
  const random = new Random(7)
  return Float32Array.from({ length: count }, () => random.normal())
}
const meanSquare = (values: Float32Array): number => values.reduce((sum, x) => sum + x * x, 0) / values.length

describe('quantizeBlocks', () => {
  it.each([8, 4] as const)('rounds %d-bit weights by no more than the noise of an even spacing', (bits) => {
    const values = normal(256 * BLOCK)
    const error = widened(values, bits).map((x, i) => x - (values[i] as number))
    const largest = Float32Array.from({ length: 256 }, (_, block) => (
      Math.max(...values.subarray(block * BLOCK, (block + 1) * BLOCK).map(Math.abs))))
    // A spacing s rounds with a variance of s^2 / 12; the largest weight of a block spans half the levels.
    const noise = meanSquare(largest.map((x) => x / 2 ** (bits - 1))) / 12
    expect(meanSquare(error)).toBeLessThan(1.1 * noise)
  })

  it('keeps whole multiples of a scale exactly', () => {
    const values = Float32Array.from({ length: BLOCK }, (_, i) => (i % 16 - 8) * 0.25)
    expect(widened(values, 4)).toEqual(values)
  })

  it('turns the range round when the largest weight is positive', () => {
    const values = new Float32Array(BLOCK)
    values[3] = 2
    values[4] = -1
    expect([...widened(values, 4).slice(3, 5)]).toEqual([2, -1])
  })

  it('does no worse than the plain largest-weight scale on a block with an outlier', () => {
    const values = normal(BLOCK)
    values[0] = -4.4
    const scale = -4.4 / -8
    const plain = values.map((x) => Math.min(7, Math.max(-8, Math.round(x / scale))) * scale - x)
    const ours = widened(values, 4).map((x, i) => x - (values[i] as number))
    expect(meanSquare(ours)).toBeLessThanOrEqual(meanSquare(plain))
  })

  it('leaves a block of zeros zero', () => {
    expect(widened(new Float32Array(BLOCK), 4).every((x) => x === 0)).toBe(true)
  })

  it.each([8, 4] as const)('fills the last block of a row up with zeros, %d bits', (bits) => {
    const width = 48
    const values = normal(3 * width)
    const { packed, scales } = quantizeBlocks(values, width, bits)
    expect(scales).toHaveLength(3 * 2)
    expect(packed).toHaveLength((3 * 64 * bits) / 8)
    for (let row = 0; row < 3; row++) {
      const padded = new Float32Array(64)
      padded.set(values.subarray(row * width, (row + 1) * width))
      const alone = quantizeBlocks(padded, 64, bits)
      expect(packed.slice(row * alone.packed.length, (row + 1) * alone.packed.length)).toEqual(alone.packed)
      expect(scales.slice(2 * row, 2 * row + 2)).toEqual(alone.scales)
    }
  })
})
