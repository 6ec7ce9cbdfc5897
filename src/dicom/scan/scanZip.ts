import { HilumError, throwIfCancelled } from '../../shared/errors.ts'
import { readZipDirectory, type ZipArchive, type ZipEntry } from '../../shared/zip/zipDirectory.ts'
import type { Caps } from '../caps.ts'
import { SNIFF_BYTES } from '../parse/sniff.ts'
import { readAt, type ByteSource } from './byteSource.ts'
import { displayName } from './displayName.ts'
import { MOST_REPORT_BYTES } from '../report/reportTexts.ts'
import type { FileId } from './dicomDir.ts'
import { examine, examineText, maybeReport, notAnImage } from './examine.ts'
import { notThere } from './notThere.ts'
import { readZipEntry } from './readZipEntry.ts'
import type { Scanned } from './scanPaths.ts'
import { unreadable } from './unreadable.ts'

/** What an archive's list of files may take up. */
const MOST_DIRECTORY_BYTES = 64 * 2 ** 20

/**
 * Looks into a zip archive entry by entry, with one entry's bytes in memory at a time. No entry is written anywhere:
 * its name is only shown, and what a picture's name tells is read from it. Throws HilumError for the archive itself.
 */
export async function* scanZip(
  file: ByteSource, name: string, size: number, caps: Caps, signal?: AbortSignal,
): AsyncGenerator<Scanned> {
  let left = caps.archiveBytes
  const archive: ZipArchive = {
    size, read: (offset, length) => readAt(file, offset, length),
    damaged: (what) => new HilumError('bad-input', `The zip archive is damaged: ${what}.`, { mend: 'Copy or pack it again.' }),
    tooMany: () => new HilumError('limit', `The archive has more than ${caps.archiveFiles} files.`, {
      mend: 'Unpack it and import folder by folder.',
    }),
  }
  const entries = await readZipDirectory(archive, { entries: caps.archiveFiles, directoryBytes: MOST_DIRECTORY_BYTES })
  for (const entry of entries) {
    throwIfCancelled(signal)
    if (/[\\/]$/.test(entry.name)) continue
    const shown = displayName(name, entry.name)
    try {
      const text = maybeReport(entry.name)
      const maximum = Math.min(left, text ? MOST_REPORT_BYTES : caps.inflatedBytes)
      const bytes = await readZipEntry(file, size, entry, maximum, text)
      left -= bytes?.length ?? SNIFF_BYTES
      const segments = entry.name.split(/[\\/]+/)
      const place = { folder: segments.at(-2) ?? '', file: segments.at(-1) ?? '' }
      const examined = bytes === null ? notAnImage() : text ? examineText(bytes) : await examine(bytes, place, caps)
      yield { ...examined, name: shown }
      if (examined.kind === 'skipped') yield* missingEntries(examined.lists ?? [], entry.name, entries, name)
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

/** What a DICOMDIR inside the archive lists and the archive lacks. */
function* missingEntries(
  lists: readonly FileId[], directory: string, entries: readonly ZipEntry[], archive: string,
): Generator<Scanned> {
  const folder = directory.split(/[\\/]+/).slice(0, -1)
  const there = new Set(entries.map((entry) => entry.name.split(/[\\/]+/).join('/').toLowerCase()))
  for (const id of lists) {
    if (!there.has([...folder, ...id].join('/').toLowerCase())) yield notThere(displayName(archive, ...folder, ...id))
  }
}
