import { z } from 'zod'
import { Observation } from './finding.ts'

/** A sentence that activates a feature, with the activation of each of its tokens. */
export const Exemplar = z
  .object({
    text: z.string(),
    tokens: z.array(z.string()).readonly(),
    activations: z.array(z.number()).readonly(),
  })
  .readonly()
export type Exemplar = z.infer<typeof Exemplar>

/** What steering a feature did when it was measured on held-out cases. */
export const SteeringEffect = z
  .object({
    /** The strength that brought the target in most often while the text stayed well formed. */
    strength: z.number(),
    /** Held-out cases that lacked the target. */
    cases: z.number().int(),
    /** Share of them that show the target when steered, 0 to 1. */
    success: z.number(),
    /** Share of steered sentences that are well formed, 0 to 1. */
    wellFormed: z.number(),
  })
  .readonly()
export type SteeringEffect = z.infer<typeof SteeringEffect>

/** One dictionary latent and all that is known of it. */
export const Feature = z
  .object({
    index: z.number().int().min(0),
    /** What the feature stands for, in words; empty when nobody has said. */
    interpretation: z.string(),
    /** Balanced accuracy of the interpretation on held-out text, 0 to 1; null when not scored. */
    detectionScore: z.number().nullable(),
    /** Share of training tokens on which the feature is active, 0 to 1. */
    density: z.number(),
    maxActivation: z.number(),
    /** Where the maximum activation comes from; a measured one when it is not said. */
    scale: z.enum(['measured', 'estimated']).optional(),
    /** The observations its interpretation names: what an on-target edit touches. */
    targets: z.array(Observation).readonly(),
    /** True when the interpretation is about change since a prior study. */
    comparison: z.boolean(),
    effect: SteeringEffect.nullable(),
    exemplars: z.array(Exemplar).readonly(),
  })
  .readonly()
export type Feature = z.infer<typeof Feature>

/** A feature and how strongly it is active somewhere (unit: raw activation). */
export const FeatureActivation = z.object({ feature: z.number().int(), activation: z.number() }).readonly()
export type FeatureActivation = z.infer<typeof FeatureActivation>
