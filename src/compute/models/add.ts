import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { FormatMeasurement, type ModelRecord, type WeightFormat } from '../../shared/domain/model.ts'
import { HilumError } from '../../shared/errors.ts'
import { compileModel, type CompileStep } from '../maira2/compile.ts'
import type { Manifest } from '../maira2/compileManifest.ts'
import { readRecord, RECORD } from './record.ts'
import { surveyCheckpoint } from './survey.ts'

export interface AddModelOptions {
  /** A MAIRA-2 checkpoint in Hugging Face's layout. */
  readonly folder: string
  readonly format: WeightFormat
  /** Models are kept here, a folder each. */
  readonly modelsDir: string
  readonly hilumVersion: string
  readonly at: string
  readonly onProgress?: ((step: CompileStep, done: number, total: number) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** Files of a checkpoint that a model is opened with, beside its weights; and what says how it may be used. */
const KEPT = new Set([
  'config.json', 'tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json', 'added_tokens.json',
  'preprocessor_config.json', 'processor_config.json', 'chat_template.json', 'chat_template.jinja',
  'generation_config.json', 'LICENSE', 'LICENSE.md', 'LICENSE.txt',
])
/** Measurements of a checkpoint's formats, where its folder has them. */
const MEASUREMENTS = 'formats.json'

/**
 * Compiles a checkpoint into a folder of models, with everything that is needed to use it: the checkpoint may be
 * moved away afterwards. One that is there already is found, not made again.
 * @throws HilumError with the first thing that is wrong, and how many more there are.
 */
export async function addModel(options: AddModelOptions): Promise<ModelRecord> {
  const { folder, format, modelsDir, signal, onProgress } = options
  const { survey, checkpoint } = await surveyCheckpoint(folder)
  if (checkpoint === null || survey.found === null) throw refusal(survey.faults)
  const { found } = survey
  try {
    const small = await smallFiles(folder)
    const measured = await measurements(folder)
    const recordOf = ({ modelHash, source, files }: Manifest): ModelRecord => ({
      id: modelHash, name: found.name, embedded: found.embedded, format, parameters: found.parameters,
      layers: found.layers, width: found.width, bytes: files.reduce((sum, file) => sum + file.size, 0),
      licence: found.licence, source, addedAt: options.at, hilumVersion: options.hilumVersion,
      measurement: measured.find((one) => one.modelHash === modelHash) ?? null,
    })
    const beside = (manifest: Manifest): ReadonlyMap<string, Uint8Array> =>
      new Map([...small, [RECORD, new TextEncoder().encode(JSON.stringify(recordOf(manifest), null, 1))]])
    const added = await compileModel({ checkpoint, cacheDir: modelsDir, format, beside, onProgress, signal })
    return (await readRecord(added.folder)) ?? recordOf(added.manifest)
  } finally {
    await checkpoint.close()
  }
}

function refusal(faults: readonly { readonly message: string; readonly mend: string | null }[]): HilumError {
  const [first, ...more] = faults
  const message = first?.message ?? 'The folder holds no checkpoint.'
  const others = more.length === 0 ? '' : ` ${more.length} more things are wrong: ${more.map((one) => one.message).join(' ')}`
  const mend = first?.mend ?? null
  return new HilumError('bad-input', `${message}${others}`, mend === null ? {} : { mend })
}

async function smallFiles(folder: string): Promise<readonly (readonly [string, Uint8Array])[]> {
  const names = (await readdir(folder)).filter((name) => KEPT.has(name)).sort()
  return Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))] as const))
}

/** Measurements that came with a checkpoint; one that cannot be read is none. */
async function measurements(folder: string): Promise<readonly FormatMeasurement[]> {
  try {
    return z.array(FormatMeasurement).parse(JSON.parse(await readFile(join(folder, MEASUREMENTS), 'utf8')))
  } catch {
    return []
  }
}
