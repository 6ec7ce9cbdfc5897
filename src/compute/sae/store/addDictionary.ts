import { createHash } from 'node:crypto'
import { basename, dirname } from 'node:path'
import type { ColumnMap, DictionaryFacts, HookSetting } from '../../../shared/domain/dictionary.ts'
import type { Feature } from '../../../shared/domain/feature.ts'
import { HilumError, throwIfCancelled } from '../../../shared/errors.ts'
import { bad } from '../dialects/tensors.ts'
import type { DictionaryWeights } from '../dictionaryData.ts'
import { readDictionarySource, type DictionarySource } from '../dictionaryFile.ts'
import { completeMap } from '../interpretations/columnMap.ts'
import { interpretFeatures } from '../interpretations/interpretFeatures.ts'
import { readRows } from '../interpretations/readRows.ts'
import { readTable } from '../interpretations/readTable.ts'
import { loadStored } from './loadStored.ts'
import { writeStored } from './storedFiles.ts'

/** What a dictionary must fit. */
export interface DecoderSize {
  readonly hiddenSize: number
  readonly layers: number
}

export interface AddDictionaryOptions {
  /** A weights file, or a folder that holds one. */
  readonly path: string
  readonly storeDir: string
  readonly model: DecoderSize
  /** The block it reads; null takes what its config.json says. */
  readonly layer: number | null
  /** Null names it after its file. */
  readonly name: string | null
  readonly interpretations: { readonly path: string; readonly map: ColumnMap } | null
  readonly at: string
  readonly onStep?: ((step: string) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Takes a dictionary into the store, under the hash of its weights. One that is there already keeps its hook, its
 * calibration and its name; interpretations are added to it.
 * @throws HilumError in one sentence when a file is damaged, hostile, or does not fit the model.
 */
export async function addDictionary(options: AddDictionaryOptions): Promise<DictionaryFacts> {
  const { path, storeDir, model, layer, name, at, onStep, signal } = options
  onStep?.('Reading the dictionary')
  const source = await readDictionarySource(path)
  const { weights, files, dialect } = source
  throwIfCancelled(signal)
  const id = weightsId(weights)
  const known = await loadStored(storeDir, id)
  const before = known?.facts.hook
  const hook = { layer: layer ?? before?.layer ?? source.hook.layer, normFactor: before?.normFactor ?? 1 }
  checkFit(weights, hook.layer, model)
  const features = await interpreted(known?.features ?? source.features, options)
  throwIfCancelled(signal)

  onStep?.('Keeping the dictionary')
  const { width, size, k, threshold, groupSizes } = weights
  const moved = known !== null && known.facts.hook.layer !== hook.layer
  const calibration = moved ? null : (known?.facts.calibration ?? null)
  const facts: DictionaryFacts = {
    id, name: name ?? known?.facts.name ?? nameOf(files.weights), source: basename(files.weights), dialect,
    addedAt: known?.facts.addedAt ?? at, width, size, k, threshold, groupSizes, hook: hook as HookSetting,
    ...countsOf(features), notes: notesOn(source, calibration !== null), calibration,
  }
  await writeStored(storeDir, { facts, config: source.config, features, weights })
  return facts
}

/** @throws HilumError when a dictionary cannot read this model. */
export function checkFit({ width }: Pick<DictionaryWeights, 'width'>, layer: number | null, model: DecoderSize): void {
  const { hiddenSize, layers } = model
  if (width !== hiddenSize) {
    throw new HilumError('bad-input', `The dictionary reads residuals of width ${width}, but the model has ${hiddenSize}.`, {
      mend: 'Use a dictionary that was trained on this model.',
    })
  }
  if (layer === null) {
    throw bad('no file says which block of the decoder it reads', `Say it with --layer N, counted from 0 to ${layers - 2}.`)
  }
  if (layer > layers - 2) {
    throw new HilumError('bad-input', `The dictionary reads block ${layer}, but the model's blocks that can be steered are 0 to ${layers - 2}.`, {
      mend: 'Use a dictionary that was trained on this model, or say the block with --layer N.',
    })
  }
}

/** How many features have an interpretation, and how many a detection score. */
export function countsOf(features: readonly Feature[]): { readonly interpreted: number; readonly scored: number } {
  return {
    interpreted: features.filter(({ interpretation }) => interpretation !== '').length,
    scored: features.filter(({ detectionScore }) => detectionScore !== null).length,
  }
}

async function interpreted(
  features: readonly Feature[], { interpretations, onStep }: AddDictionaryOptions,
): Promise<readonly Feature[]> {
  if (interpretations === null) return features
  onStep?.('Reading the interpretations')
  const table = await readTable(interpretations.path)
  return interpretFeatures(features, readRows(table, completeMap(table, interpretations.map)))
}

/** "ae.pt" says nothing of what it is; its folder's name does. */
function nameOf(path: string): string {
  const file = basename(path).replace(/\.[^.]+$/, '')
  return ['ae', 'sae', 'dictionary', 'model'].includes(file.toLowerCase()) ? basename(dirname(path)) || file : file
}

/** What a reader should know of a dictionary before using it. */
export function notesOn({ weights, hook }: DictionarySource, calibrated: boolean): readonly string[] {
  const { k, threshold, decoder, width, size } = weights
  const notes: string[] = []
  if (threshold < 0) notes.push('Its threshold was never estimated: every positive activation counts.')
  if (k === null) notes.push('It was not trained for a number of active features, so calibration has none to compare with.')
  if (hook.trainedNormFactor !== null && !calibrated) {
    notes.push(`Its training divided residuals by ${hook.trainedNormFactor}; calibrate it to see whether its weights know.`)
  }
  let worst = 0
  for (let feature = 0; feature < size; feature++) {
    let squares = 0
    for (let i = feature * width; i < (feature + 1) * width; i++) squares += (decoder[i] as number) ** 2
    worst = Math.max(worst, Math.abs(Math.sqrt(squares) - 1))
  }
  if (worst > 1e-3) notes.push('Its directions are not of unit length, so activations of two features do not compare.')
  return notes
}

/** SHA-256 over everything that decides what the weights compute. */
function weightsId(weights: DictionaryWeights): string {
  const { width, size, k, threshold, groupSizes, normalization, encoder, encoderBias, decoder, decoderBias } = weights
  const hash = createHash('sha256').update(JSON.stringify([width, size, k, threshold, groupSizes, normalization]))
  for (const { buffer, byteOffset, byteLength } of [encoder, encoderBias, decoder, decoderBias]) {
    hash.update(new Uint8Array(buffer, byteOffset, byteLength))
  }
  return hash.digest('hex')
}
