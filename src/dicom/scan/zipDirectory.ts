import { HilumError } from '../../shared/errors.ts'
import type { ByteSource } from './byteSource.ts'
import { readAt } from './byteSource.ts'

/** One entry as the central directory tells it; sizes are claims until the data was read. */
export interface ZipEntry {
  readonly name: string
  readonly encrypted: boolean
  readonly method: number
  readonly compressedBytes: number
  readonly headerOffset: number
}

const END = 0x06054b50
const END_64 = 0x06064b50
const END_64_LOCATOR = 0x07064b50
const CENTRAL = 0x02014b50
const END_BYTES = 22
const LONGEST_COMMENT = 65_535
const MAX_DIRECTORY_BYTES = 64 * 1024 * 1024

/**
 * Reads the central directory of a zip archive (PKWARE APPNOTE 4.3, zip64 included). Throws HilumError: `bad-input`
 * when there is none or it contradicts the file's size, `limit` beyond `maxEntries`.
 */
export async function readZipDirectory(file: ByteSource, size: number, maxEntries: number): Promise<ZipEntry[]> {
  const tailBytes = Math.min(size, END_BYTES + LONGEST_COMMENT)
  const tail = await readAt(file, size - tailBytes, tailBytes)
  let end = tail.length - END_BYTES
  while (end >= 0 && tail.readUInt32LE(end) !== END) end--
  if (end < 0) throw damaged('its directory is missing')
  const place = await directoryPlace(file, tail, end, size)
  if (place.entries > maxEntries) throw new HilumError('limit', `The archive has more than ${maxEntries} files.`, { mend: 'Unpack it and import folder by folder.' })
  if (place.offset + place.bytes > size || place.bytes > MAX_DIRECTORY_BYTES) throw damaged('its directory lies outside the file')
  const directory = await readAt(file, place.offset, place.bytes)
  const entries: ZipEntry[] = []
  for (let position = 0; entries.length < place.entries;) {
    if (position + 46 > directory.length || directory.readUInt32LE(position) !== CENTRAL) throw damaged('its directory is cut off')
    const nameBytes = directory.readUInt16LE(position + 28)
    const extraBytes = directory.readUInt16LE(position + 30)
    const next = position + 46 + nameBytes + extraBytes + directory.readUInt16LE(position + 32)
    if (next > directory.length) throw damaged('its directory is cut off')
    entries.push(readEntry(directory.subarray(position, next), nameBytes, extraBytes))
    position = next
  }
  return entries
}

/** Where the directory lies and how many entries it has, by the end record or its 64-bit form. */
interface DirectoryPlace {
  readonly entries: number
  readonly bytes: number
  readonly offset: number
}

async function directoryPlace(file: ByteSource, tail: Buffer, end: number, size: number): Promise<DirectoryPlace> {
  const locator = end - 20
  if (locator >= 0 && tail.readUInt32LE(locator) === END_64_LOCATOR) {
    const offset = Number(tail.readBigUInt64LE(locator + 8))
    const record = offset + 56 <= size ? await readAt(file, offset, 56) : Buffer.alloc(0)
    if (record.length < 56 || record.readUInt32LE(0) !== END_64) throw damaged('its directory is missing')
    const [entries = 0, bytes = 0, start = 0] = [32, 40, 48].map((field) => Number(record.readBigUInt64LE(field)))
    return { entries, bytes, offset: start }
  }
  const entries = tail.readUInt16LE(end + 10)
  return { entries, bytes: tail.readUInt32LE(end + 12), offset: tail.readUInt32LE(end + 16) }
}

function readEntry(record: Buffer, nameBytes: number, extraBytes: number): ZipEntry {
  const flags = record.readUInt16LE(8)
  const name = record.subarray(46, 46 + nameBytes)
  const wide = wideValues(record.subarray(46 + nameBytes, 46 + nameBytes + extraBytes))
  // The zip64 extra field holds those of (size, compressed size, offset) that are all ones here, in this order.
  const read = (offset: number): number => {
    const value = record.readUInt32LE(offset)
    return value === 0xffffffff ? Number(wide.shift() ?? 0xffffffff) : value
  }
  read(24)
  const compressedBytes = read(20)
  const headerOffset = read(42)
  return {
    name: new TextDecoder((flags & 0x800) === 0 ? 'latin1' : 'utf-8').decode(name),
    encrypted: (flags & 1) !== 0,
    method: record.readUInt16LE(10),
    compressedBytes,
    headerOffset,
  }
}

function wideValues(extra: Buffer): bigint[] {
  for (let position = 0; position + 4 <= extra.length;) {
    const length = extra.readUInt16LE(position + 2)
    const field = extra.subarray(position + 4, position + 4 + length)
    if (extra.readUInt16LE(position) === 1) {
      return Array.from({ length: Math.min(3, field.length >> 3) }, (_, i) => field.readBigUInt64LE(8 * i))
    }
    position += 4 + length
  }
  return []
}

function damaged(what: string): HilumError {
  return new HilumError('bad-input', `The zip archive is damaged: ${what}.`, { mend: 'Copy or pack it again.' })
}
