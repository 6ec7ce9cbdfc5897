import { z } from 'zod'
import { CheckpointSurvey, ModelRecord, WeightFormat } from '../domain/model.ts'
import { dictionaryContract } from './dictionaries.ts'

/** How far a long piece of work on a model is. Bytes, or parameters while weights are stored. */
export const ModelProgress = z.object({
  step: z.enum(['hashing', 'storing', 'verifying']),
  done: z.number(),
  total: z.number(),
})
export type ModelProgress = z.infer<typeof ModelProgress>

/** What comparing a model's files with their hashes found. */
export const ModelVerified = z.object({
  files: z.number().int(),
  bytes: z.number().int(),
  /** Files that are missing or not as they were written. */
  damaged: z.array(z.string()),
})
export type ModelVerified = z.infer<typeof ModelVerified>

/**
 * The contract of the models process: long work on checkpoints, models and dictionaries, and the reading of foreign
 * files, apart from the process that writes reports.
 */
export const modelsContract = {
  'checkpoint.survey': { params: z.object({ folder: z.string() }), result: CheckpointSurvey },
  'model.add': {
    params: z.object({
      folder: z.string(), format: WeightFormat, modelsDir: z.string(), hilumVersion: z.string(), at: z.string(),
    }),
    result: ModelRecord,
    event: ModelProgress,
  },
  'model.verify': { params: z.object({ folder: z.string() }), result: ModelVerified, event: ModelProgress },
  ...dictionaryContract,
} as const
