import { TILE, widthOf, type KeysValues, type KvShape } from './kvLayout.ts'

type Numbers = Float32Array | Int8Array

/** One array of a set of tiles: its numbers per tile and head, and the shape of those. */
interface Part {
  readonly name: string
  readonly type: 'float32' | 'int8'
  readonly inner: readonly [number, number]
}

/**
 * What a graph reads of a tile, per head. As float32: keys [headDim, TILE], values [TILE, headDim]. As
 * int8 the same in whole numbers -127 to 127, keys with a scale a position, values with a scale a channel;
 * key_offsets [1, TILE] is 128 times the sum of a position's whole numbers, which takes back the 128 that
 * is added to a query's whole numbers to make them unsigned.
 */
export function tileParts({ headDim, tiles }: KvShape): readonly Part[] {
  const type = tiles === 'int8' ? 'int8' : 'float32'
  const numbers: readonly Part[] = [
    { name: 'keys', type, inner: [headDim, TILE] },
    { name: 'values', type, inner: [TILE, headDim] },
  ]
  if (tiles === 'fp32') return numbers
  return [
    ...numbers,
    { name: 'key_scales', type: 'float32', inner: [1, TILE] },
    { name: 'key_offsets', type: 'float32', inner: [1, TILE] },
    { name: 'value_scales', type: 'float32', inner: [1, headDim] },
  ]
}

/** Tiles of one or several sequences in one block: the parts of tileParts, each [tiles, sequences, heads, ...inner]. */
export class KvTiles {
  readonly #shape: KvShape
  readonly #parts: readonly Part[]
  #sequences: number
  #capacity: number
  #arrays: readonly Numbers[]

  constructor(shape: KvShape, sequences: number, capacity: number) {
    this.#shape = shape
    this.#parts = tileParts(shape)
    this.#sequences = sequences
    this.#capacity = capacity
    this.#arrays = this.#allocate(capacity)
  }

  /** Bytes that a tile of one sequence takes. */
  static bytesOf(shape: KvShape): number {
    return tileParts(shape).reduce((sum, { type, inner: [rows, columns] }) =>
      sum + shape.heads * rows * columns * (type === 'int8' ? 1 : 4), 0)
  }

  /** Views of the first `tiles` tiles, by the names of their parts. */
  views(tiles: number): ReadonlyMap<string, Numbers> {
    return new Map(this.#parts.map((part, i) =>
      [part.name, (this.#arrays[i] as Numbers).subarray(0, tiles * this.#sizeOf(part))]))
  }

  /**
   * Writes one tile of one sequence.
   * @param from keys and values [TILE, stride]; the sequence's rows start at `at` of each
   */
  write(tile: number, sequence: number, from: KeysValues, at: number, stride: number): void {
    if (tile >= this.#capacity) this.#grow(2 * tile + 1)
    const number = tile * this.#sequences + sequence
    if (this.#shape.tiles === 'int8') writeRounded(this.#shape, this.#arrays, number, from, at, stride)
    else writeExact(this.#shape, this.#arrays as readonly Float32Array[], number, from, at, stride)
  }

  /** Goes on with some of the sequences, given by their numbers. */
  keep(sequences: readonly number[]): void {
    const before = this.#sequences
    const old = this.#arrays
    this.#sequences = sequences.length
    this.#arrays = this.#allocate(this.#capacity)
    this.#parts.forEach((part, i) => {
      const size = this.#sizeOf(part) / sequences.length
      const [from, to] = [old[i] as Numbers, this.#arrays[i] as Numbers]
      for (let tile = 0; tile < this.#capacity; tile++) {
        sequences.forEach((sequence, at) => {
          const start = (tile * before + sequence) * size
          to.set(from.subarray(start, start + size), (tile * sequences.length + at) * size)
        })
      }
    })
  }

  /** Numbers of a part in one tile of all sequences. */
  #sizeOf({ inner: [rows, columns] }: Part): number {
    return this.#sequences * this.#shape.heads * rows * columns
  }

  #allocate(tiles: number): readonly Numbers[] {
    return this.#parts.map((part) => {
      const size = tiles * this.#sizeOf(part)
      return part.type === 'int8' ? new Int8Array(size) : new Float32Array(size)
    })
  }

  #grow(tiles: number): void {
    const old = this.#arrays
    this.#arrays = this.#allocate(tiles)
    this.#capacity = tiles
    this.#arrays.forEach((array, i) => array.set(old[i] as Numbers))
  }
}

function writeExact(
  shape: KvShape, [keys, values]: readonly Float32Array[], tile: number, from: KeysValues, at: number, stride: number,
): void {
  if (keys === undefined || values === undefined) return
  const { heads, headDim } = shape
  for (let head = 0; head < heads; head++) {
    const to = tile * TILE * widthOf(shape) + head * headDim * TILE
    for (let row = 0; row < TILE; row++) {
      const rowAt = at + row * stride + head * headDim
      values.set(from.values.subarray(rowAt, rowAt + headDim), to + row * headDim)
      for (let d = 0; d < headDim; d++) keys[to + d * TILE + row] = from.keys[rowAt + d] as number
    }
  }
}

function writeRounded(
  shape: KvShape, arrays: readonly Numbers[], tile: number, from: KeysValues, at: number, stride: number,
): void {
  const [keys, values, keyScales, keyOffsets, valueScales] = arrays
  if (keys === undefined || values === undefined) return
  if (keyScales === undefined || keyOffsets === undefined || valueScales === undefined) return
  const { heads, headDim } = shape
  for (let head = 0; head < heads; head++) {
    const to = (tile * heads + head) * headDim * TILE
    const scalesAt = (tile * heads + head) * TILE
    for (let row = 0; row < TILE; row++) {
      const rowAt = at + row * stride + head * headDim
      let largest = 0
      for (let d = 0; d < headDim; d++) largest = Math.max(largest, Math.abs(from.keys[rowAt + d] as number))
      const scale = Math.fround(largest / 127)
      let sum = 0
      for (let d = 0; d < headDim; d++) {
        const whole = scale === 0 ? 0 : Math.round((from.keys[rowAt + d] as number) / scale)
        keys[to + d * TILE + row] = whole
        sum += whole
      }
      keyScales[scalesAt + row] = scale
      keyOffsets[scalesAt + row] = 128 * sum
    }
    for (let d = 0; d < headDim; d++) {
      const value = (row: number): number => from.values[at + row * stride + head * headDim + d] as number
      let largest = 0
      for (let row = 0; row < TILE; row++) largest = Math.max(largest, Math.abs(value(row)))
      const scale = Math.fround(largest / 127)
      valueScales[(tile * heads + head) * headDim + d] = scale
      for (let row = 0; row < TILE; row++) {
        values[to + row * headDim + d] = scale === 0 ? 0 : Math.round(value(row) / scale)
      }
    }
  }
}

/** Bytes of the keys and values of `positions` positions of one sequence: full tiles, and the rows after them. */
export function kvBytes(shape: KvShape, positions: number): number {
  const open = positions % TILE
  return shape.blocks * (((positions - open) / TILE) * KvTiles.bytesOf(shape) + 2 * open * widthOf(shape) * 4)
}
