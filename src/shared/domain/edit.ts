import { z } from 'zod'
import { Finding, Span } from './finding.ts'

export const EDIT_KINDS = ['added', 'removed', 'changed', 'reworded'] as const
export const EDIT_ASPECTS = [
  'polarity', 'severity', 'laterality', 'location', 'certainty', 'comparison', 'device',
] as const

/**
 * A difference between the baseline's and the steered generation's findings. `added` has no
 * baseline side, `removed` no steered side; `changed` names the aspects that differ (`device`: where a
 * device lies, or which of its kind it is); `reworded` says the same in other words and then the findings may
 * be null on both sides.
 */
export const Edit = z
  .object({
    kind: z.enum(EDIT_KINDS),
    aspects: z.array(z.enum(EDIT_ASPECTS)).readonly(),
    baseline: Finding.nullable(),
    steered: Finding.nullable(),
    /** The changed words on each side; empty when that side has none. */
    baselineSpans: z.array(Span).readonly(),
    steeredSpans: z.array(Span).readonly(),
  })
  .readonly()
export type Edit = z.infer<typeof Edit>
