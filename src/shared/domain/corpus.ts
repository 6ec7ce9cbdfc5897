import { z } from 'zod'
import { OBSERVATIONS } from './finding.ts'

/** What a report can state, as corpora count it: an observation, or that it compares with an earlier study. */
export const CORPUS_TERMS = [...OBSERVATIONS, 'comparison'] as const
export const CorpusTerm = z.enum(CORPUS_TERMS)
export type CorpusTerm = z.infer<typeof CorpusTerm>

/** A corpus of reports, as counts alone. */
export const CorpusFacts = z
  .object({
    id: z.string(),
    name: z.string(),
    /** True when its reports are of drawn films. */
    phantom: z.boolean(),
    /** Reports with different texts. */
    reports: z.number().int(),
    createdAt: z.string(),
  })
  .readonly()
export type CorpusFacts = z.infer<typeof CorpusFacts>

/** How often two things are stated in the same report, and how much more often than by chance. */
export const CoOccurrence = z
  .object({
    reports: z.number().int(),
    withTarget: z.number().int(),
    withTerm: z.number().int(),
    together: z.number().int(),
    /** P(both) / (P(target) P(term)), with its 95 % interval; null where one of them is never stated. */
    lift: z.number().nullable(),
    low: z.number().nullable(),
    high: z.number().nullable(),
  })
  .readonly()
export type CoOccurrence = z.infer<typeof CoOccurrence>

export const CORRELATION_MARKS = ['correlated', 'unexplained'] as const

/**
 * Whether an off-target edit follows what the corpus shows to go with the feature's target. `counts` are those of the
 * touched term and the target; null when the edit touches the target itself.
 */
export const Correlation = z
  .object({
    mark: z.enum(CORRELATION_MARKS),
    term: CorpusTerm,
    target: z.array(CorpusTerm).readonly(),
    corpus: z.string(),
    counts: CoOccurrence.nullable(),
  })
  .readonly()
export type Correlation = z.infer<typeof Correlation>
