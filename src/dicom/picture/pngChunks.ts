import { crc32 } from 'node:zlib'
import { HilumError } from '../../shared/errors.ts'
import type { Caps } from '../caps.ts'
import { checkSize } from '../decode/checkLayout.ts'

/** What a PNG picture announces of itself (ISO/IEC 15948 11.2.1). */
export interface PngHeader {
  readonly columns: number
  readonly rows: number
  /** Bits of a sample, or of a palette index. */
  readonly depth: number
  /** 0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGB with alpha. */
  readonly colour: number
  readonly interlaced: boolean
}

export interface PngChunks {
  readonly header: PngHeader
  /** RGB triples; empty without a palette. */
  readonly palette: Uint8Array
  /** The compressed lines of all IDAT chunks, one after the other. */
  readonly data: Uint8Array
}

const DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16],
}

/**
 * Takes the chunks that make the picture out of a PNG file; every other one is passed over, so what it holds is never
 * inflated. A picture larger than the caps is `limit`, a chunk that is cut off or fails its CRC `bad-input`.
 */
export function readPngChunks(bytes: Uint8Array, caps: Caps): PngChunks {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let header: PngHeader | null = null
  let palette: Uint8Array = new Uint8Array(0)
  const parts: Uint8Array[] = []
  for (let position = 8; position + 12 <= bytes.length;) {
    const end = position + 12 + view.getUint32(position)
    if (end > bytes.length) throw damagedPng('it is cut off')
    const type = String.fromCharCode(...bytes.subarray(position + 4, position + 8))
    const body = bytes.subarray(position + 8, end - 4)
    if (['IHDR', 'PLTE', 'IDAT'].includes(type) && crc32(bytes.subarray(position + 4, end - 4)) !== view.getUint32(end - 4)) {
      throw damagedPng('its checksum is wrong')
    }
    if (type === 'IHDR') header = readHeader(body, caps)
    else if (type === 'PLTE') palette = body
    else if (type === 'IDAT') parts.push(body)
    else if (type === 'IEND') break
    position = end
  }
  if (header === null) throw damagedPng('it has no header')
  if (header.colour === 3 && palette.length < 3) throw damagedPng('it has no palette')
  return { header, palette, data: Buffer.concat(parts) }
}

function readHeader(body: Uint8Array, caps: Caps): PngHeader {
  if (body.length !== 13) throw damagedPng('its header is wrong')
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  const [columns, rows] = [view.getUint32(0), view.getUint32(4)]
  const [depth = 0, colour = 0, compression, filter, interlace = 0] = body.subarray(8)
  if (columns === 0 || rows === 0) throw damagedPng('it has no pixels')
  checkSize(rows, columns, caps)
  if (DEPTHS[colour]?.includes(depth) !== true || compression !== 0 || filter !== 0 || interlace > 1) {
    throw damagedPng('its header is wrong')
  }
  return { columns, rows, depth, colour, interlaced: interlace === 1 }
}

export function damagedPng(what: string): HilumError {
  return new HilumError('bad-input', `The PNG picture is damaged: ${what}.`, { mend: 'Export or copy the file again.' })
}
