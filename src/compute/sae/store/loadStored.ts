import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { DictionaryFacts } from '../../../shared/domain/dictionary.ts'
import { Feature } from '../../../shared/domain/feature.ts'
import { HilumError } from '../../../shared/errors.ts'
import type { DictionaryConfig } from '../dialects/dialect.ts'
import { isRunning } from '../../maira2/staging.ts'
import { FACTS } from './storedFiles.ts'

const ID = /^[0-9a-f]{64}$/

/** The dictionaries of a store, by name. A folder that is not whole is left out. */
export async function listStored(storeDir: string): Promise<readonly DictionaryFacts[]> {
  const names = await readdir(storeDir).catch(() => [])
  const all = await Promise.all(names.filter((name) => ID.test(name)).map((id) => readFacts(storeDir, id)))
  const found = all.filter((facts) => facts !== null)
  return found.sort((a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id))
}

/**
 * The one dictionary of a store whose name, or id from its beginning, is this.
 * @throws HilumError `not-found` when there is none, `bad-input` when there are several.
 */
export async function findStored(storeDir: string, words: string): Promise<DictionaryFacts> {
  const all = await listStored(storeDir)
  const named = all.filter(({ name, id }) => name === words || id === words)
  const found = named.length > 0 ? named : all.filter(({ id }) => /^[0-9a-f]{4,}$/.test(words) && id.startsWith(words))
  const [one, ...more] = found
  if (one === undefined) {
    throw new HilumError('not-found', `There is no dictionary "${words}" in this workspace.`, {
      mend: 'See them with "hilum dictionary list".',
    })
  }
  if (more.length === 0) return one
  throw new HilumError('bad-input', `${found.length} dictionaries are called "${words}".`, {
    mend: `Name one by its id: ${found.map(({ id }) => id.slice(0, 12)).join(', ')}.`,
  })
}

/** A dictionary of the store without its weights. */
export interface LoadedDictionary {
  readonly facts: DictionaryFacts
  readonly config: DictionaryConfig
  readonly features: readonly Feature[]
}

/** A dictionary of the store with what is known of its features, or null when it is not there. */
export async function loadStored(storeDir: string, id: string): Promise<LoadedDictionary | null> {
  const facts = await readFacts(storeDir, id)
  if (facts === null) return null
  const json = async (name: string): Promise<unknown> => JSON.parse(await readFile(join(storeDir, id, name), 'utf8'))
  const config = z.record(z.string(), z.unknown()).parse(await json('config.json'))
  return { facts, config, features: z.array(Feature).parse(await json('features.json')) }
}

export async function removeStored(storeDir: string, id: string): Promise<void> {
  if (!ID.test(id)) throw new HilumError('bad-input', `"${id}" is not the id of a dictionary.`)
  // Without its facts it is no dictionary any more, whatever happens to the rest.
  await rm(join(storeDir, id, FACTS))
  await rm(join(storeDir, id), { recursive: true, force: true })
}

/** Removes what killed processes left half written. */
export async function removeLeftovers(storeDir: string): Promise<void> {
  for (const name of await readdir(storeDir).catch(() => [])) {
    const pid = Number(/^\.writing-(\d+)-/.exec(name)?.[1] ?? NaN)
    if (!Number.isNaN(pid) && !isRunning(pid)) await rm(join(storeDir, name), { recursive: true, force: true })
  }
}

async function readFacts(storeDir: string, id: string): Promise<DictionaryFacts | null> {
  try {
    return DictionaryFacts.parse(JSON.parse(await readFile(join(storeDir, id, FACTS), 'utf8')))
  } catch {
    return null
  }
}
