import { toFloat16 } from '../../../src/compute/onnx/float16.ts'
import { BLOCK } from '../../../src/compute/onnx/quantizeBlocks.ts'

/** 4-bit weights in blocks of 32 as both engines can hold them: the same numbers to the last bit. */
export interface Blocks {
  readonly rows: number
  readonly columns: number
  /** [rows x blocks, 16]: MatMulNBits' order, two neighbours a byte, the first in the low half. */
  readonly packed: Uint8Array
  /** [rows x blocks], each a float16 pattern. */
  readonly scales: Uint16Array
}

/** Uniform levels and scales that keep a product about as large as what goes in. */
export function randomBlocks(seed: number, rows: number, columns: number): Blocks {
  const blocks = (rows * columns) / BLOCK
  const packed = new Uint8Array(blocks * (BLOCK / 2))
  const words = new Uint32Array(packed.buffer)
  let state = (seed * 2654435761 + 1) >>> 0 || 1
  const next = (): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>>= 0)
  }
  for (let i = 0; i < words.length; i++) words[i] = next()
  const unit = 1 / (4.6 * Math.sqrt(columns)) // 4.6: root mean square of the levels -8 to 7
  const choices = toFloat16(Float32Array.from({ length: 64 }, (_, i) => unit * (0.75 + i / 128)))
  const scales = new Uint16Array(blocks)
  for (let i = 0; i < blocks; i++) scales[i] = choices[next() & 63] as number
  return { rows, columns, packed, scales }
}

/** Rows `from` to `to` (not included). */
export function rowsOf({ columns, packed, scales }: Blocks, from: number, to: number): Blocks {
  const blocks = columns / BLOCK
  return {
    rows: to - from, columns,
    packed: packed.subarray(from * blocks * 16, to * blocks * 16),
    scales: scales.subarray(from * blocks, to * blocks),
  }
}

/**
 * Rows reordered as llama.cpp wants queries and keys: the two halves of each head's rotary pairs interleaved
 * (row 2 i of a head is our row i, row 2 i + 1 our row i + headDim / 2).
 */
export function interleavedHeads({ rows, columns, packed, scales }: Blocks, heads: number): Blocks {
  const headDim = rows / heads
  const blocks = columns / BLOCK
  const [newPacked, newScales] = [new Uint8Array(packed.length), new Uint16Array(scales.length)]
  for (let row = 0; row < rows; row++) {
    const [head, inHead] = [Math.floor(row / headDim), row % headDim]
    const from = head * headDim + (inHead >> 1) + (inHead % 2 === 0 ? 0 : headDim / 2)
    newPacked.set(packed.subarray(from * blocks * 16, (from + 1) * blocks * 16), row * blocks * 16)
    newScales.set(scales.subarray(from * blocks, (from + 1) * blocks), row * blocks)
  }
  return { rows, columns, packed: newPacked, scales: newScales }
}

/** GGUF's Q4_0: a block is its float16 scale, then 16 bytes with element i in the low and i + 16 in the high half. */
export function asQ4_0({ packed, scales }: Blocks): Uint8Array {
  const out = new Uint8Array(scales.length * 18)
  for (let block = 0; block < scales.length; block++) {
    const [to, from] = [block * 18, block * 16]
    const scale = scales[block] as number
    out[to] = scale & 0xff
    out[to + 1] = scale >>> 8
    for (let i = 0; i < 16; i++) {
      const low = (packed[from + (i >> 1)] as number) >>> (4 * (i & 1))
      const high = (packed[from + 8 + (i >> 1)] as number) >>> (4 * (i & 1))
      out[to + 2 + i] = (low & 15) | ((high & 15) << 4)
    }
  }
  return out
}

/** Scales as MatMulNBits on a CPU wants them. */
export function wideScales({ scales }: Blocks): Float32Array {
  const table = new Map<number, number>()
  return Float32Array.from(scales, (pattern) => {
    const known = table.get(pattern)
    if (known !== undefined) return known
    const value = 2 ** (((pattern >>> 10) & 31) - 25) * ((pattern & 1023) + 1024) // normal and positive, all of them
    table.set(pattern, value)
    return value
  })
}
