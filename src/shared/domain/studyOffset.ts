import { z } from 'zod'

/** Where a study of unknown date stands among the patient's others: days or follow-up visits since the first film. */
export const StudyOffset = z.object({ count: z.number().int(), unit: z.enum(['day', 'follow-up']) }).readonly()
export type StudyOffset = z.infer<typeof StudyOffset>

/** What a reader is told in place of a date: `day +3, date unknown`, or only that it is unknown. */
export function offsetInWords(offset: StudyOffset | null): string {
  if (offset === null) return 'date unknown'
  const { count, unit } = offset
  return `${unit} ${unit === 'day' && count >= 0 ? '+' : ''}${count}, date unknown`
}
