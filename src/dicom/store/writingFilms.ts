import type { FilmStore } from './filmStore.ts'

/** Films on their way to the disk at a time, and their bytes together: more would cost memory and gain nothing. */
const MOST_FILMS = 8
const MOST_BYTES = 32 * 1024 * 1024

interface Writing {
  readonly bytes: number
  readonly stored: Promise<boolean>
  readonly done: (stored: boolean) => void
}

/**
 * Keeps several films of a scan in the store at the same time, because each waits for the disk. They are told in the
 * order in which they came, each when it is safe.
 */
export class WritingFilms {
  readonly #store: Pick<FilmStore, 'put'>
  #queue: readonly Writing[] = []

  constructor(store: Pick<FilmStore, 'put'>) {
    this.#store = store
  }

  /** Begins to keep a film; waits for earlier ones while there are too many. Throws what keeping one of them threw. */
  async put(hash: string, bytes: Uint8Array, done: (stored: boolean) => void): Promise<void> {
    const stored = this.#store.put(hash, bytes)
    stored.catch(() => undefined) // thrown where it is awaited
    await this.#add({ bytes: bytes.length, stored, done })
  }

  /** Takes word of something else, to be told in its turn. */
  async tell(done: () => void): Promise<void> {
    await this.#add({ bytes: 0, stored: Promise.resolve(false), done })
  }

  async #add(writing: Writing): Promise<void> {
    this.#queue = [...this.#queue, writing]
    while (this.#queue.length > MOST_FILMS || this.#queue.reduce((sum, film) => sum + film.bytes, 0) > MOST_BYTES) {
      await this.#next()
    }
  }

  /** Waits for all of them. */
  async end(): Promise<void> {
    while (this.#queue.length > 0) await this.#next()
  }

  async #next(): Promise<void> {
    const [first, ...rest] = this.#queue
    this.#queue = rest
    first?.done(await first.stored)
  }
}
