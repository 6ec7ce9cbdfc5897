import type { FileHandle } from 'node:fs/promises'
import { open } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { throwIfCancelled } from '../../shared/errors.ts'
import type { Caps } from '../caps.ts'
import { CAPS } from '../caps.ts'
import { SNIFF_BYTES, sniff } from '../parse/sniff.ts'
import { readAt } from './byteSource.ts'
import type { Examined } from './examine.ts'
import { examine, notAnImage } from './examine.ts'
import { scanZip } from './scanZip.ts'
import { unreadable } from './unreadable.ts'
import { walkFiles } from './walkFiles.ts'

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

function tooLarge(name: string, size: number, caps: Caps): Scanned {
  return { kind: 'skipped', name, refused: true, reason: `The file has ${size} bytes; Hilum reads files up to ${caps.fileBytes} bytes.` }
}
