import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { WEIGHT_FORMATS, type CheckpointSurvey } from '../../shared/domain/model.ts'
import { HilumError } from '../../shared/errors.ts'
import { Checkpoint } from '../checkpoint/checkpoint.ts'
import type { ModelConfig } from '../checkpoint/modelConfig.ts'
import { compiledBytes } from '../maira2/compile.ts'
import { misfits, readImagePreparation, readTokenizer } from '../maira2/processorFiles.ts'
import { parametersOf, planWeights } from '../maira2/weightPlan.ts'
import { memoryNeed } from './memoryNeed.ts'
import { licenceOf, nameOf } from './record.ts'

/** A folder that was looked through. With faults there is no checkpoint; else whoever asked closes it. */
export interface Surveyed {
  readonly survey: CheckpointSurvey
  readonly checkpoint: Checkpoint | null
}

/**
 * Looks through a folder that somebody wants to add: what it holds, and everything that is missing or wrong.
 * Weights are not read, so values that are not numbers come to light only while it is added.
 */
export async function surveyCheckpoint(folder: string): Promise<Surveyed> {
  if (!(await isFolder(folder))) {
    return refused(folder, new HilumError('not-found', `There is no folder ${folder}.`, {
      mend: 'Choose the folder that holds config.json and the weights.',
    }))
  }
  const { config, checkpoint, faults: weightFaults } = await Checkpoint.examine(folder)
  if (config === null) return refused(folder, ...weightFaults)
  const faults = [...weightFaults]
  const attempt = <T>(reading: Promise<T>): Promise<T | null> =>
    reading.catch((error: unknown) => {
      if (!(error instanceof HilumError)) throw error
      faults.push(error)
      return null
    })
  const tokenizer = await attempt(readTokenizer(folder))
  const settings = await attempt(readImagePreparation(folder))
  faults.push(...misfits(config, tokenizer, settings))
  const survey = { folder: resolve(folder), faults: faults.map(inWords), found: found(folder, config, checkpoint) }
  if (faults.length === 0) return { survey, checkpoint }
  await checkpoint?.close()
  return { survey, checkpoint: null }
}

function refused(folder: string, ...faults: readonly HilumError[]): Surveyed {
  return { survey: { folder: resolve(folder), faults: faults.map(inWords), found: null }, checkpoint: null }
}

function found(folder: string, config: ModelConfig, checkpoint: Checkpoint | null): CheckpointSurvey['found'] {
  const plan = planWeights(config)
  const { decoder, vision } = config
  const files = checkpoint?.weightFiles ?? []
  return {
    name: nameOf(config, folder),
    embedded: config.embedded,
    licence: licenceOf(config),
    parameters: plan.flatMap((part) => part.weights).reduce((sum, request) => sum + parametersOf(request), 0),
    layers: decoder.layers,
    width: decoder.hiddenSize,
    vocabulary: decoder.vocabSize,
    imageSize: vision.imageSize,
    imageTokens: vision.patches,
    weightFiles: files.length,
    weightBytes: files.flatMap((file) => [...file.tensors.values()]).reduce((sum, tensor) => sum + tensor.length, 0),
    formats: WEIGHT_FORMATS.map((format) => ({
      format, diskBytes: compiledBytes(plan, format), memoryBytes: memoryNeed(config, plan, format),
    })),
  }
}

function inWords({ message, mend }: HilumError): CheckpointSurvey['faults'][number] {
  return { message, mend }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then((found) => found.isDirectory(), () => false)
}
