import { z } from 'zod'
import { FeatureActivation } from './feature.ts'
import { Intervention } from './intervention.ts'

/** How the model is asked: plain findings, findings with boxes, or boxes for one phrase. */
export const REPORT_MODES = ['findings', 'grounded', 'phrase'] as const
export const ReportMode = z.enum(REPORT_MODES)
export type ReportMode = z.infer<typeof ReportMode>

/**
 * A finding as MAIRA-2 was trained to be asked for it: one sentence that ends in a full stop. White space at its ends
 * goes; a stop that is missing is added. Empty when there is nothing.
 */
export function asPhrase(text: string): string {
  const phrase = text.trim()
  return phrase === '' || /[.!?]$/.test(phrase) ? phrase : `${phrase}.`
}

/** Corners as fractions of the current frontal film (0 to 1, origin top left). */
export const Box = z
  .object({ xMin: z.number(), yMin: z.number(), xMax: z.number(), yMax: z.number() })
  .readonly()
export type Box = z.infer<typeof Box>

/** A phrase of a grounded report and where it is seen; null boxes mean it is not groundable. */
export const GroundedPhrase = z.object({ text: z.string(), boxes: z.array(Box).readonly().nullable() }).readonly()
export type GroundedPhrase = z.infer<typeof GroundedPhrase>

/** One generated token: its text, and the features active where it was chosen, before the intervention. */
export const GeneratedToken = z
  .object({
    id: z.number().int(),
    text: z.string(),
    /** Offset of `text` in the generation's text, UTF-16 code units. */
    start: z.number().int(),
    features: z.array(FeatureActivation).readonly(),
  })
  .readonly()
export type GeneratedToken = z.infer<typeof GeneratedToken>

/** Milliseconds of each stage; 0 where a cache answered. */
export const Timings = z
  .object({
    visionMs: z.number(),
    frontMs: z.number(),
    backMs: z.number(),
    decodeMs: z.number(),
    /** Finding the features active at each token. */
    featuresMs: z.number().default(0),
    totalMs: z.number(),
    tokensPerSecond: z.number(),
    promptTokens: z.number().int(),
    generatedTokens: z.number().int(),
    /** Tokens proposed by a draft and checked by the model, and those of them that it would have written itself. */
    drafted: z.number().int().default(0),
    accepted: z.number().int().default(0),
    /** Texts that were written in the same passes: the time of decoding is that of all of them. */
    batch: z.number().int().default(1),
    /** What was served from a cache instead of being computed. */
    reused: z
      .object({
        imageTokens: z.number().int(),
        frontTokens: z.number().int(),
        promptTokens: z.number().int(),
        bytes: z.number().int(),
      })
      .readonly(),
  })
  .readonly()
export type Timings = z.infer<typeof Timings>

/** Everything needed to get the same text again. Hashes are SHA-256 in lower-case hex. */
export const Provenance = z
  .object({
    hilumVersion: z.string(),
    modelName: z.string(),
    /** What the model may be used for; null in texts kept before it was written down. */
    licence: z.string().nullable().default(null),
    modelHash: z.string(),
    dictionaryHash: z.string(),
    hookLayer: z.number().int(),
    promptHash: z.string(),
    imageHashes: z.array(z.string()).readonly(),
    mode: ReportMode,
    intervention: Intervention,
    maxNewTokens: z.number().int(),
    decoding: z.literal('greedy'),
    runtime: z.string(),
    provider: z.string(),
    format: z.string(),
    threads: z.number().int(),
  })
  .readonly()
export type Provenance = z.infer<typeof Provenance>

/** One output of a model for a case under an intervention. */
export const Generation = z
  .object({
    text: z.string(),
    tokens: z.array(GeneratedToken).readonly(),
    /** Set in grounded and phrase mode. */
    phrases: z.array(GroundedPhrase).readonly().nullable(),
    /** The tail that did not parse (grounded text cut by the token limit), or empty. */
    unparsedTail: z.string(),
    stopped: z.enum(['eos', 'limit']),
    timings: Timings,
    provenance: Provenance,
  })
  .readonly()
export type Generation = z.infer<typeof Generation>
