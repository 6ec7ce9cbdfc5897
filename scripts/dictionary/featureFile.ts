import { readFile, rename, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { blankFeature } from '../../src/compute/sae/blankFeature.ts'
import { Feature } from '../../src/shared/domain/feature.ts'

/** Gives a fresh dictionary a features.json, without which it cannot be opened. */
export async function ensureFeatures(dictionaryDir: string): Promise<void> {
  if (existsSync(join(dictionaryDir, 'features.json'))) return
  const Config = z.object({ trainer: z.object({ dict_size: z.number().int().positive() }) })
  const { trainer } = Config.parse(JSON.parse(await readFile(join(dictionaryDir, 'config.json'), 'utf8')))
  await writeFeatures(dictionaryDir, Array.from({ length: trainer.dict_size }, (_, index) => blankFeature(index)))
}

export async function readFeatures(dictionaryDir: string): Promise<readonly Feature[]> {
  return z.array(Feature).parse(JSON.parse(await readFile(join(dictionaryDir, 'features.json'), 'utf8')))
}

/** Writes features.json, a feature a line. */
export async function writeFeatures(dictionaryDir: string, features: readonly Feature[]): Promise<void> {
  const path = join(dictionaryDir, 'features.json')
  await writeFile(`${path}.new`, `[\n${features.map((feature) => JSON.stringify(feature)).join(',\n')}\n]\n`)
  await rename(`${path}.new`, path)
}
