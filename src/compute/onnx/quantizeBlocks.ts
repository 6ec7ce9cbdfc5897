/** Weights that share one scale. MatMulNBits and llama.cpp's Q4_0 and Q8_0 use the same length. */
export const BLOCK = 32

export type QuantizedBits = 4 | 8

/** What MatMulNBits reads: whole numbers around a middle (8 or 128), and a scale a block. */
export interface QuantizedBlocks {
  /** [rows, blocks a row x BLOCK x bits / 8]; two 4-bit numbers a byte, the first in the low half. */
  readonly packed: Uint8Array
  /** [rows, blocks a row] */
  readonly scales: Float32Array
}

/** Scales tried for a block, as shares of the one that reaches its largest weight exactly. */
const TRIED: Readonly<Record<QuantizedBits, readonly number[]>> = { 4: [1, 0.96, 0.92, 0.88, 0.84], 8: [1] }

/** Blocks that a row of `width` weights takes; the last is filled up with zeros. */
export function blocksOf(width: number): number {
  return Math.ceil(width / BLOCK)
}

/**
 * Rounds weights to 4 or 8 bits in blocks of 32 along each row. A block's scale is signed, so that its
 * largest weight falls on the end of the range that reaches one further; of a few scales the one with
 * the least squared error is kept, because a block with one outlier is better off clipping it.
 * @param values whole rows of `width` weights
 */
export function quantizeBlocks(values: Float32Array, width: number, bits: QuantizedBits): QuantizedBlocks {
  const rows = values.length / width
  const blocks = blocksOf(width)
  const packed = new Uint8Array((rows * blocks * BLOCK * bits) / 8)
  const scales = new Float32Array(rows * blocks)
  const levels = new Uint8Array(BLOCK)
  const middle = 2 ** (bits - 1)
  let block = 0
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < width; column += BLOCK) {
      const from = row * width + column
      const length = Math.min(BLOCK, width - column)
      const scale = bestScale(values, from, length, bits)
      scales[block] = scale
      toLevels(values, from, length, scale, middle, levels)
      if (bits === 8) packed.set(levels, block * BLOCK)
      else packHalves(levels, packed, (block * BLOCK) / 2)
      block++
    }
  }
  return { packed, scales }
}

function bestScale(values: Float32Array, from: number, length: number, bits: QuantizedBits): number {
  const middle = 2 ** (bits - 1)
  let largest = 0
  for (let i = from; i < from + length; i++) {
    const value = values[i] as number
    if (Math.abs(value) > Math.abs(largest)) largest = value
  }
  if (largest === 0) return 0
  const shares = TRIED[bits]
  let [best, least] = [Math.fround(largest / -middle), Infinity]
  if (shares.length === 1) return best
  for (const share of shares) {
    const scale = Math.fround((largest / -middle) * share)
    const error = squaredError(values, from, length, scale, middle)
    if (error < least) [best, least] = [scale, error]
  }
  return best
}

function squaredError(values: Float32Array, from: number, length: number, scale: number, middle: number): number {
  const inverse = 1 / scale
  const most = 2 * middle - 1
  let sum = 0
  for (let i = from; i < from + length; i++) {
    const value = values[i] as number
    const level = nearest(value * inverse, middle, most)
    const error = (level - middle) * scale - value
    sum += error * error
  }
  return sum
}

/** The whole number from 0 to `most` that stands for a weight measured in scales. */
function nearest(scaled: number, middle: number, most: number): number {
  const level = (scaled + middle + 0.5) | 0 // never below -1: the scale reaches every weight, or nearly
  return level > most ? most : level < 0 ? 0 : level
}

function toLevels(
  values: Float32Array, from: number, length: number, scale: number, middle: number, levels: Uint8Array,
): void {
  levels.fill(middle)
  if (scale === 0) return
  const inverse = 1 / scale
  for (let i = 0; i < length; i++) levels[i] = nearest((values[from + i] as number) * inverse, middle, 2 * middle - 1)
}

function packHalves(levels: Uint8Array, packed: Uint8Array, at: number): void {
  for (let i = 0; i < BLOCK; i += 2) packed[at + i / 2] = (levels[i] as number) | ((levels[i + 1] as number) << 4)
}
