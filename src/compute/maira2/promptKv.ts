import {
  firstOf, keysValues, TILE, widthOf, type KeysValues, type KvShape, type Past, type TileViews,
} from './kvLayout.ts'
import { kvBytes, KvTiles } from './kvTiles.ts'

/**
 * Keys and values of a prompt's positions in a slice of the decoder. Filled chunk by chunk, each chunk a
 * multiple of TILE but the last; unchanged from then on, so that any number of generations share it.
 */
export class PromptKv implements Past {
  readonly shape: KvShape
  readonly sequences = 1
  readonly alone = false
  readonly ownTiles = 0
  readonly #positions: number
  readonly #tiles: readonly KvTiles[]
  readonly #tail: readonly KeysValues[]
  #length = 0

  /** @param positions of the whole prompt */
  constructor(shape: KvShape, positions: number) {
    this.shape = shape
    this.#positions = positions
    const rows = positions % TILE
    this.#tiles = Array.from({ length: shape.blocks }, () => new KvTiles(shape, 1, (positions - rows) / TILE))
    this.#tail = Array.from({ length: shape.blocks }, () => keysValues(rows * widthOf(shape)))
  }

  get length(): number {
    return this.#length
  }

  get sharedTiles(): number {
    return Math.floor(this.#length / TILE)
  }

  /** Rows after the last full tile: none while the prompt is being filled, its tail afterwards. */
  get openRows(): number {
    return this.#length % TILE
  }

  /** Bytes allocated. */
  get bytes(): number {
    return kvBytes(this.shape, this.#positions)
  }

  shared(block: number): TileViews {
    return (this.#tiles[block] as KvTiles).views(this.sharedTiles)
  }

  own(): TileViews {
    return new Map()
  }

  open(block: number): KeysValues {
    return firstOf(this.#tail[block] as KeysValues, this.openRows * widthOf(this.shape))
  }

  append(newRows: Float32Array, rows: number): void {
    if (this.openRows !== 0 || this.#length + rows > this.#positions) {
      throw new RangeError(`${rows} positions do not fit behind ${this.#length} of ${this.#positions}.`)
    }
    const width = widthOf(this.shape)
    const size = rows * width
    const full = Math.floor(rows / TILE)
    this.#tiles.forEach((tiles, block) => {
      const at = 2 * block * size
      const chunk = { keys: newRows.subarray(at, at + size), values: newRows.subarray(at + size, at + 2 * size) }
      for (let tile = 0; tile < full; tile++) tiles.write(this.sharedTiles + tile, 0, chunk, tile * TILE * width, width)
      const tail = this.#tail[block] as KeysValues
      tail.keys.set(chunk.keys.subarray(full * TILE * width))
      tail.values.set(chunk.values.subarray(full * TILE * width))
    })
    this.#length += rows
  }
}
