import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Bytes of the SHA-256 in front of the tokens. */
const HASH_BYTES = 32
/** A disk is taken to read this many bytes a millisecond: a slow one. Tokens that compute faster are not stored. */
const READ_BYTES_A_MS = 100_000

/**
 * Image tokens on disk, so that a film seen before costs no vision pass after a restart. One file an
 * image; a damaged one counts as absent. What was used longest ago goes when there are too many bytes.
 * A disk that fails costs time only: nothing here throws.
 */
export class ImageStore {
  readonly #folder: string
  readonly #budget: number

  /**
   * @param folder of one model on one runtime: others compute other tokens
   * @param budget bytes in all
   */
  constructor(folder: string, budget: number) {
    this.#folder = folder
    this.#budget = budget
  }

  /** The tokens [patches, d] of an image, or null. */
  async get(hash: string): Promise<Float32Array | null> {
    const path = this.#pathOf(hash)
    try {
      const bytes = await readFile(path)
      const content = bytes.subarray(HASH_BYTES)
      if (!sha256(content).equals(bytes.subarray(0, HASH_BYTES))) {
        await rm(path, { force: true })
        return null
      }
      const now = new Date()
      await utimes(path, now, now)
      return new Float32Array(new Uint8Array(content).buffer)
    } catch {
      return null
    }
  }

  /** Stores tokens that took `ms` to compute, where reading them back is faster. */
  async put(hash: string, tokens: Float32Array, ms: number): Promise<void> {
    if (tokens.byteLength > this.#budget || ms < tokens.byteLength / READ_BYTES_A_MS) return
    const aside = join(this.#folder, `${randomUUID()}.partial`)
    try {
      await mkdir(this.#folder, { recursive: true })
      const content = new Uint8Array(tokens.buffer, tokens.byteOffset, tokens.byteLength)
      await writeFile(aside, Buffer.concat([sha256(content), content]))
      await rename(aside, this.#pathOf(hash))
      await this.#makeRoom()
    } catch {
      await rm(aside, { force: true }).catch(() => undefined)
    }
  }

  async clear(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true }).catch(() => undefined)
  }

  async #makeRoom(): Promise<void> {
    const files = await Promise.all((await readdir(this.#folder)).map(async (name) => {
      const path = join(this.#folder, name)
      const { size, mtimeMs } = await stat(path)
      return { path, size, mtimeMs }
    }))
    let bytes = files.reduce((sum, file) => sum + file.size, 0)
    for (const { path, size } of files.toSorted((a, b) => a.mtimeMs - b.mtimeMs)) {
      if (bytes <= this.#budget) break
      await rm(path, { force: true })
      bytes -= size
    }
  }

  /** The name says nothing but a hash, whatever the key holds. */
  #pathOf(hash: string): string {
    return join(this.#folder, `${createHash('sha256').update(hash).digest('hex')}.tokens`)
  }
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest()
}
