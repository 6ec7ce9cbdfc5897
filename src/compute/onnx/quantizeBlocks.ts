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

/** Scales tried for a block of 4 bits, as shares of the one that reaches its largest weight exactly. */
const TRIED = [1, 0.96, 0.92, 0.88, 0.84] as const

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
  const whole = largest / -middle
  return bits === 8 ? Math.fround(whole) : leastError(values, from, length, whole)
}

/**
 * The scale among `TRIED` shares of `whole` that rounds a block to 4 bits with the least squared error. All are tried
 * in one pass over the block, written out: the largest part of the time that storing a model takes.
 */
function leastError(values: Float32Array, from: number, length: number, whole: number): number {
  const a = Math.fround(whole)
  const b = Math.fround(whole * TRIED[1])
  const c = Math.fround(whole * TRIED[2])
  const d = Math.fround(whole * TRIED[3])
  const e = Math.fround(whole * TRIED[4])
  const [ia, ib, ic, id, ie] = [1 / a, 1 / b, 1 / c, 1 / d, 1 / e]
  let [ea, eb, ec, ed, ee] = [0, 0, 0, 0, 0]
  for (let i = from; i < from + length; i++) {
    const value = values[i] as number
    const da = (nearest(value * ia, 8, 15) - 8) * a - value
    const db = (nearest(value * ib, 8, 15) - 8) * b - value
    const dc = (nearest(value * ic, 8, 15) - 8) * c - value
    const dd = (nearest(value * id, 8, 15) - 8) * d - value
    const de = (nearest(value * ie, 8, 15) - 8) * e - value
    ea += da * da
    eb += db * db
    ec += dc * dc
    ed += dd * dd
    ee += de * de
  }
  let [best, least] = [a, ea]
  if (eb < least) [best, least] = [b, eb]
  if (ec < least) [best, least] = [c, ec]
  if (ed < least) [best, least] = [d, ed]
  return ee < least ? e : best
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
