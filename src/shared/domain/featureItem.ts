import { z } from 'zod'

/** Where a sentence stands in the order of a feature's activations. */
export const ACTIVATION_LEVELS = ['high', 'middle', 'low', 'none'] as const

/** A sentence shown beside an interpretation, with the activation of each token where it has any. */
export const FeatureSample = z
  .object({
    level: z.enum(ACTIVATION_LEVELS),
    text: z.string(),
    tokens: z.array(z.string()).readonly(),
    activations: z.array(z.number()).readonly(),
  })
  .readonly()
export type FeatureSample = z.infer<typeof FeatureSample>

/** What an item about a feature shows; frozen with the set. */
export const FeatureItem = z.discriminatedUnion('task', [
  z.object({ task: z.literal('interpretation'), samples: z.array(FeatureSample).readonly() }).readonly(),
  z
    .object({
      task: z.literal('detection'),
      /** Whether the feature is active in a sentence is not shown. */
      sentences: z.array(z.object({ text: z.string(), active: z.boolean() }).readonly()).readonly(),
    })
    .readonly(),
])
export type FeatureItem = z.infer<typeof FeatureItem>
