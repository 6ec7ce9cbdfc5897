import { readFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { EMBEDDED_LICENCE, MAIRA2_LICENCE, ModelRecord, type Licence } from '../../shared/domain/model.ts'
import type { ModelConfig } from '../checkpoint/modelConfig.ts'

/** The record of a model, in its folder. */
export const RECORD = 'model.json'

/** What is written down of a model that was added, or null for a folder that is not one. */
export async function readRecord(folder: string): Promise<ModelRecord | null> {
  try {
    return ModelRecord.parse(JSON.parse(await readFile(join(folder, RECORD), 'utf8')))
  } catch {
    return null
  }
}

/** What a model is called: by its configuration, or by its folder. */
export function nameOf(config: ModelConfig, folder: string): string {
  return config.name === null || config.name === '' ? basename(resolve(folder)) : config.name
}

/** A checkpoint in MAIRA-2's layout is MAIRA-2 or made from it, unless it is our own. */
export function licenceOf({ embedded }: Pick<ModelConfig, 'embedded'>): Licence {
  return embedded ? EMBEDDED_LICENCE : MAIRA2_LICENCE
}
