import { describe, expect, it } from 'vitest'
import { ByteBudget } from '../../../../src/compute/maira2/byteBudget.ts'
import { ByteCache } from '../../../../src/compute/maira2/byteCache.ts'

describe('a byte cache', () => {
  it('lets go of what was used longest ago when the budget is full', () => {
    const cache = new ByteCache<string>(new ByteBudget(100))
    cache.set('a', 'A', 40)
    cache.set('b', 'B', 40)
    expect(cache.get('a')).toBe('A')
    cache.set('c', 'C', 40)
    expect(cache.get('b')).toBeNull()
    expect([cache.get('a'), cache.get('c')]).toEqual(['A', 'C'])
    expect(cache.counters).toEqual({ entries: 2, bytes: 80, hits: 3, misses: 1, evictions: 1 })
  })

  it('does not keep what is larger than the budget, nor what it replaces', () => {
    const cache = new ByteCache<string>(new ByteBudget(100))
    cache.set('a', 'A', 10)
    cache.set('a', 'AA', 101)
    expect(cache.get('a')).toBeNull()
    expect(cache.counters.bytes).toBe(0)
  })

  it('counts a value that was set again once', () => {
    const cache = new ByteCache<string>(new ByteBudget(100))
    cache.set('a', 'A', 60)
    cache.set('a', 'B', 70)
    expect(cache.get('a')).toBe('B')
    expect(cache.counters).toMatchObject({ entries: 1, bytes: 70 })
  })

  it('shares its budget: what was used longest ago goes, whichever cache keeps it', () => {
    const budget = new ByteBudget(100)
    const [large, small] = [new ByteCache<string>(budget), new ByteCache<number>(budget)]
    large.set('a', 'A', 50)
    small.set('b', 1, 10)
    large.set('c', 'C', 30)
    expect(large.get('a')).toBe('A')
    small.set('d', 2, 20)
    expect([large.get('a'), small.get('b'), large.get('c'), small.get('d')]).toEqual(['A', null, 'C', 2])
    large.clear()
    small.set('e', 3, 70)
    expect([small.get('d'), small.get('e')]).toEqual([2, 3])
    expect(large.counters).toMatchObject({ entries: 0, bytes: 0 })
    expect(small.counters).toEqual({ entries: 2, bytes: 90, hits: 3, misses: 1, evictions: 1 })
  })
})
