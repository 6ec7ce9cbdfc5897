import { describe, expect, it } from 'vitest'
import { boundsOf, greyOf } from '../../../../src/renderer/viewer/grey.ts'

// Expected greys are worked out by hand from PS3.3 C.11.2.1.2 and C.11.2.1.3 with ymin 0 and ymax 255.
describe('the window functions of DICOM', () => {
  it('LINEAR takes c - 0.5 and w - 1', () => {
    const window = { center: 2048, width: 4096, shape: 'LINEAR' as const }
    expect(greyOf(0, window)).toBe(0)
    expect(greyOf(4095, window)).toBe(255)
    expect(greyOf(2047.5, window)).toBeCloseTo(127.5, 9)
    expect(greyOf(1, window)).toBeCloseTo(255 / 4095, 9)
  })

  it('LINEAR of width 1 is a threshold', () => {
    const window = { center: 100, width: 1, shape: 'LINEAR' as const }
    expect(greyOf(99, window)).toBe(0)
    expect(greyOf(100, window)).toBe(255)
  })

  it('LINEAR_EXACT takes c and w as they are', () => {
    const window = { center: 2048, width: 4096, shape: 'LINEAR_EXACT' as const }
    expect(greyOf(2048, window)).toBeCloseTo(127.5, 9)
    expect(greyOf(4095, window)).toBeCloseTo((4095 / 4096) * 255, 9)
  })

  it('SIGMOID is 255 / (1 + exp(-4 (x - c) / w))', () => {
    const window = { center: 500, width: 200, shape: 'SIGMOID' as const }
    expect(greyOf(500, window)).toBeCloseTo(127.5, 9)
    expect(greyOf(600, window)).toBeCloseTo(255 / (1 + Math.exp(-2)), 9)
    expect(greyOf(-1e6, window)).toBeCloseTo(0, 9)
  })

  it('gives the renderer bounds whose ramp is the same function', () => {
    for (const shape of ['LINEAR', 'LINEAR_EXACT'] as const) {
      const window = { center: 310, width: 77, shape }
      const { lower, upper } = boundsOf(window)
      for (let value = 260; value < 360; value++) {
        const ramp = Math.min(1, Math.max(0, (value - lower) / (upper - lower))) * 255
        expect(ramp).toBeCloseTo(greyOf(value, window), 6)
      }
    }
  })

  it('gives bounds from which centre and width of a sigmoid come back', () => {
    const { lower, upper } = boundsOf({ center: 500, width: 200, shape: 'SIGMOID' })
    expect(upper - lower + 1).toBeCloseTo(200, 9)
    expect((lower + upper + 1) / 2).toBeCloseTo(500, 9)
  })
})
