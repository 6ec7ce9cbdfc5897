import { describe, expect, it } from 'vitest'
import { KvCache } from '../../../../src/compute/maira2/kvCache.ts'

/** new_rows of two blocks of width 2: [key 0, value 0, key 1, value 1], each [count, 2]. */
const rows = (...values: number[]): Float32Array => Float32Array.from(values)

describe('a key-value cache', () => {
  it('starts with the blank row and appends behind it', () => {
    const cache = new KvCache(2, 2, 8)
    expect([...cache.keys(0)]).toEqual([0, 0])
    cache.append(rows(1, 2, 3, 4, 5, 6, 7, 8), 1)
    cache.append(rows(11, 12, 13, 14, 15, 16, 17, 18, 21, 22, 23, 24, 25, 26, 27, 28), 2)
    expect(cache.length).toBe(3)
    expect([...cache.keys(0)]).toEqual([0, 0, 1, 2, 11, 12, 13, 14])
    expect([...cache.values(0)]).toEqual([0, 0, 3, 4, 15, 16, 17, 18])
    expect([...cache.keys(1)]).toEqual([0, 0, 5, 6, 21, 22, 23, 24])
    expect([...cache.values(1)]).toEqual([0, 0, 7, 8, 25, 26, 27, 28])
  })

  it('grows when it is full and keeps what it holds', () => {
    const cache = new KvCache(1, 1, 1)
    cache.append(rows(1, 2), 1)
    cache.append(rows(3, 4), 1)
    expect([...cache.keys(0)]).toEqual([0, 1, 3])
    expect(cache.bytes).toBe(2 * 3 * 4)
  })

  it('forgets positions from a place on, and writes over them', () => {
    const cache = new KvCache(1, 1, 4)
    cache.append(rows(1, 2, 3, 7, 8, 9), 3)
    cache.truncate(1)
    cache.append(rows(5, 6), 1)
    expect([...cache.keys(0)]).toEqual([0, 1, 5])
    expect([...cache.values(0)]).toEqual([0, 7, 6])
  })
})
