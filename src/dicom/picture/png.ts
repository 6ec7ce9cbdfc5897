import { HilumError } from '../../shared/errors.ts'
import type { Caps } from '../caps.ts'
import { checkSize } from '../decode/checkLayout.ts'
import { inflate } from '../parse/inflate.ts'
import type { Raster } from './raster.ts'

interface Header {
  readonly columns: number
  readonly rows: number
  readonly depth: number
  readonly colour: number
}

const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }

/**
 * Decodes a PNG picture (ISO/IEC 15948) to grey or RGB; transparency is dropped and fewer than 8 bits are widened.
 * Written here because the compressed data must not inflate beyond what the header announces. Interlaced pictures are
 * `unsupported`, damaged ones `bad-input`, oversized ones `limit`.
 */
export function decodePng(bytes: Uint8Array, caps: Caps): Raster {
  const { header, palette, data } = readChunks(bytes, caps)
  const channels = CHANNELS[header.colour]
  if (channels === undefined || ![1, 2, 4, 8, 16].includes(header.depth)) throw damaged('its header is wrong')
  const lineBytes = Math.ceil((header.columns * channels * header.depth) / 8)
  const raw = inflate(data, 'zlib', header.rows * (lineBytes + 1), 'The PNG picture')
  if (raw.length < header.rows * (lineBytes + 1)) throw damaged('it is cut off')
  const lines = unfilter(raw, header.rows, lineBytes, Math.max(1, (channels * header.depth) >> 3))
  return toRaster(header, channels, lines, lineBytes, palette)
}

function readChunks(bytes: Uint8Array, caps: Caps): { header: Header; palette: Uint8Array; data: Uint8Array } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let header: Header | null = null
  let palette: Uint8Array = new Uint8Array(0)
  const parts: Uint8Array[] = []
  for (let position = 8; position + 12 <= bytes.length;) {
    const length = view.getUint32(position)
    const end = position + 12 + length
    if (end > bytes.length) throw damaged('it is cut off')
    const type = String.fromCharCode(...bytes.subarray(position + 4, position + 8))
    const body = bytes.subarray(position + 8, position + 8 + length)
    if (type === 'IHDR' && length >= 13) header = readHeader(body, caps)
    else if (type === 'PLTE') palette = body
    else if (type === 'IDAT') parts.push(body)
    else if (type === 'IEND') break
    position = end
  }
  if (header === null) throw damaged('it has no header')
  return { header, palette, data: Buffer.concat(parts) }
}

function readHeader(body: Uint8Array, caps: Caps): Header {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  const [columns, rows] = [view.getUint32(0), view.getUint32(4)]
  if (columns === 0 || rows === 0) throw damaged('it has no pixels')
  checkSize(rows, columns, caps)
  if (view.getUint8(12) !== 0) throw new HilumError('unsupported', 'The PNG picture is interlaced, which Hilum does not read.', { mend: 'Save it again without interlacing.' })
  return { columns, rows, depth: view.getUint8(8), colour: view.getUint8(9) }
}

/** Undoes the filter of each line (ISO/IEC 15948 9.2) and drops the filter bytes. */
function unfilter(raw: Uint8Array, rows: number, lineBytes: number, step: number): Uint8Array {
  const out = new Uint8Array(rows * lineBytes)
  for (let row = 0; row < rows; row++) {
    const filter = raw[row * (lineBytes + 1)] ?? 0
    if (filter > 4) throw damaged('a line has an unknown filter')
    const from = row * (lineBytes + 1) + 1
    const to = row * lineBytes
    for (let i = 0; i < lineBytes; i++) {
      const left = i >= step ? out[to + i - step] ?? 0 : 0
      const up = row > 0 ? out[to + i - lineBytes] ?? 0 : 0
      const corner = i >= step && row > 0 ? out[to + i - lineBytes - step] ?? 0 : 0
      out[to + i] = (raw[from + i] ?? 0) + predicted(filter, left, up, corner)
    }
  }
  return out
}

function predicted(filter: number, left: number, up: number, corner: number): number {
  switch (filter) {
    case 1: return left
    case 2: return up
    case 3: return (left + up) >> 1
    case 4: return paeth(left, up, corner)
    default: return 0
  }
}

function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner
  const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - corner)]
  return a <= b && a <= c ? left : b <= c ? up : corner
}

function toRaster(header: Header, channels: number, lines: Uint8Array, lineBytes: number, palette: Uint8Array): Raster {
  const { columns, rows, depth, colour } = header
  const indexed = colour === 3
  const samples = colour === 0 || colour === 4 ? 1 : 3
  const bits = depth === 16 ? 16 : 8
  const values = bits === 16 ? new Uint16Array(rows * columns * samples) : new Uint8Array(rows * columns * samples)
  const widen = indexed ? 1 : 255 / (2 ** Math.min(8, depth) - 1)
  const read = (row: number, index: number): number => {
    const at = row * lineBytes
    if (depth === 8) return lines[at + index] ?? 0
    if (depth === 16) return ((lines[at + 2 * index] ?? 0) << 8) | (lines[at + 2 * index + 1] ?? 0)
    const bit = index * depth
    return (((lines[at + (bit >> 3)] ?? 0) >> (8 - depth - (bit & 7))) & (2 ** depth - 1)) * widen
  }
  for (let row = 0, o = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      for (let s = 0; s < samples; s++) {
        values[o++] = indexed ? palette[3 * read(row, column) + s] ?? 0 : read(row, column * channels + s)
      }
    }
  }
  return { columns, rows, samples, bits, values }
}

function damaged(what: string): HilumError {
  return new HilumError('bad-input', `The PNG picture is damaged: ${what}.`, { mend: 'Export or copy the file again.' })
}
