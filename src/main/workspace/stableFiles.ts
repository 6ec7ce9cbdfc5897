/** A file as a look at its folder finds it. Times are milliseconds since 1970. */
export interface SeenFile {
  readonly path: string
  readonly size: number
  readonly changedMs: number
}

interface Watched {
  readonly size: number
  readonly changedMs: number
  /** When it was first seen like this. */
  readonly sinceMs: number
  readonly taken: boolean
}

/** What copying programs call a file that is not whole yet. */
const UNFINISHED = /(^|[\\/])[.~][^\\/]*$|\.(part|partial|tmp|temp|crdownload|download|filepart)$/i

/**
 * Tells which files of a watched folder are whole: those whose size and time of change stayed the same for
 * `settleMs`. A file is told once, and again when it changed. What is gone is forgotten.
 */
export class StableFiles {
  readonly #settleMs: number
  #files: ReadonlyMap<string, Watched> = new Map()

  constructor(settleMs: number) {
    this.#settleMs = settleMs
  }

  /** Takes the files of a look and returns the paths of those that are whole now. */
  look(files: readonly SeenFile[], nowMs: number): readonly string[] {
    const ready: string[] = []
    const next = new Map<string, Watched>()
    for (const { path, size, changedMs } of files) {
      if (UNFINISHED.test(path) || size === 0) continue
      const before = this.#files.get(path)
      const same = before !== undefined && before.size === size && before.changedMs === changedMs
      const sinceMs = same ? before.sinceMs : nowMs
      const whole = nowMs - sinceMs >= this.#settleMs
      if (whole && !(same && before.taken)) ready.push(path)
      next.set(path, { size, changedMs, sinceMs, taken: whole })
    }
    this.#files = next
    return ready
  }
}
