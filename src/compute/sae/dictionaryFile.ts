import { readFile } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { z } from 'zod'
import type { HookSetting } from '../../shared/domain/dictionary.ts'
import { Feature } from '../../shared/domain/feature.ts'
import { HilumError } from '../../shared/errors.ts'
import { bad } from './dialects/tensors.ts'
import type { DictionaryConfig } from './dialects/dialect.ts'
import { readWeights } from './dialects/readWeights.ts'
import { hookConfig, type HookConfig } from './dictionaryConfig.ts'
import type { DictionaryData, DictionaryWeights } from './dictionaryData.ts'
import { findDictionaryFiles, openTensorFile, type DictionaryFiles } from './dictionaryFiles.ts'
import { blankFeature } from './blankFeature.ts'

/** A dictionary as its files have it; its weights are not yet brought to the scale of raw residuals. */
export interface DictionarySource {
  readonly files: DictionaryFiles
  readonly dialect: string
  readonly config: DictionaryConfig
  readonly weights: DictionaryWeights
  readonly hook: HookConfig
  readonly features: readonly Feature[]
}

/**
 * Reads a dictionary from a weights file or a folder, with the config.json and features.json beside it.
 * @throws HilumError naming the part that is missing or does not fit.
 */
export async function readDictionarySource(path: string): Promise<DictionarySource> {
  const files = await findDictionaryFiles(path)
  const config = files.config === null ? {} : await readConfig(files.config)
  const hook = hookConfig(config)
  const file = await openTensorFile(files.weights)
  try {
    const { dialect, weights } = await readWeights(file, config)
    const { width, size } = weights
    if (hook.width !== null && hook.width !== width) {
      throw bad(`config.json says activation_dim ${hook.width}, but W_enc has ${width} rows`)
    }
    if (hook.size !== null && hook.size !== size) {
      throw bad(`config.json says dict_size ${hook.size}, but there are ${size} features`)
    }
    const features = files.features === null
      ? Array.from({ length: size }, (_, index) => blankFeature(index))
      : await readFeatures(files.features, size)
    const { normalization } = hook
    const read = normalization === null ? weights : { ...weights, normalization }
    return { files, dialect, config, hook, features, weights: read }
  } finally {
    await file.close()
  }
}

/**
 * Reads a dictionary that is ready for use: its files must say which block it reads.
 * @throws HilumError naming the part that is missing or does not fit.
 */
export async function readDictionary(folder: string): Promise<DictionaryData> {
  const { weights, hook, features, files } = await readDictionarySource(folder)
  if (files.config === null) throw new HilumError('not-found', `The dictionary folder ${basename(folder)} has no config.json.`)
  if (files.features === null) throw new HilumError('not-found', `The dictionary folder ${basename(folder)} has no features.json.`)
  const { layer, normFactor } = hook
  if (layer === null) throw bad('config.json is wrong at trainer.layer: it does not say which block the dictionary reads')
  return { ...unfolded(weights, normFactor), layer, features }
}

/**
 * The weights as they are on raw residuals when training divided residuals by a factor: biases and threshold grow with
 * it, as dictionary_learning's scale_biases has it.
 */
export function unfolded(weights: DictionaryWeights, normFactor: HookSetting['normFactor']): DictionaryWeights {
  if (normFactor === 1) return weights
  const scaled = (values: Float32Array): Float32Array => values.map((value) => value * normFactor)
  return {
    ...weights,
    encoderBias: scaled(weights.encoderBias),
    decoderBias: scaled(weights.decoderBias),
    threshold: weights.threshold < 0 ? weights.threshold : weights.threshold * normFactor,
  }
}

async function readConfig(path: string): Promise<DictionaryConfig> {
  const json = await readJson(path)
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw bad('config.json is not an object')
  return json as DictionaryConfig
}

async function readFeatures(path: string, size: number): Promise<readonly Feature[]> {
  const parsed = z.array(Feature).safeParse(await readJson(path))
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw bad(`features.json is wrong at ${issue?.path.join('.') || 'its top'}: ${issue?.message ?? ''}`)
  }
  if (parsed.data.length !== size || parsed.data.some((feature, i) => feature.index !== i)) {
    throw bad(`features.json must describe features 0 to ${size - 1} in order`)
  }
  return parsed.data
}

async function readJson(path: string): Promise<unknown> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    throw new HilumError('not-found', `${basename(path)} in ${basename(dirname(path))} cannot be read.`, { cause })
  }
  try {
    return JSON.parse(text)
  } catch {
    throw bad(`${basename(path)} is not valid JSON`)
  }
}
