import type { FileHandle } from 'node:fs/promises'
import { HilumError } from '../../shared/errors.ts'
import { readFully } from './readFully.ts'

/** A file of the archive. Unless it is packed, its bytes lie in the archive as they are. */
export interface StoredEntry {
  readonly packed: boolean
  /** Byte offset of its data in the archive. */
  readonly offset: number
  readonly length: number
}

const LOCAL = 0x04034b50
const CENTRAL = 0x02014b50
const END = 0x06054b50
const END_64 = 0x06064b50
const END_64_LOCATOR = 0x07064b50
const END_BYTES = 22
const LONGEST_COMMENT = 65_535
const MAX_DIRECTORY_BYTES = 16 * 2 ** 20
const MAX_ENTRIES = 20_000

/**
 * The files of a zip archive by name (PKWARE APPNOTE 4.3, zip64 included), for archives that are written without
 * compression, as PyTorch writes its weights. Places and sizes are checked against the archive's own size.
 *
 * @throws HilumError `bad-input` when it is damaged or encrypted; `limit` beyond 20,000 files.
 */
export async function readStoredZip(file: FileHandle, name: string): Promise<ReadonlyMap<string, StoredEntry>> {
  const { size } = await file.stat()
  const at = async (offset: number, length: number): Promise<Buffer> => {
    if (offset < 0 || length < 0 || offset + length > size) throw damaged(name, 'its directory points outside the file')
    const bytes = Buffer.alloc(length)
    await readFully(file, bytes, offset, name)
    return bytes
  }
  const tailBytes = Math.min(size, END_BYTES + LONGEST_COMMENT)
  const tail = await at(size - tailBytes, tailBytes)
  let end = tail.length - END_BYTES
  while (end >= 0 && tail.readUInt32LE(end) !== END) end--
  if (end < 0) throw damaged(name, 'its directory is missing')
  const { entries, bytes, offset } = await directoryPlace(tail, end, at, name)
  if (entries > MAX_ENTRIES || bytes > MAX_DIRECTORY_BYTES) {
    throw new HilumError('limit', `The weights file ${name} is refused: it has more than ${MAX_ENTRIES} parts.`)
  }
  const directory = await at(offset, bytes)
  const found = new Map<string, StoredEntry>()
  for (let position = 0, i = 0; i < entries; i++) {
    if (position + 46 > directory.length || directory.readUInt32LE(position) !== CENTRAL) {
      throw damaged(name, 'its directory is cut short')
    }
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((field) => directory.readUInt16LE(position + field))
    const next = position + 46 + (nameBytes as number) + (extraBytes as number) + (commentBytes as number)
    if (next > directory.length) throw damaged(name, 'its directory is cut short')
    const record = directory.subarray(position, next)
    const part = record.toString('utf8', 46, 46 + (nameBytes as number))
    if (found.has(part)) throw damaged(name, 'two of its parts have one name')
    found.set(part, await place(record, nameBytes as number, extraBytes as number, at, name))
    position = next
  }
  return found
}

type ReadAt = (offset: number, length: number) => Promise<Buffer>

async function directoryPlace(
  tail: Buffer, end: number, at: ReadAt, name: string,
): Promise<{ readonly entries: number; readonly bytes: number; readonly offset: number }> {
  const locator = end - 20
  if (locator >= 0 && tail.readUInt32LE(locator) === END_64_LOCATOR) {
    const record = await at(Number(tail.readBigUInt64LE(locator + 8)), 56)
    if (record.readUInt32LE(0) !== END_64) throw damaged(name, 'its directory is missing')
    const [entries = 0, bytes = 0, offset = 0] = [32, 40, 48].map((field) => Number(record.readBigUInt64LE(field)))
    return { entries, bytes, offset }
  }
  const [bytes, offset] = [tail.readUInt32LE(end + 12), tail.readUInt32LE(end + 16)]
  return { entries: tail.readUInt16LE(end + 10), bytes, offset }
}

/** Where the data of a directory record lies, after its local header. */
async function place(
  record: Buffer, nameBytes: number, extraBytes: number, at: ReadAt, name: string,
): Promise<StoredEntry> {
  if ((record.readUInt16LE(8) & 1) !== 0) throw damaged(name, 'it is encrypted')
  const packed = record.readUInt16LE(10) !== 0
  const wide = wideValues(record.subarray(46 + nameBytes, 46 + nameBytes + extraBytes))
  // The zip64 field holds those of (size, packed size, offset) that are all ones here, in this order.
  const read = (field: number): number => {
    const value = record.readUInt32LE(field)
    return value === 0xffffffff ? Number(wide.shift() ?? 0xffffffff) : value
  }
  const full = read(24)
  const length = read(20)
  if (!packed && full !== length) throw damaged(name, 'a part of it has two sizes')
  const header = read(42)
  const local = await at(header, 30)
  if (local.readUInt32LE(0) !== LOCAL) throw damaged(name, 'a part of it is not where its directory says')
  const offset = header + 30 + local.readUInt16LE(26) + local.readUInt16LE(28)
  await at(offset + length, 0)
  return { packed, offset, length }
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

function damaged(name: string, what: string): HilumError {
  return new HilumError('bad-input', `The weights file ${name} cannot be read: ${what}.`, {
    mend: 'Copy or download it again.',
  })
}
