/** Bytes that can be read at any place: an open file, or a file inside another. */
export interface ByteSource {
  read(buffer: Uint8Array, offset: number, length: number, position: number): Promise<{ readonly bytesRead: number }>
}

/** Reads `length` bytes at `offset`; fewer where the source ends. */
export async function readAt(source: ByteSource, offset: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await source.read(buffer, filled, length - filled, offset + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return buffer.subarray(0, filled)
}

/** Bytes in memory as a source. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  return {
    read(buffer, offset, length, position) {
      const part = bytes.subarray(Math.min(position, bytes.length), Math.min(position + length, bytes.length))
      buffer.set(part, offset)
      return Promise.resolve({ bytesRead: part.length })
    },
  }
}
