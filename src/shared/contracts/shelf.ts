import { z } from 'zod'
import { DictionaryFacts, HookSetting, TablePreview } from '../domain/dictionary.ts'
import { HookReport, InterpretationsFile, WorkStep } from './dictionaries.ts'

const id = z.string().min(1).max(200)

/** What the window asks of the workspace's dictionaries. */
export const shelfContract = {
  /** Dictionaries that were added, and the one in use with the model in use: its id, or `embedded`. */
  'dictionary.list': {
    params: z.object({}),
    result: z.object({ current: z.string(), dictionaries: z.array(DictionaryFacts) }),
  },
  /** Opens the system's dialog; null when the reader cancels it. */
  'dictionary.choose': {
    params: z.object({ what: z.enum(['weights', 'interpretations']) }),
    result: z.string().nullable(),
  },
  'dictionary.preview': { params: InterpretationsFile, result: TablePreview },
  'dictionary.add': {
    params: z.object({
      path: z.string().min(1).max(4096),
      layer: z.number().int().min(0).max(1000).nullable(),
      name: z.string().min(1).max(200).nullable(),
      interpretations: InterpretationsFile.nullable(),
    }),
    result: DictionaryFacts,
    event: WorkStep,
  },
  /** Measures where a dictionary reads the model; with `settle` that hook, which is then kept. */
  'dictionary.calibrate': {
    params: z.object({ id, settle: HookSetting.nullable(), cases: z.number().int().min(1).max(32) }),
    result: HookReport,
    event: WorkStep,
  },
  /** Makes a dictionary (or `embedded`, the model's own) the one in use, and opens the model with it. */
  'dictionary.use': { params: z.object({ id }), result: z.object({}) },
  'dictionary.remove': { params: z.object({ id }), result: z.object({}) },
} as const
