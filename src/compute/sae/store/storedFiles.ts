import { randomUUID } from 'node:crypto'
import { link, copyFile, mkdir, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { DictionaryFacts } from '../../../shared/domain/dictionary.ts'
import type { Feature } from '../../../shared/domain/feature.ts'
import { HilumError } from '../../../shared/errors.ts'
import { writeSafetensors } from '../../checkpoint/writeSafetensors.ts'
import type { DictionaryConfig } from '../dialects/dialect.ts'
import { transpose } from '../dialects/tensors.ts'
import type { DictionaryWeights } from '../dictionaryData.ts'
import { WEIGHTS } from '../dictionaryFiles.ts'

/** What says that a folder of the store is a whole dictionary: written last. */
export const FACTS = 'dictionary.json'
const FEATURES = 'features.json'
const CONFIG = 'config.json'

/** A dictionary as the store keeps it: in dictionary_learning's layout, which other programs read too. */
export interface StoredDictionary {
  readonly facts: DictionaryFacts
  /** What the training wrote, kept beside what Hilum adds. */
  readonly config: DictionaryConfig
  readonly features: readonly Feature[]
  /** The weights, or the folder of the store that holds them already. */
  readonly weights: DictionaryWeights | string
}

/**
 * Writes a dictionary under its id, in place of what was there. It appears whole or not at all; one that is replaced is
 * gone for the moment between two renames.
 * @throws HilumError `limit` when the disk is full, `unavailable` when it may not be written to.
 */
export async function writeStored(storeDir: string, stored: StoredDictionary): Promise<void> {
  const { facts, config, features, weights } = stored
  const folder = join(storeDir, facts.id)
  const aside = join(storeDir, `.writing-${process.pid}-${randomUUID()}`)
  const old = `${aside}.old`
  try {
    await mkdir(aside, { recursive: true })
    if (typeof weights === 'string') await linkOrCopy(join(weights, WEIGHTS), join(aside, WEIGHTS))
    else await writeWeights(join(aside, WEIGHTS), weights)
    const normalization = typeof weights === 'string' ? normalizationIn(config) : weights.normalization
    await writeJson(join(aside, CONFIG), { ...config, hilum: { ...facts.hook, normalization } })
    await writeDurably(join(aside, FEATURES), `[\n${features.map((one) => JSON.stringify(one)).join(',\n')}\n]\n`)
    await writeJson(join(aside, FACTS), facts)
    await rename(folder, old).catch(() => undefined) // not there
    await rename(aside, folder)
  } catch (error) {
    throw diskError(error)
  } finally {
    await rm(aside, { recursive: true, force: true })
    await rm(old, { recursive: true, force: true })
  }
}

async function writeWeights(path: string, weights: DictionaryWeights): Promise<void> {
  const { width, size, encoder, encoderBias, decoder, decoderBias, k, threshold, groupSizes } = weights
  await writeSafetensors(path, [
    { name: 'W_enc', shape: [width, size], dtype: 'F32', values: () => transpose(encoder, size, width) },
    { name: 'b_enc', shape: [size], dtype: 'F32', values: () => encoderBias },
    { name: 'W_dec', shape: [size, width], dtype: 'F32', values: () => decoder },
    { name: 'b_dec', shape: [width], dtype: 'F32', values: () => decoderBias },
    { name: 'k', shape: [], dtype: 'I32', values: () => Int32Array.of(k ?? 0) },
    { name: 'threshold', shape: [], dtype: 'F32', values: () => Float32Array.of(threshold) },
    {
      name: 'group_sizes', shape: [groupSizes.length], dtype: 'I64',
      values: () => BigInt64Array.from(groupSizes, BigInt),
    },
  ])
}

function normalizationIn(config: DictionaryConfig): unknown {
  const { hilum } = config as { readonly hilum?: { readonly normalization?: unknown } }
  return hilum?.normalization ?? 'none'
}

/** Weights never change under their id: two names for the same bytes are safe. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  await link(from, to).catch(() => copyFile(from, to))
}

function writeJson(path: string, value: unknown): Promise<void> {
  return writeDurably(path, `${JSON.stringify(value, null, 2)}\n`)
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx')
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

function diskError(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new HilumError('limit', 'The disk is full: the dictionary could not be kept.', {
      mend: 'Free some space and try again.', cause: error,
    })
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new HilumError('unavailable', 'Hilum may not write to the workspace folder.', {
      mend: 'Give yourself the right to write there, or choose another workspace.', cause: error,
    })
  }
  return error
}
