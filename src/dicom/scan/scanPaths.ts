import type { FileHandle } from 'node:fs/promises'
import { open } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { HilumError, throwIfCancelled } from '../../shared/errors.ts'
import type { Caps } from '../caps.ts'
import { CAPS } from '../caps.ts'
import { SNIFF_BYTES, sniff } from '../parse/sniff.ts'
import { displayName } from './displayName.ts'
import type { Examined } from './examine.ts'
import { examine, notAnImage, sentence } from './examine.ts'
import { walkFiles } from './walkFiles.ts'
import { readZipEntry } from './readZipEntry.ts'
import { readAt, readZipDirectory } from './zipDirectory.ts'

/** One file of a scan: a chest film with its bytes, or what was left out and why. `name` is for display alone. */
export type Scanned = Examined & { readonly name: string }

export interface ScanOptions {
  readonly signal?: AbortSignal
  readonly caps?: Caps
}

/**
 * Looks into files, folders and zip archives for chest films, one file at a time, so that memory holds one. Yields
 * every file exactly once. Throws `cancelled` when the signal is aborted; nothing that a file holds makes it throw.
 */
export async function* scanPaths(paths: readonly string[], options: ScanOptions = {}): AsyncGenerator<Scanned> {
  const { signal, caps = CAPS } = options
  for await (const found of walkFiles(paths, caps, signal)) {
    throwIfCancelled(signal)
    if (found.kind === 'skipped') yield { ...found, refused: false }
    else yield* scanFile(found.path, found.name, found.size, caps, signal)
  }
}

async function* scanFile(
  path: string, name: string, size: number, caps: Caps, signal?: AbortSignal,
): AsyncGenerator<Scanned> {
  let file: FileHandle | null = null
  try {
    file = await open(path, 'r')
    const head = await readAt(file, 0, Math.min(size, SNIFF_BYTES))
    const kind = sniff(head)
    const place = { folder: basename(dirname(path)), file: basename(path) }
    if (kind === 'zip') yield* scanZip(file, name, size, caps, signal)
    else if (kind === 'other') yield { ...notAnImage(), name }
    else if (size > caps.fileBytes) yield tooLarge(name, size, caps)
    else yield { ...(await examine(await readAt(file, 0, size), place, caps)), name }
  } catch (thrown) {
    yield { kind: 'skipped', name, ...unreadable(thrown) }
  } finally {
    await file?.close()
  }
}

async function* scanZip(
  file: FileHandle, name: string, size: number, caps: Caps, signal?: AbortSignal,
): AsyncGenerator<Scanned> {
  let left = caps.archiveBytes
  for (const entry of await readZipDirectory(file, size, caps.archiveFiles)) {
    throwIfCancelled(signal)
    if (/[\\/]$/.test(entry.name)) continue
    const shown = displayName(name, entry.name)
    try {
      const bytes = await readZipEntry(file, size, entry, Math.min(left, caps.fileBytes))
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

function tooLarge(name: string, size: number, caps: Caps): Scanned {
  return { kind: 'skipped', name, refused: true, reason: `The file has ${size} bytes; Hilum reads files up to ${caps.fileBytes} bytes.` }
}

/** A file that cannot be read is left out with a reason; cancelling and our own defects go on up. */
function unreadable(thrown: unknown): { reason: string; refused: boolean } {
  if (thrown instanceof HilumError && thrown.kind !== 'cancelled' && thrown.kind !== 'internal') {
    return { reason: sentence(thrown), refused: true }
  }
  const { code } = thrown as NodeJS.ErrnoException
  if (code !== undefined && !(thrown instanceof HilumError)) return { reason: `It cannot be read (${code}).`, refused: false }
  throw thrown
}
