import { Readable } from 'node:stream'
import { createInflateRaw } from 'node:zlib'
import { HilumError } from '../../shared/errors.ts'
import { LOCAL_HEADER, type ZipEntry } from '../../shared/zip/zipDirectory.ts'
import { SNIFF_BYTES, sniff } from '../parse/sniff.ts'
import type { ByteSource } from './byteSource.ts'
import { readAt } from './byteSource.ts'

const STORED = 0
const DEFLATED = 8
const CHUNK = 256 * 1024

/**
 * Unpacks one entry into at most `maximum` bytes, whatever sizes the archive claims. Null as soon as its first bytes
 * show that it is nothing Hilum imports, so that a bomb is let go before it unfolds; `text` asks for it all the same.
 * Throws `bad-input`, `limit` or `unsupported` (encrypted, odd methods).
 */
export async function readZipEntry(
  file: ByteSource, size: number, entry: ZipEntry, maximum: number, text = false,
): Promise<Uint8Array | null> {
  if (entry.encrypted) throw new HilumError('unsupported', 'The file is encrypted inside the archive.', { mend: 'Unpack it with its password first.' })
  if (entry.method !== STORED && entry.method !== DEFLATED) throw new HilumError('unsupported', `The file is packed by method ${entry.method}, which Hilum does not unpack.`)
  const header = await readAt(file, entry.headerOffset, 30)
  if (header.length < 30 || header.readUInt32LE(0) !== LOCAL_HEADER) throw damaged()
  const start = entry.headerOffset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28)
  if (start + entry.packedBytes > size) throw damaged()
  const packed = Readable.from(chunks(file, start, entry.packedBytes))
  const stream = entry.method === STORED ? packed : packed.pipe(createInflateRaw())
  if (stream !== packed) packed.on('error', (error) => stream.destroy(error))
  try {
    return await collect(stream, maximum, text)
  } catch (thrown) {
    throw thrown instanceof HilumError ? thrown : damaged(thrown)
  } finally {
    stream.destroy()
    packed.destroy()
  }
}

async function collect(stream: AsyncIterable<Uint8Array>, maximum: number, text: boolean): Promise<Uint8Array | null> {
  const parts: Uint8Array[] = []
  let total = 0
  let known = text
  for await (const part of stream) {
    parts.push(part)
    total += part.length
    if (total > maximum) throw new HilumError('limit', `The file unpacks to more than ${maximum} bytes.`)
    if (!known && total >= SNIFF_BYTES) {
      if (sniff(Buffer.concat(parts)) === 'other') return null
      known = true
    }
  }
  const bytes = Buffer.concat(parts, total)
  return known || sniff(bytes) !== 'other' ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length) : null
}

async function* chunks(file: ByteSource, start: number, length: number): AsyncGenerator<Buffer> {
  for (let position = 0; position < length; position += CHUNK) {
    const chunk = await readAt(file, start + position, Math.min(CHUNK, length - position))
    if (chunk.length === 0) throw damaged()
    yield chunk
  }
}

function damaged(cause?: unknown): HilumError {
  return new HilumError('bad-input', 'The file is damaged inside the archive.', { mend: 'Copy or pack the archive again.', cause })
}
