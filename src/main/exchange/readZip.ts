import { crc32, inflateRawSync } from 'node:zlib'
import { HilumError } from '../../shared/errors.ts'

/** Most bytes that one file of an archive, and all together, may unpack to. */
export interface ZipCaps {
  readonly entries: number
  readonly bytes: number
}

const END = 0x06054b50 // end of central directory (APPNOTE 4.3.16)
const CENTRAL = 0x02014b50 // central directory header (4.3.12)
const LOCAL = 0x04034b50 // local file header (4.3.7)

/**
 * Unpacks a zip by its central directory (PKWARE APPNOTE 6.3), checking size and CRC-32 of every file. Only what
 * Hilum writes is taken: stored or deflated, no encryption, no ZIP64, every name once. Throws `corrupt` or `limit`.
 */
export function readZip(data: Uint8Array, caps: ZipCaps): ReadonlyMap<string, Uint8Array> {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const end = findEnd(view)
  const count = view.getUint16(end + 10, true)
  if (count > caps.entries) throw new HilumError('limit', `The archive holds ${count} files; ${caps.entries} are allowed.`)
  const files = new Map<string, Uint8Array>()
  let at = view.getUint32(end + 16, true)
  let left = caps.bytes
  for (let index = 0; index < count; index += 1) {
    if (at + 46 > end || view.getUint32(at, true) !== CENTRAL) throw broken('its list of files is damaged')
    const entry = {
      method: view.getUint16(at + 10, true), flags: view.getUint16(at + 8, true), crc: view.getUint32(at + 16, true),
      packed: view.getUint32(at + 20, true), size: view.getUint32(at + 24, true), local: view.getUint32(at + 42, true),
    }
    const nameLength = view.getUint16(at + 28, true)
    const name = new TextDecoder().decode(data.subarray(at + 46, at + 46 + nameLength))
    if (files.has(name)) throw broken(`it holds ${name} twice`)
    if (entry.size > left) throw new HilumError('limit', `The archive unpacks to more than ${caps.bytes} bytes.`)
    left -= entry.size
    files.set(name, unpack(data, view, name, entry))
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
  }
  if (at !== end) throw broken('its list of files is damaged')
  return files
}

interface Entry {
  readonly method: number
  readonly flags: number
  readonly crc: number
  readonly packed: number
  readonly size: number
  readonly local: number
}

function unpack(data: Uint8Array, view: DataView, name: string, entry: Entry): Uint8Array {
  if ((entry.flags & 1) !== 0) throw broken(`${name} is encrypted`)
  if (entry.local + 30 > data.length || view.getUint32(entry.local, true) !== LOCAL) throw broken(`${name} is not where it should be`)
  const start = entry.local + 30 + view.getUint16(entry.local + 26, true) + view.getUint16(entry.local + 28, true)
  if (start + entry.packed > data.length) throw broken(`${name} is cut off`)
  const packed = data.subarray(start, start + entry.packed)
  const file = entry.method === 0 ? packed : entry.method === 8 ? inflate(packed, entry.size, name) : null
  if (file === null) throw broken(`${name} is packed in an unknown way`)
  if (file.length !== entry.size || crc32(file) !== entry.crc) throw broken(`${name} was altered or damaged`)
  return file
}

function inflate(packed: Uint8Array, size: number, name: string): Uint8Array {
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, size) })
  } catch {
    throw broken(`${name} was altered or damaged`)
  }
}

/** The end record is the last thing in the file; Hilum writes no archive comment. */
function findEnd(view: DataView): number {
  const end = view.byteLength - 22
  if (end < 0 || view.getUint32(end, true) !== END || view.getUint16(end + 20, true) !== 0) {
    throw broken('it does not end like a zip')
  }
  return end
}

function broken(why: string): HilumError {
  return new HilumError('corrupt', `This is not an intact export: ${why}.`)
}
