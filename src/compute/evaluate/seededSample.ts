import { seededRandom } from './seededRandom.ts'

/**
 * `count` items without repetition (all when there are fewer), in an order that depends on the seed
 * alone: a Fisher-Yates shuffle over the generator mulberry32.
 */
export function seededSample<T>(items: readonly T[], count: number, seed: number): readonly T[] {
  const pool = [...items]
  const next = seededRandom(seed)
  const taken = Math.min(count, pool.length)
  for (let i = 0; i < taken; i++) {
    const j = i + Math.floor(next() * (pool.length - i))
    const item = pool[j] as T
    pool[j] = pool[i] as T
    pool[i] = item
  }
  return pool.slice(0, taken)
}
