import { z } from 'zod'

export const VERDICT_VALUES = ['on-target', 'off-target', 'neutral'] as const
/** The six error categories of ReXVal. */
export const REXVAL_CATEGORIES = [
  'false-finding', 'missing-finding', 'wrong-location', 'wrong-severity', 'invented-comparison', 'omitted-comparison',
] as const
export const SIGNIFICANCES = ['significant', 'insignificant'] as const

export const VerdictValue = z.enum(VERDICT_VALUES)
export type VerdictValue = z.infer<typeof VerdictValue>
export const RexvalCategory = z.enum(REXVAL_CATEGORIES)
export type RexvalCategory = z.infer<typeof RexvalCategory>
export const Significance = z.enum(SIGNIFICANCES)
export type Significance = z.infer<typeof Significance>

/** A judgement of one edit. Category and significance belong to off-target edits alone. */
export const Verdict = z
  .object({
    value: VerdictValue,
    category: RexvalCategory.nullable(),
    significance: Significance.nullable(),
    note: z.string().max(4000),
  })
  .readonly()
  .refine((v) => v.value === 'off-target' || (v.category === null && v.significance === null), {
    message: 'Category and significance belong to off-target verdicts only.',
  })
export type Verdict = z.infer<typeof Verdict>

/** Who judged: Hilum's rules, a language model, or a reader by name. */
export const Judge = z.object({ kind: z.enum(['rules', 'model', 'reader']), name: z.string().min(1).max(200) }).readonly()
export type Judge = z.infer<typeof Judge>
