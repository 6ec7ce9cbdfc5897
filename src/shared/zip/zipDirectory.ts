import type { HilumError } from '../errors.ts'

/** One entry as the central directory tells it; sizes and places are claims until the data was read. */
export interface ZipEntry {
  readonly name: string
  readonly encrypted: boolean
  /** 0 is stored, 8 is deflated. */
  readonly method: number
  readonly bytes: number
  readonly packedBytes: number
  readonly headerOffset: number
}

/** An archive as its reader sees it: how bytes are had, and what is said when it is at fault. */
export interface ZipArchive {
  readonly size: number
  /** Bytes at a place; fewer where the archive ends. Asked for places inside the archive alone. */
  read(offset: number, length: number): Promise<Uint8Array>
  /** What is thrown for a damaged archive; `what` ends a sentence. */
  damaged(what: string): HilumError
  /** What is thrown beyond the caps. */
  tooMany(): HilumError
}

export interface ZipCaps {
  readonly entries: number
  readonly directoryBytes: number
}

/** Signature of a local file header, which stands before an entry's data (APPNOTE 4.3.7). */
export const LOCAL_HEADER = 0x04034b50
const END = 0x06054b50
const END_64 = 0x06064b50
const END_64_LOCATOR = 0x07064b50
const CENTRAL = 0x02014b50
const END_BYTES = 22
const LONGEST_COMMENT = 65_535

/**
 * Reads the central directory of a zip archive (PKWARE APPNOTE 4.3, zip64 included). Throws what the archive says:
 * `damaged` when there is none or it contradicts the archive's size, `tooMany` beyond the caps.
 */
export async function readZipDirectory(archive: ZipArchive, caps: ZipCaps): Promise<readonly ZipEntry[]> {
  const place = await directoryPlace(archive)
  if (place.entries > caps.entries || place.bytes > caps.directoryBytes) throw archive.tooMany()
  const directory = viewOf(await inside(archive, place.offset, place.bytes, 'its directory lies outside the file'))
  const found: ZipEntry[] = []
  for (let at = 0; found.length < place.entries;) {
    const cut = (): HilumError => archive.damaged('its directory is cut off')
    if (at + 46 > directory.byteLength || directory.getUint32(at, true) !== CENTRAL) throw cut()
    const lengthAt = (field: number): number => directory.getUint16(at + field, true)
    const [nameBytes, extraBytes, commentBytes] = [lengthAt(28), lengthAt(30), lengthAt(32)]
    const next = at + 46 + nameBytes + extraBytes + commentBytes
    if (next > directory.byteLength) throw cut()
    found.push(readEntry(directory, at, nameBytes, extraBytes))
    at = next
  }
  return found
}

/** Where the directory lies and how many entries it has, by the end record or its 64-bit form. */
async function directoryPlace(
  archive: ZipArchive,
): Promise<{ readonly entries: number; readonly bytes: number; readonly offset: number }> {
  const missing = 'its directory is missing'
  const tailBytes = Math.min(archive.size, END_BYTES + LONGEST_COMMENT)
  const tail = viewOf(await inside(archive, archive.size - tailBytes, tailBytes, missing))
  let end = tailBytes - END_BYTES
  while (end >= 0 && tail.getUint32(end, true) !== END) end--
  if (end < 0) throw archive.damaged(missing)
  const locator = end - 20
  if (locator >= 0 && tail.getUint32(locator, true) === END_64_LOCATOR) {
    const record = viewOf(await inside(archive, Number(tail.getBigUint64(locator + 8, true)), 56, missing))
    if (record.getUint32(0, true) !== END_64) throw archive.damaged(missing)
    const [entries = 0, bytes = 0, offset = 0] = [32, 40, 48].map((field) => Number(record.getBigUint64(field, true)))
    return { entries, bytes, offset }
  }
  const [bytes, offset] = [tail.getUint32(end + 12, true), tail.getUint32(end + 16, true)]
  return { entries: tail.getUint16(end + 10, true), bytes, offset }
}

function readEntry(directory: DataView, at: number, nameBytes: number, extraBytes: number): ZipEntry {
  const flags = directory.getUint16(at + 8, true)
  const wide = wideValues(directory, at + 46 + nameBytes, extraBytes)
  // The zip64 extra field holds those of (size, packed size, offset) that are all ones here, in this order.
  const read = (field: number): number => {
    const value = directory.getUint32(at + field, true)
    return value === 0xffffffff ? Number(wide.shift() ?? 0xffffffff) : value
  }
  const [bytes, packedBytes, headerOffset] = [read(24), read(20), read(42)]
  const name = new Uint8Array(directory.buffer, directory.byteOffset + at + 46, nameBytes)
  return {
    name: new TextDecoder((flags & 0x800) === 0 ? 'latin1' : 'utf-8').decode(name),
    encrypted: (flags & 1) !== 0, method: directory.getUint16(at + 10, true), bytes, packedBytes, headerOffset,
  }
}

function wideValues(directory: DataView, from: number, length: number): bigint[] {
  for (let at = from; at + 4 <= from + length;) {
    const fieldBytes = Math.min(directory.getUint16(at + 2, true), from + length - at - 4)
    if (directory.getUint16(at, true) === 1) {
      const count = Math.min(3, fieldBytes >> 3)
      return Array.from({ length: count }, (_, i) => directory.getBigUint64(at + 4 + 8 * i, true))
    }
    at += 4 + fieldBytes
  }
  return []
}

async function inside(archive: ZipArchive, offset: number, length: number, otherwise: string): Promise<Uint8Array> {
  if (offset < 0 || length < 0 || offset + length > archive.size) throw archive.damaged(otherwise)
  const bytes = await archive.read(offset, length)
  if (bytes.length < length) throw archive.damaged(otherwise)
  return bytes
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
