import { z } from 'zod'
import { ContentHash } from './study.ts'

export const MEASUREMENT_KINDS = [
  'length', 'angle', 'ratio', 'rectangle', 'ellipse', 'arrow', 'probe', 'calibration',
] as const
export const MeasurementKind = z.enum(MEASUREMENT_KINDS)
export type MeasurementKind = z.infer<typeof MeasurementKind>

/**
 * How many points each kind has: the ends of a line; the ends and, in the middle, the vertex of an angle; the ends of
 * the heart's line, then of the chest's; opposite corners of a region; tip and tail of an arrow.
 */
export const POINT_COUNT: Readonly<Record<MeasurementKind, number>> = {
  length: 2, angle: 3, ratio: 4, rectangle: 2, ellipse: 2, arrow: 2, probe: 1, calibration: 2,
}

/** Film pixels, counted from the top left corner of the film as it was stored. */
const FilmPoint = z.object({ x: z.number(), y: z.number() }).readonly()

/** Something a reader drew on a film. What it measures is computed anew wherever it is shown. */
export const Measurement = z
  .object({
    id: z.string().min(1).max(64),
    filmHash: ContentHash,
    kind: MeasurementKind,
    points: z.array(FilmPoint).readonly(),
    /** The words of an arrow; empty for all others. */
    text: z.string().max(500),
    /** For a calibration line: how long it is in truth, in mm. Null for all others. */
    millimetres: z.number().positive().max(2000).nullable(),
  })
  .readonly()
  .refine((one) => one.points.length === POINT_COUNT[one.kind], 'A measurement has the points of its kind.')
export type Measurement = z.infer<typeof Measurement>
