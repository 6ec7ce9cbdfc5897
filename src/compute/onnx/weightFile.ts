import { createHash, type Hash } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'
import type { ExternalData } from './model.ts'

/** Weights start on a page, so that the runtime can map them instead of reading them. */
const PAGE = 4096

/**
 * A file of raw little-endian weights, written front to back. A weight may be appended in
 * pieces (packed projections), so memory never holds more than one piece.
 */
export class WeightFile {
  readonly #file: FileHandle
  readonly #location: string
  readonly #hash: Hash = createHash('sha256')
  #size = 0

  private constructor(file: FileHandle, location: string) {
    this.#file = file
    this.#location = location
  }

  /** @param location the file's name as the model beside it says it. */
  static async create(path: string, location: string): Promise<WeightFile> {
    return new WeightFile(await open(path, 'wx'), location)
  }

  /** Appends one weight made of `pieces`, in order, and says where it lies. */
  async append(pieces: Iterable<ArrayBufferView> | AsyncIterable<ArrayBufferView>): Promise<ExternalData> {
    await this.#write(new Uint8Array((PAGE - (this.#size % PAGE)) % PAGE))
    const offset = this.#size
    for await (const piece of pieces) {
      await this.#write(new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength))
    }
    return { location: this.#location, offset, length: this.#size - offset }
  }

  /** Flushes to disk and closes. Returns the file's size in bytes and its SHA-256. */
  async finish(): Promise<{ size: number; sha256: string }> {
    await this.#file.sync()
    await this.#file.close()
    return { size: this.#size, sha256: this.#hash.digest('hex') }
  }

  /** Closes without caring for the content: the folder is about to be thrown away. */
  async abandon(): Promise<void> {
    await this.#file.close().catch(() => undefined)
  }

  async #write(bytes: Uint8Array): Promise<void> {
    let done = 0
    while (done < bytes.byteLength) {
      const { bytesWritten } = await this.#file.write(bytes, done)
      done += bytesWritten
    }
    this.#hash.update(bytes)
    this.#size += bytes.byteLength
  }
}
