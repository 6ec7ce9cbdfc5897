import { HilumError } from '../../shared/errors.ts'
import type { StoredPixels } from '../decode/storedPixels.ts'
import type { InstanceHeader } from '../header/instanceHeader.ts'
import { defaultVoi } from './defaultVoi.ts'
import { histogramOf } from './histogram.ts'
import { modalityOf } from './modality.ts'
import type { Voi } from './voi.ts'
import { voiOf } from './voi.ts'

/** A film ready to be looked at: 0 is black, 255 is white, row-major. */
export interface DisplayedFilm {
  readonly columns: number
  readonly rows: number
  readonly pixels: Uint8Array<ArrayBuffer>
  readonly voi: Voi
}

/** True when small values are shown bright: MONOCHROME1, or Presentation LUT Shape INVERSE (which go together). */
export function isInverted(header: Pick<InstanceHeader, 'layout' | 'presentationLutShape'>): boolean {
  return header.layout?.photometric === 'MONOCHROME1' || header.presentationLutShape === 'INVERSE'
}

/**
 * The grey-scale pipeline in DICOM's order: stored value, modality LUT, VOI LUT or window, inversion, 8 bits (rounded).
 * Padding is black. `voi` is the reader's choice; without one the film's default is taken. Every stored value is
 * mapped once and the pixels are looked up.
 */
export function displayFilm(stored: StoredPixels, header: InstanceHeader, voi?: Voi): DisplayedFilm {
  requireGrey(stored)
  const histogram = histogramOf(stored, header.padding)
  const chosen = voi ?? defaultVoi(header, histogram)
  const modality = modalityOf(header)
  const brightness = voiOf(chosen)
  const inverted = isInverted(header)
  const { low, counts } = histogram
  const table = Uint8Array.from({ length: counts.length }, (_, i) => {
    if (isPadding(low + i, header.padding)) return 0
    const grey = brightness(modality(low + i))
    return Math.round(255 * (inverted ? 1 - grey : grey))
  })
  const from = stored.pixels
  const pixels = new Uint8Array(from.length)
  for (let i = 0; i < pixels.length; i++) pixels[i] = table[from[i]! - low]!
  return { columns: stored.columns, rows: stored.rows, pixels, voi: chosen }
}

export function isPadding(value: number, padding: InstanceHeader['padding']): boolean {
  return padding !== null && value >= padding.low && value <= padding.high
}

/** Tables over all stored values need 16 bits at most. */
export function requireGrey({ samples, pixels }: StoredPixels): void {
  if (samples === 1 && pixels.BYTES_PER_ELEMENT <= 2) return
  throw new HilumError('unsupported', 'Hilum shows grey films of 8 or 16 bits only.')
}
