/** The longest run of written tokens that is looked for in the draft. */
const CONTEXT = 8
/** A single token found again counts only this close to where it was expected. */
const NEAR = 8
/** Share by which older agreement counts less with each token. */
const FORGET = 0.95

/**
 * A text that the coming one is expected to resemble: the baseline's, when a steered text is written. It
 * follows what is written and proposes what comes next; where the texts part it looks for the place where
 * they join again. It only proposes: what is written is decided by the model alone.
 */
export class Draft {
  readonly #ids: readonly number[]
  readonly #written: number[] = []
  #next = 0
  #agreed = true
  /** Agreements and tokens seen, after an agreement and after a difference; they begin with a guess. */
  readonly #after = { agreement: { agreed: 3.5, seen: 5 }, difference: { agreed: 1, seen: 4 } }

  /** @param ids of the text, with the end token where it has one */
  constructor(ids: readonly number[]) {
    this.#ids = ids
  }

  /** Up to `count` tokens that may come next. */
  propose(count: number): readonly number[] {
    return this.#ids.slice(this.#next, this.#next + count)
  }

  /** Takes note of the token that was written. */
  write(id: number): void {
    const expected = this.#ids[this.#next]
    if (expected !== undefined) {
      const tally = this.#agreed ? this.#after.agreement : this.#after.difference
      tally.agreed = FORGET * tally.agreed + (expected === id ? 1 : 0)
      tally.seen = FORGET * tally.seen + 1
    }
    this.#written.push(id)
    this.#agreed = expected === id
    this.#next = this.#agreed ? this.#next + 1 : this.#rejoin()
  }

  /**
   * How many tokens to propose: of the row counts allowed, the one that is expected to write most tokens
   * in the time. A pass of n rows checks n - 1 proposed tokens and writes one more than it accepts.
   * @param rowCounts that a pass may have, ascending from 1
   * @param cost of a pass by its rows, relative to one row
   */
  length(rowCounts: readonly number[], cost: (rows: number) => number): number {
    const { agreement, difference } = this.#after
    const first = this.#agreed ? agreement : difference
    const [now, then] = [first.agreed / first.seen, agreement.agreed / agreement.seen]
    let [best, most] = [1, 1]
    for (const rows of rowCounts) {
      let [written, reached] = [1, now]
      for (let i = 1; i < rows; i++, reached *= then) written += reached
      const rate = written / cost(rows)
      if (rate > most) [best, most] = [rows, rate]
    }
    return best - 1
  }

  /** Where the draft goes on after the last written tokens: after the longest run of them, the nearest of equals. */
  #rejoin(): number {
    const expected = this.#next + 1
    let [place, longest] = [expected, 0]
    for (let end = 1; end <= this.#ids.length; end++) {
      const run = this.#runBefore(end)
      const distance = Math.abs(end - expected)
      if (run === 0 || (run === 1 && distance > NEAR)) continue
      if (run > longest || (run === longest && distance < Math.abs(place - expected))) [place, longest] = [end, run]
    }
    return place
  }

  /** How many of the last written tokens stand before `end` in the draft. */
  #runBefore(end: number): number {
    let run = 0
    const last = this.#written.length - 1
    while (run < CONTEXT && run < end && run <= last && this.#ids[end - 1 - run] === this.#written[last - run]) run++
    return run
  }
}
