/**
 * Positions whose keys and values lie together. A decoding row multiplies whole tiles, always of this
 * size, so what it computes does not depend on how many rows share its pass.
 */
export const TILE = 64

/** A slice of the decoder, as far as its keys and values are concerned. */
export interface KvShape {
  readonly blocks: number
  readonly heads: number
  readonly headDim: number
}

export interface KeysValues {
  readonly keys: Float32Array
  readonly values: Float32Array
}

/** Room for `size` floats of each. */
export function keysValues(size: number): KeysValues {
  return { keys: new Float32Array(size), values: new Float32Array(size) }
}

/** Views of the first `size` floats of each. */
export function firstOf({ keys, values }: KeysValues, size: number): KeysValues {
  return { keys: keys.subarray(0, size), values: values.subarray(0, size) }
}

/**
 * What a pass of the decoder reads of the positions before its own, and where it leaves them. A pass
 * sees three groups, and which position stands in which group depends on the position and the length of
 * the prompt alone: full tiles of the prompt, shared by all sequences; full tiles written after it; and
 * the open tile, which the pass goes on filling.
 */
export interface Past {
  readonly shape: KvShape
  /** Positions held, of each sequence. */
  readonly length: number
  /** Sequences that go on from one prompt side by side. */
  readonly sequences: number
  /** Whether each row of a pass multiplies alone (decoding) or all of them together (prompt chunks). */
  readonly alone: boolean
  readonly sharedTiles: number
  readonly ownTiles: number
  readonly openRows: number
  /** keys [sharedTiles, heads, headDim, TILE], values [sharedTiles, heads, TILE, headDim] */
  shared(block: number): KeysValues
  /** keys [ownTiles, sequences, heads, headDim, TILE], values [ownTiles, sequences, heads, TILE, headDim] */
  own(block: number): KeysValues
  /** keys and values [openRows, sequences, heads, headDim] */
  open(block: number): KeysValues
  /** Takes in `rows` positions of each sequence: new_rows [2 x blocks, rows, sequences, heads x headDim] of a pass. */
  append(newRows: Float32Array, rows: number): void
}

export function widthOf({ heads, headDim }: KvShape): number {
  return heads * headDim
}

/** Bytes of the keys and values of `positions` positions. */
export function kvBytes(shape: KvShape, positions: number): number {
  return 2 * shape.blocks * positions * widthOf(shape) * 4
}

/**
 * Turns rows into one tile of one sequence.
 * @param from keys and values [TILE, stride]; the sequence's rows start at `at` of each
 * @param into arrays of tiles, written from `tileAt` on
 */
export function writeTile(
  { heads, headDim }: KvShape,
  from: KeysValues, at: number, stride: number,
  into: KeysValues, tileAt: number,
): void {
  for (let head = 0; head < heads; head++) {
    const headAt = tileAt + head * headDim * TILE
    for (let row = 0; row < TILE; row++) {
      const rowAt = at + row * stride + head * headDim
      into.values.set(from.values.subarray(rowAt, rowAt + headDim), headAt + row * headDim)
      for (let d = 0; d < headDim; d++) into.keys[headAt + d * TILE + row] = from.keys[rowAt + d] as number
    }
  }
}
