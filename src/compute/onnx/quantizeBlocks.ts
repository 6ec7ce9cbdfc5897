/** Weights that share one scale. MatMulNBits and llama.cpp's Q4_0 and Q8_0 use the same length. */
export const BLOCK = 32

export type QuantizedBits = 4 | 8

/** What MatMulNBits reads: whole numbers around a middle (8 or 128), and a scale a block. */
export interface QuantizedBlocks {
  /** [rows x blocks, BLOCK x bits / 8]; two 4-bit numbers a byte, the first in the low half. */
  readonly packed: Uint8Array
  /** [rows x blocks] */
  readonly scales: Float32Array
}

/** Scales tried for a block, as shares of the one that reaches its largest weight exactly. */
const TRIED: Readonly<Record<QuantizedBits, readonly number[]>> = { 4: [1, 0.96, 0.92, 0.88, 0.84], 8: [1] }

/**
 * Rounds weights to 4 or 8 bits in blocks of 32 along each row. A block's scale is signed, so that its
 * largest weight falls on the end of the range that reaches one further; of a few scales the one with
 * the least squared error is kept, because a block with one outlier is better off clipping it.
 * @param values rows of a length that is a multiple of BLOCK
 */
export function quantizeBlocks(values: Float32Array, bits: QuantizedBits): QuantizedBlocks {
  const blocks = values.length / BLOCK
  const packed = new Uint8Array((values.length * bits) / 8)
  const scales = new Float32Array(blocks)
  for (let block = 0; block < blocks; block++) {
    const from = block * BLOCK
    const scale = bestScale(values, from, bits)
    scales[block] = scale
    if (bits === 8) packEight(values, from, scale, packed)
    else packFour(values, from, scale, packed)
  }
  return { packed, scales }
}

function bestScale(values: Float32Array, from: number, bits: QuantizedBits): number {
  const middle = 2 ** (bits - 1)
  let largest = 0
  for (let i = from; i < from + BLOCK; i++) {
    if (Math.abs(values[i] as number) > Math.abs(largest)) largest = values[i] as number
  }
  if (largest === 0) return 0
  let [best, least] = [0, Infinity]
  for (const share of TRIED[bits]) {
    const scale = Math.fround((largest / -middle) * share)
    const error = TRIED[bits].length === 1 ? 0 : squaredError(values, from, scale, middle)
    if (error < least) [best, least] = [scale, error]
  }
  return best
}

function squaredError(values: Float32Array, from: number, scale: number, middle: number): number {
  let sum = 0
  for (let i = from; i < from + BLOCK; i++) {
    const value = values[i] as number
    sum += ((level(value, scale, middle) - middle) * scale - value) ** 2
  }
  return sum
}

/** The whole number that stands for a weight, 0 to 2 x middle - 1. */
function level(value: number, scale: number, middle: number): number {
  if (scale === 0) return middle
  return Math.min(2 * middle - 1, Math.max(0, Math.round(value / scale) + middle))
}

function packEight(values: Float32Array, from: number, scale: number, packed: Uint8Array): void {
  for (let i = from; i < from + BLOCK; i++) packed[i] = level(values[i] as number, scale, 128)
}

function packFour(values: Float32Array, from: number, scale: number, packed: Uint8Array): void {
  for (let i = from; i < from + BLOCK; i += 2) {
    packed[i / 2] = level(values[i] as number, scale, 8) | (level(values[i + 1] as number, scale, 8) << 4)
  }
}
