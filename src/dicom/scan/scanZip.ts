import { HilumError, throwIfCancelled } from '../../shared/errors.ts'
import type { Caps } from '../caps.ts'
import { SNIFF_BYTES } from '../parse/sniff.ts'
import type { ByteSource } from './byteSource.ts'
import { displayName } from './displayName.ts'
import { examine, notAnImage } from './examine.ts'
import { readZipEntry } from './readZipEntry.ts'
import type { Scanned } from './scanPaths.ts'
import { unreadable } from './unreadable.ts'
import { readZipDirectory } from './zipDirectory.ts'

/**
 * Looks into a zip archive entry by entry, with one entry's bytes in memory at a time. No entry is written anywhere:
 * its name is only shown, and what a picture's name tells is read from it. Throws HilumError for the archive itself.
 */
export async function* scanZip(
  file: ByteSource, name: string, size: number, caps: Caps, signal?: AbortSignal,
): AsyncGenerator<Scanned> {
  let left = caps.archiveBytes
  for (const entry of await readZipDirectory(file, size, caps.archiveFiles)) {
    throwIfCancelled(signal)
    if (/[\\/]$/.test(entry.name)) continue
    const shown = displayName(name, entry.name)
    try {
      const bytes = await readZipEntry(file, size, entry, Math.min(left, caps.inflatedBytes))
      left -= bytes?.length ?? SNIFF_BYTES
      const segments = entry.name.split(/[\\/]+/)
      const place = { folder: segments.at(-2) ?? '', file: segments.at(-1) ?? '' }
      yield { ...(bytes === null ? notAnImage() : await examine(bytes, place, caps)), name: shown }
    } catch (thrown) {
      yield { kind: 'skipped', name: shown, ...unreadable(thrown) }
    }
    if (left <= 0) {
      throw new HilumError('limit', `The archive unpacks to more than ${caps.archiveBytes} bytes; the rest was left out.`, {
        mend: 'Unpack it and import folder by folder.',
      })
    }
  }
}
