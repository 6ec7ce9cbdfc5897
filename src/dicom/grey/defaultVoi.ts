import type { InstanceHeader } from '../header/instanceHeader.ts'
import type { Histogram } from './histogram.ts'
import { percentile } from './histogram.ts'
import { modalityOf } from './modality.ts'
import type { Voi } from './voi.ts'
import { voiOf } from './voi.ts'

/** Shares of the pixels that may clip when Hilum finds a window itself. */
const DARKEST = 0.005
const BRIGHTEST = 0.995

/** A file's own window is of no use when the film spans less than this share of the grey scale in it. */
const MIN_CONTRAST = 4 / 255

export type GreyHeader = Pick<InstanceHeader, 'modalityLut' | 'rescale' | 'windows' | 'voiFunction' | 'voiLuts' | 'layout'>

/**
 * How a film is shown until the reader says otherwise: the file's first VOI LUT, else its first window, else the whole
 * range of an 8-bit film (made for display already), else a window between robust percentiles. A LUT or window in
 * which the film would be all black, white or one grey is passed over.
 */
export function defaultVoi(header: GreyHeader, histogram: Histogram): Voi {
  return fileVois(header).find((voi) => isUseful(voi, header, histogram))
    ?? ((header.layout?.bitsStored ?? 16) <= 8 ? fullWindow(header) : autoWindow(header, histogram))
}

/** The LUTs and windows that a file brings, LUTs first. */
export function fileVois({ voiLuts, windows, voiFunction }: GreyHeader): Voi[] {
  return [
    ...voiLuts.map((lut) => ({ kind: 'lut', lut }) as const),
    ...windows.map(({ center, width }) => ({ kind: 'window', center, width, shape: voiFunction }) as const),
  ]
}

/** The window that shows all values an 8-bit film can have. */
function fullWindow(header: GreyHeader): Voi {
  const modality = modalityOf(header)
  const signed = header.layout?.signed ?? false
  const bits = header.layout?.bitsStored ?? 8
  const low = signed ? -(2 ** (bits - 1)) : 0
  return spanning(modality(low), modality(low + 2 ** bits - 1))
}

/** A linear window from the 0.5th to the 99.5th percentile of the pixels that are no padding. */
export function autoWindow(header: GreyHeader, histogram: Histogram): Voi {
  const modality = modalityOf(header)
  return spanning(modality(percentile(histogram, DARKEST)), modality(percentile(histogram, BRIGHTEST)))
}

/** The LINEAR window whose first black value is `a` and first white one `b`, in either order. */
function spanning(a: number, b: number): Voi {
  const low = Math.min(a, b)
  const high = Math.max(a, b, low + 1)
  return { kind: 'window', center: (low + high) / 2 + 0.5, width: high - low + 1, shape: 'LINEAR' }
}

function isUseful(voi: Voi, header: GreyHeader, histogram: Histogram): boolean {
  if (histogram.total === 0) return true
  const modality = modalityOf(header)
  const brightness = voiOf(voi)
  const at = (share: number): number => brightness(modality(percentile(histogram, share)))
  return Math.abs(at(0.99) - at(0.01)) >= MIN_CONTRAST
}
