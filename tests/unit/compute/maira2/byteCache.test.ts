import { describe, expect, it } from 'vitest'
import { ByteCache } from '../../../../src/compute/maira2/byteCache.ts'

describe('a byte cache', () => {
  it('lets go of what was used longest ago when the budget is full', () => {
    const cache = new ByteCache<string>(100)
    cache.set('a', 'A', 40)
    cache.set('b', 'B', 40)
    expect(cache.get('a')).toBe('A')
    cache.set('c', 'C', 40)
    expect(cache.get('b')).toBeNull()
    expect([cache.get('a'), cache.get('c')]).toEqual(['A', 'C'])
    expect(cache.counters).toEqual({ entries: 2, bytes: 80, hits: 3, misses: 1, evictions: 1 })
  })

  it('does not keep what is larger than the budget, nor what it replaces', () => {
    const cache = new ByteCache<string>(100)
    cache.set('a', 'A', 10)
    cache.set('a', 'AA', 101)
    expect(cache.get('a')).toBeNull()
    expect(cache.counters.bytes).toBe(0)
  })

  it('counts a value that was set again once', () => {
    const cache = new ByteCache<string>(100)
    cache.set('a', 'A', 60)
    cache.set('a', 'B', 70)
    expect(cache.get('a')).toBe('B')
    expect(cache.counters).toMatchObject({ entries: 1, bytes: 70 })
  })
})
