import type { FileHandle } from 'node:fs/promises'
import { HilumError } from '../../shared/errors.ts'
import { LOCAL_HEADER, readZipDirectory, type ZipArchive, type ZipEntry } from '../../shared/zip/zipDirectory.ts'
import { readFully } from './readFully.ts'

/** A file of the archive. Unless it is packed, its bytes lie in the archive as they are. */
export interface StoredEntry {
  readonly packed: boolean
  /** Byte offset of its data in the archive. */
  readonly offset: number
  readonly length: number
}

const CAPS = { entries: 20_000, directoryBytes: 16 * 2 ** 20 }

/**
 * The files of a zip archive by name, for archives that are written without compression, as PyTorch writes its weights.
 * Places and sizes are checked against the archive's own size.
 *
 * @throws HilumError `bad-input` when it is damaged or encrypted; `limit` beyond 20,000 files.
 */
export async function readStoredZip(file: FileHandle, name: string): Promise<ReadonlyMap<string, StoredEntry>> {
  const { size } = await file.stat()
  const archive: ZipArchive = {
    size,
    async read(offset, length) {
      const bytes = Buffer.alloc(length)
      await readFully(file, bytes, offset, name)
      return bytes
    },
    damaged: (what) => new HilumError('bad-input', `The weights file ${name} cannot be read: ${what}.`, {
      mend: 'Copy or download it again.',
    }),
    tooMany: () => new HilumError('limit', `The weights file ${name} is refused: it has more than ${CAPS.entries} parts.`),
  }
  const found = new Map<string, StoredEntry>()
  for (const entry of await readZipDirectory(archive, CAPS)) {
    if (found.has(entry.name)) throw archive.damaged('two of its parts have one name')
    found.set(entry.name, await place(archive, entry))
  }
  return found
}

/** Where the data of an entry lies, after its local header. */
async function place(archive: ZipArchive, entry: ZipEntry): Promise<StoredEntry> {
  const { encrypted, method, bytes, packedBytes: length, headerOffset } = entry
  if (encrypted) throw archive.damaged('it is encrypted')
  const packed = method !== 0
  if (!packed && bytes !== length) throw archive.damaged('a part of it has two sizes')
  const lost = (): HilumError => archive.damaged('a part of it is not where its directory says')
  if (headerOffset + 30 > archive.size) throw lost()
  const local = Buffer.from(await archive.read(headerOffset, 30))
  if (local.readUInt32LE(0) !== LOCAL_HEADER) throw lost()
  const offset = headerOffset + 30 + local.readUInt16LE(26) + local.readUInt16LE(28)
  if (offset + length > archive.size) throw lost()
  return { packed, offset, length }
}
