import { z } from 'zod'
import { RexvalCategory, Significance, VerdictValue } from './verdict.ts'

const Note = z.string().max(4000)

/**
 * The two reports of an item as a whole, after RADPEER (ACR, 2016 revision): 1 concur; 2 a difference that is
 * understandable; 3 one that should not be; a unlikely, b likely to be clinically significant.
 */
export const OVERALL_SCORES = ['1', '2a', '2b', '3a', '3b'] as const
export const OverallScore = z.enum(OVERALL_SCORES)
export type OverallScore = z.infer<typeof OverallScore>

/** A verdict on one edit as the reader saw it: from report A to report B. */
export const EditVerdict = z
  .object({
    value: VerdictValue, category: RexvalCategory.nullable(), significance: Significance.nullable(), note: Note,
  })
  .readonly()
  .refine((v) => v.value === 'off-target' || (v.category === null && v.significance === null), {
    message: 'Category and significance belong to off-target verdicts only.',
  })
export type EditVerdict = z.infer<typeof EditVerdict>

const Rating = z.number().int().min(1).max(5)

/** A reader's reply to one item, by the task of its set. */
export const AnswerBody = z.discriminatedUnion('task', [
  z.object({ task: z.literal('edits'), edits: z.array(EditVerdict).readonly(), overall: OverallScore, note: Note }).readonly(),
  z.object({ task: z.literal('preference'), choice: z.enum(['A', 'B', 'both', 'neither']), note: Note }).readonly(),
  z
    .object({
      task: z.literal('interpretation'), clarity: Rating, relevance: Rating, singleMeaning: Rating,
      wording: z.string().max(500), note: Note,
    })
    .readonly(),
  z.object({ task: z.literal('detection'), active: z.array(z.boolean()).min(1).max(50).readonly(), note: Note }).readonly(),
])
export type AnswerBody = z.infer<typeof AnswerBody>
