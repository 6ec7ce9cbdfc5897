import { constants, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib'
import { HilumError } from '../../shared/errors.ts'

export type Deflate = 'raw' | 'zlib' | 'gzip'

const INFLATERS = { raw: inflateRawSync, zlib: inflateSync, gzip: gunzipSync } as const

/**
 * Inflates `bytes` into at most `maximum` bytes. The limit is enforced by zlib while it writes, so a bomb costs
 * no more than the limit; `what` names the thing in the error. A stream that lacks its end gives what it held.
 */
export function inflate(bytes: Uint8Array, form: Deflate, maximum: number, what: string): Uint8Array {
  try {
    const out = INFLATERS[form](bytes, {
      maxOutputLength: Math.max(1, maximum),
      chunkSize: Math.max(64, maximum + 1), // one reservation, touched as far as it is filled: nothing is joined
      finishFlush: constants.Z_SYNC_FLUSH,
    })
    return new Uint8Array(out.buffer, out.byteOffset, out.byteLength)
  } catch (thrown) {
    if ((thrown as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new HilumError('limit', `${what} inflates to more than ${Math.floor(maximum / 1024).toLocaleString('en')} KiB.`, {
        mend: 'Check where the file comes from; a real film does not compress this far.',
        cause: thrown,
      })
    }
    throw new HilumError('bad-input', `${what} cannot be inflated: its compressed bytes are damaged.`, {
      mend: 'Export or copy the file again.',
      cause: thrown,
    })
  }
}
