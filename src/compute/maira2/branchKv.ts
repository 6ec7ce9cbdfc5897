import {
  firstOf, keysValues, TILE, widthOf, writeTile, type KeysValues, type KvShape, type Past,
} from './kvLayout.ts'
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
  #tiles: KeysValues[]
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
    this.#tiles = Array.from({ length: this.shape.blocks }, () => keysValues(0))
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

  shared(block: number): KeysValues {
    return this.#prompt.shared(block)
  }

  own(block: number): KeysValues {
    return firstOf(this.#tiles[block] as KeysValues, this.#ownTiles * this.#tileSize)
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
    const only = (from: Float32Array, size: number): Float32Array => {
      const rows = from.length / (this.#sequences * size)
      const out = new Float32Array(rows * sequences.length * size)
      for (let row = 0; row < rows; row++) {
        sequences.forEach((sequence, i) => {
          const at = (row * this.#sequences + sequence) * size
          out.set(from.subarray(at, at + size), (row * sequences.length + i) * size)
        })
      }
      return out
    }
    const each = ({ keys, values }: KeysValues, size: number): KeysValues =>
      ({ keys: only(keys, size), values: only(values, size) })
    this.#tiles = this.#tiles.map((tiles) => each(tiles, TILE * width))
    this.#open = this.#open.map((open) => each(open, width))
    this.#sequences = sequences.length
  }

  /** Floats of one tile of all sequences. */
  get #tileSize(): number {
    return TILE * this.#sequences * widthOf(this.shape)
  }

  #seal(): void {
    const width = widthOf(this.shape)
    const size = this.#tileSize
    this.#tiles = this.#tiles.map((tiles, block) => {
      const fits = tiles.keys.length >= (this.#ownTiles + 1) * size
      const roomy = fits ? tiles : grown(tiles, 2 * this.#ownTiles + 1, size)
      for (let sequence = 0; sequence < this.#sequences; sequence++) {
        const at = (this.#ownTiles * this.#sequences + sequence) * TILE * width
        const open = this.#open[block] as KeysValues
        writeTile(this.shape, open, sequence * width, this.#sequences * width, roomy, at)
      }
      return roomy
    })
    this.#ownTiles++
    this.#openRows = 0
  }
}

function grown(old: KeysValues, tiles: number, size: number): KeysValues {
  const larger = keysValues(tiles * size)
  larger.keys.set(old.keys)
  larger.values.set(old.values)
  return larger
}
