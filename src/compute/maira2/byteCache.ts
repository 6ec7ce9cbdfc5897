import type { ByteBudget, Kept } from './byteBudget.ts'

/**
 * Keeps what was expensive to compute, within a budget that it may share with other caches. A value
 * larger than the whole budget is not kept.
 */
export class ByteCache<T> {
  readonly #budget: ByteBudget
  readonly #entries = new Map<string, Kept & { readonly value: T }>()
  #bytes = 0
  #hits = 0
  #misses = 0
  #evictions = 0

  constructor(budget: ByteBudget) {
    this.#budget = budget
  }

  get(key: string): T | null {
    const entry = this.#entries.get(key)
    if (entry === undefined) {
      this.#misses++
      return null
    }
    this.#hits++
    this.#budget.use(entry)
    return entry.value
  }

  set(key: string, value: T, bytes: number): void {
    this.#remove(key)
    const letGo = (): void => {
      this.#evictions++
      this.#remove(key)
    }
    const entry = { value, bytes, letGo }
    if (!this.#budget.add(entry)) return
    this.#entries.set(key, entry)
    this.#bytes += bytes
  }

  clear(): void {
    for (const key of this.#entries.keys()) this.#remove(key)
  }

  get counters(): CacheCounters {
    return {
      entries: this.#entries.size,
      bytes: this.#bytes,
      hits: this.#hits,
      misses: this.#misses,
      evictions: this.#evictions,
    }
  }

  #remove(key: string): void {
    const entry = this.#entries.get(key)
    if (entry === undefined) return
    this.#entries.delete(key)
    this.#budget.remove(entry)
    this.#bytes -= entry.bytes
  }
}

/** What a cache holds now and what it did since it was made. */
export interface CacheCounters {
  readonly entries: number
  readonly bytes: number
  readonly hits: number
  readonly misses: number
  readonly evictions: number
}
