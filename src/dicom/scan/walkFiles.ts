import { lstat, readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { throwIfCancelled } from '../../shared/errors.ts'
import type { Caps } from '../caps.ts'
import { displayName } from './displayName.ts'

/**
 * A file found, or something that is not read and why. `name` is relative to what the reader chose; `chosen` when it is
 * what the reader chose.
 */
export type Found =
  | { readonly kind: 'file'; readonly name: string; readonly path: string; readonly size: number; readonly chosen: boolean }
  | { readonly kind: 'skipped'; readonly name: string; readonly reason: string }

/**
 * Files and folders given by the reader, each folder in the order of its names. Links inside folders are not followed.
 */
export async function* walkFiles(paths: readonly string[], caps: Caps, signal?: AbortSignal): AsyncGenerator<Found> {
  for (const path of paths) yield* visit(path, basename(path) || path, 0, caps, signal)
}

async function* visit(
  path: string, name: string, depth: number, caps: Caps, signal?: AbortSignal,
): AsyncGenerator<Found> {
  throwIfCancelled(signal)
  const shown = displayName(name)
  const skipped = (reason: string): Found => ({ kind: 'skipped', name: shown, reason })
  try {
    const status = depth === 0 ? await stat(path) : await lstat(path)
    if (status.isFile()) yield { kind: 'file', name: shown, path, size: status.size, chosen: depth === 0 }
    else if (status.isSymbolicLink()) yield skipped('A link is not followed; choose what it points to.')
    else if (!status.isDirectory()) yield skipped('Not a file or folder.')
    else if (depth >= caps.folderDepth) yield skipped(`Folders are read ${caps.folderDepth} deep.`)
    else {
      for (const child of (await readdir(path)).sort()) {
        yield* visit(join(path, child), `${name}/${child}`, depth + 1, caps, signal)
      }
    }
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException
    if (code === undefined) throw thrown
    yield skipped(code === 'ENOENT' ? 'It does not exist.' : `It cannot be read (${code}).`)
  }
}
