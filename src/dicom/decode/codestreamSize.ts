/** What the header of a compressed image says about itself. */
export interface CodestreamSize {
  readonly rows: number
  readonly columns: number
  readonly samples: number
  readonly bits: number
  /** True when every component has a value for every pixel. JPEG may have fewer; nothing else that Hilum reads does. */
  readonly whole: boolean
  /** For JPEG: the frame type, 0 baseline, 1 extended, 2 progressive, 3 lossless, 55 JPEG-LS. Null for JPEG 2000. */
  readonly jpegProcess: number | null
}

/**
 * Reads the size from the first frame header of a JPEG or JPEG-LS stream (ITU T.81 B.2.2, T.87 C.2.2) or from SIZ of
 * a JPEG 2000 codestream, bare or in a JP2 box (T.800 A.5.1). Null when there is none. Codecs allocate by these
 * numbers, so they are held against the caps first.
 */
export function codestreamSize(data: Uint8Array): CodestreamSize | null {
  if (data[0] === 0xff && data[1] === 0xd8) return jpegSize(data)
  return jpeg2000Size(data)
}

function jpegSize(data: Uint8Array): CodestreamSize | null {
  let position = 2
  while (position + 9 < data.length) {
    if (data[position] !== 0xff) return null
    const marker = data[position + 1] ?? 0
    if (marker === 0xff) {
      position += 1
      continue
    }
    if (marker === 0xd9 || marker === 0xda) return null
    const process = marker === 0xf7 ? 55 : marker - 0xc0
    const isFrame = process === 55 || (process >= 0 && process <= 15 && ![4, 8, 12].includes(process))
    if (isFrame) {
      const size = {
        bits: data[position + 4] ?? 0,
        rows: word(data, position + 5),
        columns: word(data, position + 7),
        samples: data[position + 9] ?? 0,
        whole: true,
        jpegProcess: process,
      }
      return size.rows > 0 && size.columns > 0 && size.samples > 0 ? size : null
    }
    position += 2 + Math.max(2, word(data, position + 2))
  }
  return null
}

function jpeg2000Size(data: Uint8Array): CodestreamSize | null {
  const limit = Math.min(data.length - 42, 65_536)
  for (let i = 0; i <= limit; i++) {
    if (data[i] !== 0xff || data[i + 1] !== 0x4f || data[i + 2] !== 0xff || data[i + 3] !== 0x51) continue
    const view = new DataView(data.buffer, data.byteOffset + i, 42)
    const [width, height, left, top] = [view.getUint32(8), view.getUint32(12), view.getUint32(16), view.getUint32(20)]
    if (width <= left || height <= top) return null
    const samples = view.getUint16(40)
    const sampling = data.subarray(i + 42, i + 42 + 3 * samples).filter((_, at) => at % 3 !== 0)
    return {
      columns: width - left,
      rows: height - top,
      samples,
      whole: sampling.length === 2 * samples && sampling.every((step) => step === 1),
      bits: ((data[i + 42] ?? 7) & 0x7f) + 1,
      jpegProcess: null,
    }
  }
  return null
}

function word(data: Uint8Array, position: number): number {
  return ((data[position] ?? 0) << 8) | (data[position + 1] ?? 0)
}
