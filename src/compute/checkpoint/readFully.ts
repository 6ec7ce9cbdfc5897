import type { FileHandle } from 'node:fs/promises'
import { HilumError } from '../../shared/errors.ts'

/** Fills `into` from a place in a file. Throws `bad-input` when the file `name` ends before. */
export async function readFully(file: FileHandle, into: Uint8Array, offset: number, name: string): Promise<void> {
  let done = 0
  while (done < into.byteLength) {
    // Node reads at most 2 GiB at a time.
    const want = Math.min(into.byteLength - done, 2 ** 30)
    const { bytesRead } = await file.read(into, done, want, offset + done)
    if (bytesRead === 0) {
      throw new HilumError('bad-input', `The weights file ${name} ended while it was read.`, {
        mend: 'Copy or download it again.',
      })
    }
    done += bytesRead
  }
}
