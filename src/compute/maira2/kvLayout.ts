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
  /** How full tiles are kept: as they were computed, or in whole numbers with scales, a quarter of the bytes. */
  readonly tiles: 'fp32' | 'int8'
}

export type TileViews = ReadonlyMap<string, Float32Array | Int8Array>

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
  /** The parts of the shared tiles (tileParts), each [sharedTiles, 1, heads, ...inner]. */
  shared(block: number): TileViews
  /** The parts of the sequences' own tiles, each [ownTiles, sequences, heads, ...inner]. */
  own(block: number): TileViews
  /** keys and values [openRows, sequences, heads, headDim] */
  open(block: number): KeysValues
  /** Takes in `rows` positions of each sequence: new_rows [2 x blocks, rows, sequences, heads x headDim] of a pass. */
  append(newRows: Float32Array, rows: number): void
}

export function widthOf({ heads, headDim }: KvShape): number {
  return heads * headDim
}
