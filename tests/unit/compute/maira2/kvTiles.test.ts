import { describe, expect, it } from 'vitest'
import { TILE, type KvShape } from '../../../../src/compute/maira2/kvLayout.ts'
import { kvBytes, KvTiles } from '../../../../src/compute/maira2/kvTiles.ts'
import { Random } from '../../../../src/phantom/random.ts'

const SHAPE: KvShape = { blocks: 3, heads: 2, headDim: 8, tiles: 'int8' }
const WIDTH = 16

function randomRows(seed: number): Float32Array {
  const random = new Random(seed)
  return Float32Array.from({ length: TILE * WIDTH }, (_, i) => (1 + (i % 5)) * random.normal())
}

describe('tiles in whole numbers', () => {
  const from = { keys: randomRows(1), values: randomRows(2) }
  const tiles = new KvTiles(SHAPE, 1, 0)
  tiles.write(0, 0, from, 0, WIDTH)
  tiles.write(1, 0, { keys: from.values, values: new Float32Array(TILE * WIDTH) }, 0, WIDTH)
  const part = (name: string): Float32Array | Int8Array => tiles.views(2).get(name)!
  const [keys, values, keyScales] = [part('keys'), part('values'), part('key_scales')]

  it('give every number back to half a step of its scale', () => {
    for (let row = 0; row < TILE; row++) {
      for (let d = 0; d < WIDTH; d++) {
        const [head, inHead] = [Math.floor(d / 8), d % 8]
        const keyScale = keyScales[head * TILE + row]!
        const key = keys[(head * 8 + inHead) * TILE + row]! * keyScale
        expect(Math.abs(key - from.keys[row * WIDTH + d]!)).toBeLessThanOrEqual(0.501 * keyScale)
        const valueScale = part('value_scales')[d]!
        const value = values[(head * TILE + row) * 8 + inHead]! * valueScale
        expect(Math.abs(value - from.values[row * WIDTH + d]!)).toBeLessThanOrEqual(0.501 * valueScale)
      }
    }
  })

  it('use the whole range: the largest number of a position, and of a channel, is 127', () => {
    for (let row = 0; row < TILE; row++) {
      const ofRow = Array.from({ length: 8 }, (_, d) => Math.abs(keys[d * TILE + row]!))
      expect(Math.max(...ofRow)).toBe(127)
    }
    const channel = Array.from({ length: TILE }, (_, row) => Math.abs(values[row * 8 + 3]!))
    expect(Math.max(...channel)).toBe(127)
  })

  it('carry what takes the 128 of unsigned queries back', () => {
    const sum = Array.from({ length: 8 }, (_, d) => keys[d * TILE + 5]!).reduce((all, key) => all + key, 0)
    expect(part('key_offsets')[5]).toBe(128 * sum)
  })

  it('are zeros where all numbers are zero', () => {
    expect(values.subarray(TILE * WIDTH).every((value) => value === 0)).toBe(true)
    expect(part('value_scales').subarray(WIDTH).every((scale) => scale === 0)).toBe(true)
  })

  it('take about a quarter of the bytes', () => {
    const exact = kvBytes({ ...SHAPE, headDim: 128, tiles: 'fp32' }, 4 * TILE)
    expect(exact).toBe(2 * 3 * 4 * TILE * 256 * 4)
    expect(kvBytes({ ...SHAPE, headDim: 128 }, 4 * TILE) / exact).toBeLessThan(0.28)
  })
})
