import type { FileHandle } from 'node:fs/promises'
import { open } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { throwIfCancelled } from '../../shared/errors.ts'
import type { Caps } from '../caps.ts'
import { CAPS } from '../caps.ts'
import { SNIFF_BYTES, sniff } from '../parse/sniff.ts'
import { MOST_REPORT_BYTES } from '../report/reportTexts.ts'
import { readAt } from './byteSource.ts'
import type { FileId } from './dicomDir.ts'
import { locate } from './dicomDir.ts'
import { displayName } from './displayName.ts'
import type { Examined } from './examine.ts'
import { examine, examineText, maybeReport, notAnImage } from './examine.ts'
import { notThere } from './notThere.ts'
import { scanZip } from './scanZip.ts'
import { unreadable } from './unreadable.ts'
import { walkFiles } from './walkFiles.ts'

/** One file of a scan: a film with its bytes, a report, or what was left out and why. `name` is for display alone. */
export type Scanned = Examined & { readonly name: string }

export interface ScanOptions {
  readonly signal?: AbortSignal
  readonly caps?: Caps
}

interface Place {
  readonly path: string
  readonly name: string
  readonly size: number
}

/**
 * Looks into files, folders, zip archives and what a chosen DICOMDIR lists for chest films and their reports, one file
 * at a time, so that memory holds one. Yields every file exactly once, and every listed file that is missing. Throws
 * `cancelled` when the signal is aborted; nothing that a file holds makes it throw.
 */
export async function* scanPaths(paths: readonly string[], options: ScanOptions = {}): AsyncGenerator<Scanned> {
  const { signal, caps = CAPS } = options
  for await (const found of walkFiles(paths, caps, signal)) {
    throwIfCancelled(signal)
    if (found.kind === 'skipped') {
      yield { ...found, refused: false }
      continue
    }
    for await (const item of scanFile(found, caps, signal)) {
      yield item
      const lists = item.kind === 'skipped' ? (item.lists ?? []) : []
      if (lists.length > 0) yield* scanListed(lists, found, found.chosen, caps, signal)
    }
  }
}

/** A DICOMDIR inside a folder that is walked anyway only tells what is missing; a chosen one also what to read. */
async function* scanListed(
  lists: readonly FileId[], directory: Place, read: boolean, caps: Caps, signal?: AbortSignal,
): AsyncGenerator<Scanned> {
  const folder = dirname(directory.path)
  for (const id of lists) {
    throwIfCancelled(signal)
    const name = displayName(dirname(directory.name), ...id)
    const found = await locate(folder, id)
    if (found === null) yield notThere(name)
    else if (read) yield* scanFile({ ...found, name }, caps, signal)
  }
}

async function* scanFile({ path, name, size }: Place, caps: Caps, signal?: AbortSignal): AsyncGenerator<Scanned> {
  let file: FileHandle | null = null
  try {
    file = await open(path, 'r')
    const head = await readAt(file, 0, Math.min(size, SNIFF_BYTES))
    const kind = sniff(head)
    const place = { folder: basename(dirname(path)), file: basename(path) }
    if (kind === 'zip') yield* scanZip(file, name, size, caps, signal)
    else if (kind === 'other') {
      const report = maybeReport(path) && size <= MOST_REPORT_BYTES
      yield { ...(report ? examineText(await readAt(file, 0, size)) : notAnImage()), name }
    } else if (size > caps.fileBytes) yield tooLarge(name, size, caps)
    else yield { ...(await examine(await readAt(file, 0, size), place, caps)), name }
  } catch (thrown) {
    yield { kind: 'skipped', name, ...unreadable(thrown) }
  } finally {
    await file?.close()
  }
}

function tooLarge(name: string, size: number, caps: Caps): Scanned {
  const reason = `The file has ${size} bytes; Hilum reads files up to ${caps.fileBytes} bytes.`
  return { kind: 'skipped', name, refused: true, reason }
}
