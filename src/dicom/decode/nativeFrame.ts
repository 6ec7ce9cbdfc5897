import { HilumError } from '../../shared/errors.ts'
import type { PixelLayout } from '../header/instanceHeader.ts'
import type { CodedFrame } from './storedPixels.ts'

/**
 * One frame of uncompressed pixel data (PS3.5 8.1): 1-bit pixels packed from the lowest bit, 8-, 16- and 32-bit words
 * in the byte order of the syntax; 8-bit pixels in big endian OW words are swapped in pairs. Planar samples come out
 * interleaved. Throws `bad-input` when the data is shorter than the header claims.
 */
export function nativeFrame(
  data: Uint8Array, layout: PixelLayout, frame: number, littleEndian: boolean, vr: string,
): CodedFrame {
  const { rows, columns, samples, bitsAllocated } = layout
  const coded = (words: CodedFrame['words']): CodedFrame => ({ justified: false, rows, columns, samples, words })
  if (layout.photometric === 'YBR_FULL_422') return ybr422Frame(data, layout, frame)
  const count = rows * columns * samples
  if (bitsAllocated === 1) return coded(unpackBits(data, frame * count, count))
  const size = bitsAllocated / 8
  const start = frame * count * size
  if (start + count * size > data.length) throw tooShort(count * size, Math.max(0, data.length - start))
  const words = readWords(data, start, count, size, littleEndian, vr)
  return coded(layout.planar && samples > 1 ? interleave(words, samples) : words)
}

function readWords(
  data: Uint8Array, start: number, count: number, size: number, littleEndian: boolean, vr: string,
): Uint8Array | Uint16Array | Uint32Array {
  if (size === 1) {
    const bytes = data.slice(start, start + count)
    return littleEndian || vr !== 'OW' ? bytes : Uint8Array.from(bytes, (byte, i) => bytes[i ^ 1] ?? byte)
  }
  const view = new DataView(data.buffer, data.byteOffset + start, count * size)
  if (size === 2) {
    const words = new Uint16Array(count)
    for (let i = 0; i < count; i++) words[i] = view.getUint16(2 * i, littleEndian)
    return words
  }
  const words = new Uint32Array(count)
  for (let i = 0; i < count; i++) words[i] = view.getUint32(4 * i, littleEndian)
  return words
}

function unpackBits(data: Uint8Array, first: number, count: number): Uint8Array {
  if (first + count > data.length * 8) throw tooShort(Math.ceil(count / 8), data.length)
  return Uint8Array.from({ length: count }, (_, i) => ((data[(first + i) >> 3] ?? 0) >> ((first + i) & 7)) & 1)
}

/** Y Y Cb Cr for each two pixels (PS3.3 C.7.6.3.1.2): chroma is repeated. */
function ybr422Frame(data: Uint8Array, { rows, columns }: PixelLayout, frame: number): CodedFrame {
  const length = rows * columns * 2
  const start = frame * length
  if (start + length > data.length) throw tooShort(length, Math.max(0, data.length - start))
  const words = new Uint8Array(rows * columns * 3)
  for (let i = 0, o = start; i < rows * columns; i++) {
    const second = i & 1
    words[3 * i] = data[o + second] ?? 0
    words[3 * i + 1] = data[o + 2] ?? 0
    words[3 * i + 2] = data[o + 3] ?? 0
    if (second === 1) o += 4
  }
  return { justified: false, rows, columns, samples: 3, words }
}

function interleave<T extends Uint8Array | Uint16Array | Uint32Array>(planes: T, samples: number): T {
  const out = planes.slice() as T
  const size = planes.length / samples
  for (let s = 0; s < samples; s++) for (let i = 0; i < size; i++) out[i * samples + s] = planes[s * size + i] ?? 0
  return out
}

function tooShort(needed: number, present: number): HilumError {
  return new HilumError('bad-input', `The pixel data is cut off: the image needs ${needed} bytes and ${present} are there.`, {
    mend: 'Export or copy the file again.',
  })
}
