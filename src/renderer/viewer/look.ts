import { z } from 'zod'

/** How a film was last shown: its presentation and its orientation. What hangs where is the case's. */
export const FilmLook = z.object({
  lut: z.union([z.number().int().min(0), z.literal('none')]).nullable(),
  window: z.object({
    center: z.number(), width: z.number().positive(), shape: z.enum(['LINEAR', 'LINEAR_EXACT', 'SIGMOID']),
  }),
  inverted: z.boolean(),
  source: z.string().max(200),
  mirrored: z.boolean(),
  quarterTurns: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]),
})
export type FilmLook = z.infer<typeof FilmLook>

/** How a case was last looked at: where the reader looked (by slot), and which study hung as its prior. */
export const CaseLook = z.object({
  lateral: z.boolean(),
  single: z.enum(['current', 'prior']),
  priorUid: z.string().max(200).nullable(),
  views: z.record(
    z.string().max(40),
    z.object({ centerX: z.number(), centerY: z.number(), zoom: z.number().positive() }),
  ),
})
export type CaseLook = z.infer<typeof CaseLook>

/** A look as it was kept, or null where there is none or it cannot be read. */
export function readLook<T>(schema: z.ZodType<T>, text: string | undefined): T | null {
  if (text === undefined) return null
  try {
    const read = schema.safeParse(JSON.parse(text))
    return read.success ? read.data : null
  } catch {
    return null // damaged: the film opens as if nobody had looked at it
  }
}
