/**
 * Keeps what was expensive to compute, up to a number of bytes, and lets go of what was used longest
 * ago. A value larger than the whole budget is not kept.
 */
export class ByteCache<T> {
  readonly #budget: number
  readonly #entries = new Map<string, { readonly value: T; readonly bytes: number }>() // oldest use first
  #bytes = 0
  #hits = 0
  #misses = 0
  #evictions = 0

  constructor(budget: number) {
    this.#budget = budget
  }

  get(key: string): T | null {
    const entry = this.#entries.get(key)
    if (entry === undefined) {
      this.#misses++
      return null
    }
    this.#hits++
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    return entry.value
  }

  set(key: string, value: T, bytes: number): void {
    this.#remove(key)
    if (bytes > this.#budget) return
    this.#entries.set(key, { value, bytes })
    this.#bytes += bytes
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#budget) break
      this.#remove(oldest)
      this.#evictions++
    }
  }

  clear(): void {
    this.#entries.clear()
    this.#bytes = 0
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
