/** Something kept that can be let go of. */
export interface Kept {
  readonly bytes: number
  /** Called when the budget takes the room for something else. */
  letGo(): void
}

/** Room for a number of bytes. When it is full, what was used longest ago is let go of, whoever keeps it. */
export class ByteBudget {
  readonly #limit: number
  readonly #kept = new Set<Kept>() // oldest use first
  #bytes = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** False, with nothing done, when it is larger than the whole budget. */
  add(kept: Kept): boolean {
    if (kept.bytes > this.#limit) return false
    this.#kept.add(kept)
    this.#bytes += kept.bytes
    for (const oldest of this.#kept) {
      if (this.#bytes <= this.#limit) break
      this.remove(oldest)
      oldest.letGo()
    }
    return true
  }

  /** Notes that it was used. */
  use(kept: Kept): void {
    if (this.#kept.delete(kept)) this.#kept.add(kept)
  }

  remove(kept: Kept): void {
    if (this.#kept.delete(kept)) this.#bytes -= kept.bytes
  }
}
