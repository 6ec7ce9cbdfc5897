import type { Spacing } from '../../shared/contracts/dicom.ts'
import type { InstanceHeader } from '../header/instanceHeader.ts'

type SpacingHeader = Pick<InstanceHeader, 'pixelSpacing' | 'imagerPixelSpacing' | 'magnification'>

/** Outside this range a spacing is a slip of the exporter, not a detector's. */
const PLAUSIBLE_MM = { low: 0.02, high: 5 }

/**
 * What a pixel measures and what that rests on (PS3.3 10.7): Imager Pixel Spacing is at the detector; Pixel Spacing
 * that differs from it was calibrated; a magnification factor brings detector millimetres to the patient. Pixel
 * Spacing alone may be either, so it claims the lesser. Null: lengths are in pixels.
 */
export function spacingOf({ pixelSpacing, imagerPixelSpacing, magnification }: SpacingHeader): Spacing | null {
  const detector = plausible(imagerPixelSpacing)
  const stated = plausible(pixelSpacing)
  if (detector !== null && stated !== null && !same(detector, stated)) return spacing(stated, 1, 'calibrated')
  const base = detector ?? stated
  if (base === null) return null
  return magnification !== null && magnification > 1 ? spacing(base, magnification, 'ermf') : spacing(base, 1, 'detector')
}

function spacing([row, column]: readonly [number, number], factor: number, standing: Spacing['standing']): Spacing {
  return { rowMm: row / factor, columnMm: column / factor, standing }
}

function plausible(pair: readonly [number, number] | null): readonly [number, number] | null {
  return pair?.every((mm) => mm >= PLAUSIBLE_MM.low && mm <= PLAUSIBLE_MM.high) ? pair : null
}

function same(a: readonly [number, number], b: readonly [number, number]): boolean {
  return Math.abs(a[0] - b[0]) <= 1e-4 * a[0] && Math.abs(a[1] - b[1]) <= 1e-4 * a[1]
}
