import {
  firstOf, keysValues, TILE, widthOf, type KeysValues, type KvShape, type Past, type TileViews,
} from './kvLayout.ts'
import { KvTiles } from './kvTiles.ts'
import type { PromptKv } from './promptKv.ts'

/**
 * What sequences write after a prompt that they share: their own keys and values, beside the prompt's,
 * which stay as they are. All sequences of a branch are equally long.
 */
export class BranchKv implements Past {
  readonly shape: KvShape
  readonly alone = true
  readonly #prompt: PromptKv
  readonly #start: number
  #sequences: number
  readonly #tiles: readonly KvTiles[]
  #open: KeysValues[]
  #ownTiles = 0
  #openRows: number

  constructor(prompt: PromptKv, sequences = 1) {
    this.shape = prompt.shape
    this.#prompt = prompt
    this.#start = prompt.sharedTiles * TILE
    this.#sequences = sequences
    this.#openRows = prompt.openRows
    const width = widthOf(this.shape)
    this.#tiles = Array.from({ length: this.shape.blocks }, () => new KvTiles(this.shape, sequences, 0))
    this.#open = Array.from({ length: this.shape.blocks }, (_, block) => {
      const tail = prompt.open(block)
      const open = keysValues(TILE * sequences * width)
      for (let row = 0; row < this.#openRows; row++) {
        for (let sequence = 0; sequence < sequences; sequence++) {
          const at = (row * sequences + sequence) * width
          open.keys.set(tail.keys.subarray(row * width, (row + 1) * width), at)
          open.values.set(tail.values.subarray(row * width, (row + 1) * width), at)
        }
      }
      return open
    })
  }

  get sequences(): number {
    return this.#sequences
  }

  get length(): number {
    return this.#start + this.#ownTiles * TILE + this.#openRows
  }

  get sharedTiles(): number {
    return this.#prompt.sharedTiles
  }

  get ownTiles(): number {
    return this.#ownTiles
  }

  get openRows(): number {
    return this.#openRows
  }

  /** How many positions the next pass may have: a pass never reaches into a second tile. */
  room(): number {
    if (this.#openRows === TILE) this.#seal()
    return TILE - this.#openRows
  }

  shared(block: number): TileViews {
    return this.#prompt.shared(block)
  }

  own(block: number): TileViews {
    return (this.#tiles[block] as KvTiles).views(this.#ownTiles)
  }

  open(block: number): KeysValues {
    return firstOf(this.#open[block] as KeysValues, this.#openRows * this.#sequences * widthOf(this.shape))
  }

  append(newRows: Float32Array, rows: number): void {
    if (rows > TILE - this.#openRows) throw new RangeError(`${rows} positions do not fit into the open tile.`)
    const stride = this.#sequences * widthOf(this.shape)
    const size = rows * stride
    this.#open.forEach(({ keys, values }, block) => {
      const at = 2 * block * size
      keys.set(newRows.subarray(at, at + size), this.#openRows * stride)
      values.set(newRows.subarray(at + size, at + 2 * size), this.#openRows * stride)
    })
    this.#openRows += rows
  }

  /** Forgets the positions from `length` on: rows of the open tile that turned out not to be wanted. */
  truncate(length: number): void {
    const open = length - this.#start - this.#ownTiles * TILE
    if (open < 0 || open > this.#openRows) throw new RangeError(`Position ${length} is not in the open tile.`)
    this.#openRows = open
  }

  /** Goes on with some of the sequences, given by their numbers, ascending. */
  keep(sequences: readonly number[]): void {
    const width = widthOf(this.shape)
    const only = (from: Float32Array): Float32Array => {
      const out = new Float32Array(TILE * sequences.length * width)
      for (let row = 0; row < TILE; row++) {
        sequences.forEach((sequence, i) => {
          const at = (row * this.#sequences + sequence) * width
          out.set(from.subarray(at, at + width), (row * sequences.length + i) * width)
        })
      }
      return out
    }
    this.#open = this.#open.map(({ keys, values }) => ({ keys: only(keys), values: only(values) }))
    for (const tiles of this.#tiles) tiles.keep(sequences)
    this.#sequences = sequences.length
  }

  #seal(): void {
    const width = widthOf(this.shape)
    this.#tiles.forEach((tiles, block) => {
      const open = this.#open[block] as KeysValues
      for (let sequence = 0; sequence < this.#sequences; sequence++) {
        tiles.write(this.#ownTiles, sequence, open, sequence * width, this.#sequences * width)
      }
    })
    this.#ownTiles++
    this.#openRows = 0
  }
}
