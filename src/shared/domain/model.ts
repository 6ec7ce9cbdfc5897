import { z } from 'zod'
import { ContentHash } from './study.ts'

/**
 * How the decoder's weights are stored in a compiled model; its products are the format's own.
 * fp16 rounds storage alone on a CPU (the runtime widens it as it loads); int8 and int4 round in
 * blocks of 32 and multiply with 8-bit activations.
 */
export const WEIGHT_FORMATS = ['fp32', 'fp16', 'int8', 'int4'] as const
export const WeightFormat = z.enum(WEIGHT_FORMATS)
export type WeightFormat = z.infer<typeof WeightFormat>

/** What a model may be used for. */
export const Licence = z.object({ name: z.string(), note: z.string() }).readonly()
export type Licence = z.infer<typeof Licence>

/** How a format's texts and logits compare with fp32's, over the same held-out cases. */
export const FormatMeasurement = z
  .object({
    /** The model that was measured. */
    modelHash: ContentHash,
    format: WeightFormat,
    cases: z.number().int().positive(),
    /** Largest difference of a logit, over the positions of fp32's own texts. */
    largestLogitError: z.number(),
    /** Share of those positions at which both choose the same token. */
    topOneAgreement: z.number(),
    /** Perplexity of fp32's texts under the format, over that under fp32. */
    perplexityRatio: z.number(),
    /** Share of the findings stated in either's text that both state alike. */
    findingAgreement: z.number(),
    /** What printed the figures. */
    command: z.string(),
  })
  .readonly()
export type FormatMeasurement = z.infer<typeof FormatMeasurement>

/** A format that changes more findings than this is not called usable. */
export const USABLE_AGREEMENT = 0.99

export const STANDINGS = ['exact', 'usable', 'not-usable', 'not-measured'] as const
/** What may be said of a model's format: fp32 is what others are measured against. */
export type FormatStanding = (typeof STANDINGS)[number]

export function standingOf(format: WeightFormat, measurement: FormatMeasurement | null): FormatStanding {
  if (format === 'fp32') return 'exact'
  if (measurement === null) return 'not-measured'
  return measurement.findingAgreement >= USABLE_AGREEMENT ? 'usable' : 'not-usable'
}

/** A model of the workspace: a checkpoint that was compiled, and all that is needed to say where it came from. */
export const ModelRecord = z
  .object({
    /** The hash of what it computes; provenance names it so. */
    id: ContentHash,
    name: z.string(),
    /** True for the model that ships with Hilum, which knows phantoms only. */
    embedded: z.boolean(),
    format: WeightFormat,
    parameters: z.number().int(),
    layers: z.number().int(),
    /** Width of the residual, which a dictionary must share. */
    width: z.number().int(),
    bytes: z.number().int(),
    licence: Licence,
    /** SHA-256 of the checkpoint's weight files by name, as the place it was downloaded from lists them. */
    source: z.record(z.string(), z.string()),
    addedAt: z.string(), // ISO 8601, UTC
    hilumVersion: z.string(),
    measurement: FormatMeasurement.nullable(),
  })
  .readonly()
export type ModelRecord = z.infer<typeof ModelRecord>

/** What a folder holds that somebody wants to add. */
export const CheckpointSurvey = z
  .object({
    folder: z.string(),
    /** What is missing or wrong, each in one sentence with what to do; empty when it can be added. */
    faults: z.array(z.object({ message: z.string(), mend: z.string().nullable() })).readonly(),
    /** Null when its configuration cannot be read. */
    found: z
      .object({
        name: z.string(),
        embedded: z.boolean(),
        licence: Licence,
        parameters: z.number().int(),
        layers: z.number().int(),
        width: z.number().int(),
        vocabulary: z.number().int(),
        imageSize: z.number().int(),
        imageTokens: z.number().int(),
        weightFiles: z.number().int(),
        weightBytes: z.number().int(),
        /** What each format needs: on disk, and in memory while it is used. Bytes. */
        formats: z
          .array(z.object({ format: WeightFormat, diskBytes: z.number(), memoryBytes: z.number() }))
          .readonly(),
      })
      .readonly()
      .nullable(),
  })
  .readonly()
export type CheckpointSurvey = z.infer<typeof CheckpointSurvey>

/** MAIRA-2 and what is made from it (microsoft/maira-2 on Hugging Face, "License"). */
export const MAIRA2_LICENCE: Licence = {
  name: 'Microsoft Research License Agreement (MSRLA)',
  note: 'MAIRA-2 and models made from it are for research use only, not for clinical use.',
}
export const EMBEDDED_LICENCE: Licence = {
  name: 'MIT',
  note: 'The embedded model knows drawn phantoms only and is not for clinical use.',
}

/** A licence in one line. */
export function licenceLine({ name, note }: Licence): string {
  return `${name}: ${note}`
}
