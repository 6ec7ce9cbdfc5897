import { HilumError } from '../../shared/errors.ts'
import type { PixelLayout } from '../header/instanceHeader.ts'
import type { CodedFrame } from './storedPixels.ts'

const HEADER_BYTES = 64

/**
 * One RLE frame (PS3.5 annex G): a header of 16 32-bit words (number of segments, their offsets), then one PackBits
 * segment for each byte of each sample, the most significant byte first.
 */
export function rleFrame(data: Uint8Array, layout: PixelLayout): CodedFrame {
  const { rows, columns, samples, bitsAllocated } = layout
  const bytesPerSample = bitsAllocated / 8
  if (!Number.isInteger(bytesPerSample)) throw damaged(`${bitsAllocated} bits allocated cannot be run-length coded`)
  const segments = samples * bytesPerSample
  if (data.length < HEADER_BYTES) throw damaged('its header is cut off')
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const declared = view.getUint32(0, true)
  if (declared !== segments) throw damaged(`it has ${declared} segments where ${segments} belong`)
  const size = rows * columns
  const words = bytesPerSample === 1 ? new Uint8Array(size * samples)
    : bytesPerSample === 2 ? new Uint16Array(size * samples) : new Uint32Array(size * samples)
  for (let segment = 0; segment < segments; segment++) {
    const start = view.getUint32(4 + 4 * segment, true)
    const next = segment + 1 < segments ? view.getUint32(8 + 4 * segment, true) : data.length
    if (start < HEADER_BYTES || start > next || next > data.length) throw damaged(`segment ${segment + 1} lies outside the data`)
    const sample = Math.floor(segment / bytesPerSample)
    const shift = 8 * (bytesPerSample - 1 - (segment % bytesPerSample))
    unpack(data.subarray(start, next), size, (i, byte) => {
      const at = i * samples + sample
      words[at] = ((words[at] ?? 0) | (byte << shift)) >>> 0
    })
  }
  return { justified: false, rows, columns, samples, words }
}

/** Expands PackBits until `size` bytes were written; a segment that ends early is damaged. */
function unpack(segment: Uint8Array, size: number, write: (index: number, byte: number) => void): void {
  let written = 0
  let position = 0
  while (written < size) {
    const control = segment[position++]
    if (control === undefined) throw damaged('a segment ends early')
    if (control < 128) {
      const end = Math.min(size, written + control + 1)
      if (position + control + 1 > segment.length && position + (end - written) > segment.length) throw damaged('a segment ends early')
      for (let p = position; written < end; p++) write(written++, segment[p] ?? 0)
      position += control + 1
    } else if (control > 128) {
      const value = segment[position++]
      if (value === undefined) throw damaged('a segment ends early')
      const end = Math.min(size, written + 257 - control)
      while (written < end) write(written++, value)
    }
  }
}

function damaged(what: string): HilumError {
  return new HilumError('bad-input', `The run-length coded pixel data is damaged: ${what}.`, {
    mend: 'Export or copy the file again.',
  })
}
