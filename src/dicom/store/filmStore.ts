import { randomUUID } from 'node:crypto'
import { mkdir, open, readFile, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { HilumError } from '../../shared/errors.ts'
import { sha256 } from '../scan/examine.ts'

/**
 * The films of a workspace: files named by the SHA-256 of their content in folders of its first two digits
 * (`ab/abcdef…`). A file is complete or absent: it is written aside, flushed and renamed into place.
 */
export class FilmStore {
  readonly #dir: string
  readonly #incoming: string

  private constructor(dir: string) {
    this.#dir = dir
    this.#incoming = join(dir, 'incoming')
  }

  /** Opens or makes the store and clears away what an interrupted import left. */
  static async open(dir: string): Promise<FilmStore> {
    const store = new FilmStore(dir)
    try {
      await mkdir(store.#incoming, { recursive: true })
      for (const left of await readdir(store.#incoming)) await rm(join(store.#incoming, left), { force: true })
    } catch (thrown) {
      throw failed('opened', thrown)
    }
    return store
  }

  /** Keeps the bytes under their hash. False when they were there already. */
  async put(hash: string, bytes: Uint8Array): Promise<boolean> {
    const path = this.#pathOf(hash)
    if (await exists(path)) return false
    const aside = join(this.#incoming, randomUUID())
    try {
      await mkdir(join(this.#dir, hash.slice(0, 2)), { recursive: true })
      const file = await open(aside, 'wx')
      try {
        await file.writeFile(bytes)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(aside, path)
    } catch (thrown) {
      await rm(aside, { force: true })
      throw failed('written', thrown)
    }
    return true
  }

  /** The bytes of a film. Throws `not-found`, or `corrupt` when they are no longer those that were stored. */
  async get(hash: string): Promise<Uint8Array> {
    const bytes = await readFile(this.#pathOf(hash)).catch((thrown: NodeJS.ErrnoException) => {
      if (thrown.code !== 'ENOENT') throw failed('read', thrown)
      throw new HilumError('not-found', 'The film is not in the workspace.', { mend: 'Import its file again.' })
    })
    if (sha256(bytes) === hash) return bytes
    throw new HilumError('corrupt', 'The stored film has changed on the disk.', {
      mend: 'Restore the workspace from a backup, or delete the case and import its file again.',
    })
  }

  #pathOf(hash: string): string {
    if (!/^[0-9a-f]{64}$/.test(hash)) throw new HilumError('bad-input', 'A film is named by a SHA-256 in lower-case hex.')
    return join(this.#dir, hash.slice(0, 2), hash)
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(() => true, () => false)
}

function failed(what: string, cause: unknown): HilumError {
  const { code } = cause as NodeJS.ErrnoException
  const mend = code === 'ENOSPC' ? 'Free some disk space and try again.' : 'Check that the workspace folder is there and may be written.'
  return new HilumError('unavailable', `The film store cannot be ${what} (${code ?? String(cause)}).`, { mend, cause })
}
