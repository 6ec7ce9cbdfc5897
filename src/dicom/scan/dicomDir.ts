import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import type { DataSet } from '../parse/dataSet.ts'
import { TAG } from '../parse/tags.ts'

/** A path out of a DICOMDIR, in components. Never used but below the DICOMDIR's own folder. */
export type FileId = readonly string[]

const MOST_RECORDS = 100_000
/** PS3.10 8.5 allows A-Z, 0-9 and _; the field also writes small letters, points and hyphens. */
const COMPONENT = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/
const MOST_COMPONENTS = 16

/** The files that a DICOMDIR's records refer to (PS3.3 F.3.2.2), each once; ids that are no plain path are left out. */
export function referencedFiles(set: DataSet): readonly FileId[] {
  const ids = new Map<string, FileId>()
  for (const record of set.items(TAG.DirectoryRecordSequence).slice(0, MOST_RECORDS)) {
    const id = record.texts(TAG.ReferencedFileID)
    if (id.length > 0 && id.length <= MOST_COMPONENTS && id.every((part) => COMPONENT.test(part))) ids.set(id.join('/'), id)
  }
  return [...ids.values()]
}

/** Where a referenced file lies below `folder`, or null when it is not there or a link leads elsewhere. */
export async function locate(folder: string, id: FileId): Promise<{ path: string; size: number } | null> {
  let path = folder
  for (const [at, part] of id.entries()) {
    path = join(path, part)
    const status = await lstat(path).catch(() => null)
    const last = at === id.length - 1
    if (status === null || !(last ? status.isFile() : status.isDirectory())) return null
    if (last) return { path, size: status.size }
  }
  return null
}
