import { HilumError } from '../../shared/errors.ts'
import { BitReader } from './jpegBitReader.ts'
import type { HuffmanTable, JpegHeader } from './jpegHeader.ts'
import { jpegDamaged, readJpegHeader } from './jpegHeader.ts'
import type { CodedFrame } from './storedPixels.ts'

const LOSSLESS = 3

/**
 * Decodes a lossless JPEG image of 2 to 16 bits (process 14, any predictor; ITU T.81 annex H): each sample is predicted
 * from its neighbours and the difference, modulo 65,536, is Huffman coded. Our own because the JavaScript decoder in
 * use elsewhere gives wrong values for some 16-bit images.
 */
export function jpegLosslessFrame(data: Uint8Array): CodedFrame {
  const header = readJpegHeader(data)
  const { rows, columns, precision, components, restartInterval, pointTransform, selection } = header
  const samples = components.length
  const subsampled = samples > 1 && components.some(({ sampling }) => sampling !== 0x11)
  if (header.process !== LOSSLESS || header.scan.length !== samples || subsampled) {
    throw new HilumError('unsupported', 'The image is a JPEG of a kind that Hilum does not decode.', {
      mend: 'Export the film uncompressed or as JPEG 2000.',
    })
  }
  if (selection < 1 || selection > 7 || pointTransform >= precision) throw jpegDamaged('its predictor is unknown')
  const tables = scanTables(header)
  const bits = new BitReader(data, header.dataStart)
  const words = new Uint16Array(rows * columns * samples)
  const start = 1 << (precision - pointTransform - 1)
  const stride = columns * samples
  let firstLine = 0
  for (let row = 0; row < rows; row++) {
    if (restartInterval > 0 && row > 0 && (row * columns) % restartInterval === 0) {
      bits.restart()
      firstLine = row
    }
    for (let i = 0; i < stride; i++) {
      const at = row * stride + i
      const table = tables[samples === 1 ? 0 : i % samples]
      if (table === undefined) throw jpegDamaged('a table is missing')
      const predicted = predict(words, at, samples, stride, selection, row === firstLine, i < samples, start)
      const size = table.decode(bits)
      if (size > 16) throw jpegDamaged('a difference is too large')
      words[at] = predicted + (size === 16 ? 32_768 : bits.signed(size))
    }
  }
  if (pointTransform > 0) for (let i = 0; i < words.length; i++) words[i] = (words[i] ?? 0) << pointTransform
  return { justified: true, rows, columns, samples, words: precision > 8 ? words : Uint8Array.from(words) }
}

/** The predictors of T.81 table H.1: a is the sample to the left, b above, c above left. */
function predict(
  words: Uint16Array, at: number, samples: number, stride: number, selection: number,
  firstLine: boolean, firstColumn: boolean, start: number,
): number {
  if (firstColumn) return firstLine ? start : words[at - stride] ?? 0
  const a = words[at - samples] ?? 0
  if (firstLine || selection === 1) return a
  const b = words[at - stride] ?? 0
  const c = words[at - stride - samples] ?? 0
  switch (selection) {
    case 2: return b
    case 3: return c
    case 4: return a + b - c
    case 5: return a + ((b - c) >> 1)
    case 6: return b + ((a - c) >> 1)
    default: return (a + b) >> 1
  }
}

function scanTables({ components, scan, dc }: JpegHeader): (HuffmanTable | undefined)[] {
  return components.map(({ id }) => dc.get(scan.find((selected) => selected.id === id)?.dc ?? 0))
}
