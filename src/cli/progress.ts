/** Tells on stderr what is being done: one line that is written over on a terminal, else a line now and then. */
export class Progress {
  readonly #terminal = process.stderr.isTTY
  #shown = ''
  #at = 0

  /** Says a step. `force` shows it also where only some steps are. */
  say(text: string, force = false): void {
    if (text === this.#shown) return
    if (this.#terminal) {
      process.stderr.write(`\r\x1b[K${text.slice(0, (process.stderr.columns ?? 80) - 1)}`)
    } else {
      if (!force && Date.now() - this.#at < 2000) return
      process.stderr.write(`${text}\n`)
    }
    this.#shown = text
    this.#at = Date.now()
  }

  /** Leaves a line standing. */
  note(text: string): void {
    this.clear()
    process.stderr.write(`${text}\n`)
  }

  clear(): void {
    if (this.#terminal && this.#shown !== '') process.stderr.write('\r\x1b[K')
    this.#shown = ''
  }
}
