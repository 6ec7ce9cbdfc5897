import { z } from 'zod'

const layer = z.number().int().min(0)

/** Where a dictionary reads the model, and how the residual there compares with the one it was trained on. */
export const HookSetting = z
  .object({
    /** The residual it reads is the output of this decoder block, counted from 0. */
    layer,
    /** Residuals were divided by this while it trained, and the weights do not know; 1 when they were not. */
    normFactor: z.number().positive(),
  })
  .readonly()
export type HookSetting = z.infer<typeof HookSetting>

/** How well a dictionary fits a model at one hook, measured on the cases of a workspace. */
export const HookEvidence = z
  .object({
    hook: HookSetting,
    /** Mean number of active features a token. */
    meanActive: z.number(),
    /** Squared error of the reconstruction over the residuals' variance: 0 is perfect, 1 no better than their mean. */
    unexplainedVariance: z.number(),
  })
  .readonly()
export type HookEvidence = z.infer<typeof HookEvidence>

/** A hook that was chosen on evidence, with what was measured there of the features. */
export const HookCalibration = z
  .object({
    evidence: HookEvidence,
    modelHash: z.string(),
    cases: z.number().int(),
    tokens: z.number().int(),
    /** Features that were active at least once; the others' strength has an estimated scale. */
    activeFeatures: z.number().int(),
    at: z.string(), // ISO 8601, UTC
  })
  .readonly()
export type HookCalibration = z.infer<typeof HookCalibration>

/** What is known of a dictionary in a workspace. */
export const DictionaryFacts = z
  .object({
    /** SHA-256 over what its weights compute: the same dictionary has the same id, whatever file it came from. */
    id: z.string().regex(/^[0-9a-f]{64}$/),
    name: z.string(),
    /** The file it came from, without its folder. */
    source: z.string(),
    /** The format's owner, as in "dictionary_learning". */
    dialect: z.string(),
    addedAt: z.string(), // ISO 8601, UTC
    width: z.number().int(),
    size: z.number().int(),
    /** Mean number of active features it was trained for; null when its kind has none. */
    k: z.number().nullable(),
    threshold: z.number(),
    groupSizes: z.array(z.number().int()).readonly(),
    hook: HookSetting,
    interpreted: z.number().int(),
    scored: z.number().int(),
    /** What a reader should know before using it, a sentence each. */
    notes: z.array(z.string()).readonly(),
    calibration: HookCalibration.nullable(),
  })
  .readonly()
export type DictionaryFacts = z.infer<typeof DictionaryFacts>

export const TABLE_FIELDS = ['feature', 'interpretation', 'score', 'density', 'maxActivation'] as const

/** Which column of a table says what of a feature; `divisor` brings percentages to shares. */
export const ColumnMap = z
  .partialRecord(
    z.enum(TABLE_FIELDS),
    z.object({ column: z.string(), divisor: z.number().positive() }).readonly(),
  )
  .readonly()
export type ColumnMap = z.infer<typeof ColumnMap>

/** The column name that stands for a row's own number, counted from 0. */
export const ROW_NUMBER = 'row'

/** A table of interpretations before it is taken over: its columns, what they are read as, its first rows so read. */
export const TablePreview = z
  .object({
    columns: z.array(z.string()).readonly(),
    rows: z.number().int(),
    map: ColumnMap,
    /** Up to five rows, as they would be taken over. */
    first: z
      .array(
        z.object({
          feature: z.number().int(),
          interpretation: z.string(),
          score: z.number().nullable(),
          density: z.number().nullable(),
          maxActivation: z.number().nullable(),
        }),
      )
      .readonly(),
    /** Why it cannot be taken over as it is mapped, and what to do; null when it can. */
    problem: z.string().nullable(),
  })
  .readonly()
export type TablePreview = z.infer<typeof TablePreview>
