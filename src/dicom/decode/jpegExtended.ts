import { HilumError } from '../../shared/errors.ts'
import { BitReader } from './jpegBitReader.ts'
import type { HuffmanTable } from './jpegHeader.ts'
import { jpegDamaged, readJpegHeader } from './jpegHeader.ts'
import { inverseDct } from './jpegInverseDct.ts'
import type { CodedFrame } from './storedPixels.ts'

/** The order in which the 64 coefficients of a block are coded (ITU T.81 figure 5). */
const ZIGZAG = Uint8Array.of(
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21,
  28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54,
  47, 55, 62, 63,
)

/**
 * Decodes a one-component sequential DCT image of 8 to 12 bits (JPEG Extended, process 2 and 4; ITU T.81 annex F), the
 * kind that libjpeg-turbo's 8-bit build leaves out. Colour and progressive images are `unsupported`.
 */
export function jpegExtendedFrame(data: Uint8Array): CodedFrame {
  const header = readJpegHeader(data)
  const { rows, columns, precision, restartInterval, components: [component], scan: [selected] } = header
  if (header.process > 1 || header.components.length !== 1 || component === undefined) throw unsupported()
  const table = header.quantisation.get(component.quantisation)
  const dc = header.dc.get(selected?.dc ?? 0)
  const ac = header.ac.get(selected?.ac ?? 0)
  if (table === undefined || dc === undefined || ac === undefined) throw jpegDamaged('a table is missing')
  const bits = new BitReader(data, header.dataStart)
  const words = new Uint16Array(rows * columns)
  const across = Math.ceil(columns / 8)
  const blocks = across * Math.ceil(rows / 8)
  const block = new Float32Array(64)
  let predicted = 0
  for (let index = 0; index < blocks; index++) {
    if (restartInterval > 0 && index > 0 && index % restartInterval === 0) {
      bits.restart()
      predicted = 0
    }
    predicted += bits.signed(dc.decode(bits) & 15)
    readBlock(block, predicted, table, ac, bits)
    inverseDct(block)
    placeBlock(words, block, Math.floor(index / across) * 8, (index % across) * 8, rows, columns, precision)
  }
  return { justified: true, rows, columns, samples: 1, words }
}

/** Fills `block` with the dequantised coefficients, DC given (T.81 F.2.2.1, F.2.2.2). */
function readBlock(block: Float32Array, dc: number, table: Uint16Array, ac: HuffmanTable, bits: BitReader): void {
  block.fill(0)
  block[0] = dc * (table[0] ?? 1)
  for (let k = 1; k < 64; k++) {
    const symbol = ac.decode(bits)
    const size = symbol & 15
    if (size === 0) {
      if (symbol !== 0xf0) return
      k += 15
      continue
    }
    k += symbol >> 4
    if (k > 63) throw jpegDamaged('a block has too many coefficients')
    block[ZIGZAG[k] ?? 0] = bits.signed(size) * (table[k] ?? 1)
  }
}

/** Shifts a block's samples back to unsigned and writes the part of it that lies inside the image. */
function placeBlock(
  words: Uint16Array, block: Float32Array, top: number, left: number, rows: number, columns: number, precision: number,
): void {
  const maximum = 2 ** precision - 1
  const middle = 2 ** (precision - 1)
  const height = Math.min(8, rows - top)
  const width = Math.min(8, columns - left)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const value = Math.round((block[8 * y + x] ?? 0) + middle)
      words[(top + y) * columns + left + x] = Math.min(maximum, Math.max(0, value))
    }
  }
}

function unsupported(): HilumError {
  return new HilumError('unsupported', 'The image is a progressive or colour 12-bit JPEG, which Hilum does not decode.', {
    mend: 'Export the film uncompressed or as JPEG 2000.',
  })
}
