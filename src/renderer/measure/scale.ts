import type { Spacing } from '../../shared/contracts/dicom.ts'
import type { Measurement } from '../../shared/domain/measurement.ts'
import type { Point } from '../viewer/viewState.ts'

/** What a film pixel measures, and what that rests on. Without it lengths are in pixels. */
export interface Scale {
  /** Millimetres from one pixel's middle to the next, along a row. */
  readonly x: number
  /** The same down a column. */
  readonly y: number
  readonly unit: LengthUnit
}
export type LengthUnit = 'mm (detector)' | 'mm (ERMF)' | 'mm (calibrated)' | 'px'

const UNITS = { detector: 'mm (detector)', ermf: 'mm (ERMF)', calibrated: 'mm (calibrated)' } as const

/** Pixels, for films whose size nobody knows. */
export const PIXELS: Scale = { x: 1, y: 1, unit: 'px' }

/**
 * The scale of a film: the reader's newest calibration line on it, else the file's spacing with its standing
 * (PS3.3 10.7), else pixels. A calibration keeps the proportions of the file's pixels.
 */
export function scaleOfFilm(spacing: Spacing | null, calibration: Measurement | null): Scale {
  const own: Scale =
    spacing === null ? PIXELS : { x: spacing.columnMm, y: spacing.rowMm, unit: UNITS[spacing.standing] }
  const [a, b] = calibration?.points ?? []
  if (calibration?.millimetres == null || a === undefined || b === undefined) return own
  const drawn = distance(a, b, own)
  if (drawn === 0) return own
  const factor = calibration.millimetres / drawn
  return { x: own.x * factor, y: own.y * factor, unit: 'mm (calibrated)' }
}

/** The distance of two film points, in the scale's unit. */
export function distance(a: Point, b: Point, scale: Scale): number {
  return Math.hypot((b.x - a.x) * scale.x, (b.y - a.y) * scale.y)
}

/** What lengths on a film rest on, in words. */
export function standingInWords(scale: Scale, calibration: Measurement | null): string {
  switch (scale.unit) {
    case 'px': return 'lengths in pixels: the file gives no spacing'
    case 'mm (detector)': return 'lengths at the detector, larger than in the patient'
    case 'mm (ERMF)': return 'lengths brought to the patient by the file’s magnification factor'
    case 'mm (calibrated)':
      return calibration?.millimetres == null
        ? 'lengths calibrated by the file'
        : `lengths calibrated here by a line of ${calibration.millimetres} mm`
  }
}
