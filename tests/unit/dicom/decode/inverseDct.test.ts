import { describe, expect, it } from 'vitest'
import { inverseDct } from '../../../../src/dicom/decode/jpegInverseDct.ts'

/** The defining double sum of ITU T.81 A.3.3. */
function bySum(block: Float32Array): number[] {
  const c = (u: number): number => (u === 0 ? Math.SQRT1_2 : 1)
  const cos = (x: number, u: number): number => Math.cos(((2 * x + 1) * u * Math.PI) / 16)
  return Array.from({ length: 64 }, (_, i) => {
    const [x, y] = [i & 7, i >> 3]
    let sum = 0
    for (let v = 0; v < 8; v++) {
      for (let u = 0; u < 8; u++) sum += c(u) * c(v) * block[8 * v + u]! * cos(x, u) * cos(y, v)
    }
    return sum / 4
  })
}

describe('inverseDct', () => {
  it('agrees with the defining sum', () => {
    const block = Float32Array.from({ length: 64 }, (_, i) => ((i * 37) % 101) - 50)
    const expected = bySum(block)
    inverseDct(block)
    block.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 2))
  })

  it('spreads a lone DC coefficient evenly', () => {
    const block = new Float32Array(64)
    block[0] = 80
    inverseDct(block)
    expect(block.every((value) => Math.abs(value - 10) < 1e-4)).toBe(true)
  })
})
