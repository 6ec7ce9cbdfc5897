/** What an observation's weight shrinks by with each later one: some fifty passes count. */
const DECAY = 0.98
/** Before passes of several sizes were seen: what each further row adds, as a share of a one-row pass. */
const ASSUMED_SLOPE = 0.3

/** How long decoding passes take by their number of rows, learned as they go: a line through recent passes. */
export class PassCosts {
  #weight = 0
  #rows = 0
  #ms = 0
  #rows2 = 0
  #rowsMs = 0

  observe(rows: number, ms: number): void {
    this.#weight = DECAY * this.#weight + 1
    this.#rows = DECAY * this.#rows + rows
    this.#ms = DECAY * this.#ms + ms
    this.#rows2 = DECAY * this.#rows2 + rows * rows
    this.#rowsMs = DECAY * this.#rowsMs + rows * ms
  }

  /** What a pass of `rows` rows is expected to cost, as a multiple of a pass of one. */
  relative(rows: number): number {
    return 1 + this.#slope() * (rows - 1)
  }

  /** What a further row adds, as a share of a one-row pass. */
  #slope(): number {
    if (this.#weight === 0) return ASSUMED_SLOPE
    const [meanRows, meanMs] = [this.#rows / this.#weight, this.#ms / this.#weight]
    const variance = this.#rows2 / this.#weight - meanRows ** 2
    if (variance < 0.1) return ASSUMED_SLOPE
    const slope = (this.#rowsMs / this.#weight - meanRows * meanMs) / variance
    const one = meanMs - slope * (meanRows - 1)
    return one > 0 ? Math.min(Math.max(slope / one, 0), 1) : ASSUMED_SLOPE
  }
}
