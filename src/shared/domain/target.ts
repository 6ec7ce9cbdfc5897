import { z } from 'zod'
import { Observation } from './finding.ts'

/** What an on-target edit of a feature touches. */
export const Target = z
  .object({
    observations: z.array(Observation).readonly(),
    /** The feature is about change since, or comparison with, an earlier study. */
    comparison: z.boolean(),
    /** The feature stands for the lack of what it names: pushing it up takes findings or comparisons away. */
    absence: z.boolean().optional(),
  })
  .readonly()
export type Target = z.infer<typeof Target>

/** What a feature's interpretation names, and what a reader put in its place. */
export const FeatureTarget = z
  .object({
    feature: z.number().int(),
    named: Target,
    reader: z.object({ target: Target, reader: z.string(), createdAt: z.string() }).readonly().nullable(),
  })
  .readonly()
export type FeatureTarget = z.infer<typeof FeatureTarget>
