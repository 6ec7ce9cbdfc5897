import { z } from 'zod'
import { ColumnMap, DictionaryFacts, HookEvidence, HookSetting, TablePreview } from '../domain/dictionary.ts'
import { ModelQuestion } from './compute.ts'

/** A table of interpretations, and what its columns are read as. */
export const InterpretationsFile = z.object({ path: z.string().min(1).max(4096), map: ColumnMap }).readonly()
export type InterpretationsFile = z.infer<typeof InterpretationsFile>

/** Hooks in the order of their likelihood, and what they were measured on. */
export const HookReport = z
  .object({
    facts: DictionaryFacts,
    evidence: z.array(HookEvidence).readonly(),
    cases: z.number().int(),
    tokens: z.number().int(),
  })
  .readonly()
export type HookReport = z.infer<typeof HookReport>

/** How far long work on a dictionary is; a total of 0 says that nobody knows. */
export const WorkStep = z.object({ step: z.string(), done: z.number(), total: z.number() })
export type WorkStep = z.infer<typeof WorkStep>

/** Work on dictionaries that reads foreign files or runs the model. */
export const dictionaryContract = {
  'dictionary.add': {
    params: z.object({
      path: z.string(),
      storeDir: z.string(),
      modelDir: z.string(),
      layer: z.number().int().min(0).nullable(),
      name: z.string().min(1).max(200).nullable(),
      interpretations: InterpretationsFile.nullable(),
      at: z.string(),
    }),
    result: DictionaryFacts,
    event: WorkStep,
  },
  'dictionary.previewTable': { params: InterpretationsFile, result: TablePreview },
  /** Measures where a dictionary reads the model; with `settle` that hook alone, which is then kept. */
  'dictionary.calibrate': {
    params: z.object({
      id: z.string(),
      storeDir: z.string(),
      modelDir: z.string(),
      cacheDir: z.string(),
      threads: z.number().int().min(1).max(64),
      hilumVersion: z.string(),
      questions: z.array(ModelQuestion).max(32),
      settle: HookSetting.nullable(),
      at: z.string(),
    }),
    result: HookReport,
    event: WorkStep,
  },
} as const
