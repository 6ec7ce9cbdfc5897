import { open, type FileHandle } from 'node:fs/promises'

/** Tables up to this size are held in memory. */
const IN_MEMORY_BYTES = 64 * 2 ** 20

/** The token embeddings of a compiled model: rows of a raw float32 file [vocabulary, width]. */
export class EmbeddingTable {
  readonly #file: FileHandle
  readonly #width: number
  readonly #table: Float32Array | null

  private constructor(file: FileHandle, width: number, table: Float32Array | null) {
    this.#file = file
    this.#width = width
    this.#table = table
  }

  static async open(path: string, width: number): Promise<EmbeddingTable> {
    const file = await open(path, 'r')
    const { size } = await file.stat()
    if (size > IN_MEMORY_BYTES) return new EmbeddingTable(file, width, null)
    const table = new Float32Array(size / 4)
    await file.read(new Uint8Array(table.buffer), 0, size, 0)
    return new EmbeddingTable(file, width, table)
  }

  /** Copies the embedding of `id` into `into` at row `row`. */
  async copyRow(id: number, into: Float32Array, row: number): Promise<void> {
    const width = this.#width
    if (this.#table !== null) {
      into.set(this.#table.subarray(id * width, (id + 1) * width), row * width)
      return
    }
    const bytes = new Uint8Array(into.buffer, into.byteOffset + row * width * 4, width * 4)
    await this.#file.read(bytes, 0, bytes.byteLength, id * bytes.byteLength)
  }

  async close(): Promise<void> {
    await this.#file.close()
  }
}
