import { randomUUID } from 'node:crypto'
import { readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ModelRecord } from '../../shared/domain/model.ts'
import { HilumError, throwIfCancelled } from '../../shared/errors.ts'
import { hashFile, readManifest } from '../maira2/compileManifest.ts'
import { abandonedStagings } from '../maira2/staging.ts'
import { readRecord } from './record.ts'

const REMOVING = '.removing-'

/** The models of a folder, oldest first. What has no manifest or no record is not a model. */
export async function listModels(modelsDir: string): Promise<readonly ModelRecord[]> {
  const names = await readdir(modelsDir).catch(() => [])
  const folders = names.filter((name) => /^[0-9a-f]{64}$/.test(name)).map((name) => join(modelsDir, name))
  const records = await Promise.all(folders.map(readRecord))
  return records.filter((record) => record !== null).sort((a, b) => (a.addedAt < b.addedAt ? -1 : 1))
}

/** What verifying a model found. */
export interface Verified {
  readonly files: number
  readonly bytes: number
  /** Files that are missing or not as they were written. */
  readonly damaged: readonly string[]
}

/** Compares every file of a model with the hash it was written with. */
export async function verifyModel(
  folder: string, { signal, onBytes }: { signal?: AbortSignal; onBytes?: (done: number, total: number) => void } = {},
): Promise<Verified> {
  const manifest = await readManifest(folder)
  if (manifest === null) {
    throw new HilumError('corrupt', 'The model has no manifest that can be read.', {
      mend: 'Remove the model and add it again.',
    })
  }
  const total = manifest.files.reduce((sum, file) => sum + file.size, 0)
  let done = 0
  const damaged: string[] = []
  for (const { name, sha256 } of manifest.files) {
    const hash = await hashFile(join(folder, name), (bytes) => {
      throwIfCancelled(signal)
      onBytes?.((done += bytes), total)
    }).catch((error: unknown) => {
      if (error instanceof HilumError) throw error
      return null
    })
    if (hash !== sha256) damaged.push(name)
  }
  return { files: manifest.files.length, bytes: total, damaged }
}

/** Removes a model: it is gone from the list at once, then from the disk. */
export async function removeModel(modelsDir: string, id: string): Promise<void> {
  const aside = join(modelsDir, `${REMOVING}${randomUUID()}`)
  await rename(join(modelsDir, id), aside)
  await rm(aside, { recursive: true, force: true })
}

/** Removes what killed additions and removals left, but for the addition of `keep`. */
export async function clearLeftovers(modelsDir: string, keep: string | null = null): Promise<void> {
  const names = await readdir(modelsDir).catch(() => [])
  const removed = names.filter((name) => name.startsWith(REMOVING)).map((name) => join(modelsDir, name))
  const abandoned = (await abandonedStagings(modelsDir)).filter(({ hash }) => hash !== keep).map(({ path }) => path)
  for (const path of [...removed, ...abandoned]) await rm(path, { recursive: true, force: true })
}
