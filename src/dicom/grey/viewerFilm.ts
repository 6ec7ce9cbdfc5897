import type { ViewerFilm } from '../../shared/contracts/dicom.ts'
import { HilumError } from '../../shared/errors.ts'
import type { StoredPixels } from '../decode/storedPixels.ts'
import type { InstanceHeader } from '../header/instanceHeader.ts'
import { autoWindow, defaultVoi } from './defaultVoi.ts'
import { isInverted, isPadding, requireGrey } from './displayFilm.ts'
import type { Histogram } from './histogram.ts'
import { histogramOf } from './histogram.ts'
import { lookUp } from './lookUp.ts'
import { modalityOf } from './modality.ts'
import { spacingOf } from './spacing.ts'
import type { Voi } from './voi.ts'

type Window = ViewerFilm['windows'][number]

/** Viewer values are `scale` x modality value - `offset`, so that they are whole numbers of 16 bits. */
interface Fit {
  readonly scale: number
  readonly offset: number
}

/**
 * A film for the viewer, which does the window itself: values after the modality LUT and, where the film is shown
 * through one, its VOI LUT: that of number `lut`, none, or (null) what the film opens with. Padding takes the value
 * that is shown black. The first window is the one to open with, then the file's others and an automatic one.
 */
export function viewerFilm(
  hash: string, stored: StoredPixels, header: InstanceHeader, lut: number | 'none' | null = null,
): ViewerFilm {
  requireGrey(stored)
  const histogram = histogramOf(stored, header.padding)
  const chosen = chooseVoi(header, histogram, lut)
  const map = valueMap(header, chosen)
  const fit = fitOf(header, histogram, map, chosen)
  const inverted = isInverted(header)
  const { low, counts } = histogram
  const table = Array.from(counts, (_, i) => Math.round(fit.scale * map(low + i) - fit.offset))
  const { minimum, maximum } = extremes(table, histogram)
  const black = inverted ? maximum : minimum
  const values = minimum < 0 ? new Int16Array(stored.pixels.length) : new Uint16Array(stored.pixels.length)
  for (let i = 0; i < counts.length; i++) if (isPadding(low + i, header.padding)) table[i] = black
  for (let i = 0; i < values.length; i++) values[i] = table[(stored.pixels[i] ?? 0) - low] ?? black
  return {
    hash, columns: stored.columns, rows: stored.rows, values, minimum, maximum, inverted,
    windows: windowsOf(header, chosen, histogram, fit, { minimum, maximum }),
    spacing: spacingOf(header),
    luts: header.voiLuts.map(({ explanation }, i) => explanation || `LUT ${i + 1} of the file`),
    lut: chosen.kind === 'lut' ? header.voiLuts.indexOf(chosen.lut) : null,
    patientOrientation: header.patientOrientation,
  }
}

function chooseVoi(header: InstanceHeader, histogram: Histogram, lut: number | 'none' | null): Voi {
  if (lut === null) return defaultVoi(header, histogram)
  if (lut === 'none') return defaultVoi({ ...header, voiLuts: [] }, histogram)
  const table = header.voiLuts[lut]
  if (table !== undefined) return { kind: 'lut', lut: table }
  throw new HilumError('bad-input', `The film has ${header.voiLuts.length} VOI LUTs, none of number ${lut + 1}.`)
}

function valueMap(header: InstanceHeader, chosen: Voi): (stored: number) => number {
  const modality = modalityOf(header)
  if (chosen.kind === 'window') return modality
  return (value) => lookUp(chosen.lut, modality(value))
}

/** A slope below one would merge stored values when rounded: such values are kept in steps of the slope. */
function fitOf(header: InstanceHeader, histogram: Histogram, map: (stored: number) => number, chosen: Voi): Fit {
  const { slope } = header.rescale
  const fractional = header.modalityLut === null && chosen.kind === 'window' && Math.abs(slope) < 1
  const scale = fractional ? 1 / Math.abs(slope) : 1
  const ends = [map(histogram.low), map(histogram.low + histogram.counts.length - 1)].map((value) => value * scale)
  const low = Math.min(...ends)
  const high = Math.max(...ends)
  const fits = (low >= 0 && high <= 65_535) || (low >= -32_768 && high <= 32_767)
  return { scale, offset: fits ? 0 : low }
}

function extremes(table: readonly number[], { counts, total }: Histogram): { minimum: number; maximum: number } {
  if (total === 0) return { minimum: 0, maximum: 1 }
  let minimum = Infinity
  let maximum = -Infinity
  for (let i = 0; i < counts.length; i++) {
    if (counts[i] === 0) continue
    minimum = Math.min(minimum, table[i] ?? 0)
    maximum = Math.max(maximum, table[i] ?? 0)
  }
  return { minimum, maximum }
}

function windowsOf(
  header: InstanceHeader, chosen: Voi, histogram: Histogram, fit: Fit, range: { minimum: number; maximum: number },
): Window[] {
  if (chosen.kind === 'lut') {
    const top = 2 ** chosen.lut.bits - 1
    const whole = window((top + 1) / 2, top + 1, chosen.lut.explanation || 'LUT of the file', 'LINEAR')
    return [whole, window((range.minimum + range.maximum + 1) / 2, Math.max(1, range.maximum - range.minimum + 1), 'Full range', 'LINEAR')]
  }
  const fitted = (center: number, width: number, explanation: string, shape: Window['shape']): Window =>
    window(center * fit.scale - fit.offset, width * fit.scale, explanation, shape)
  const own = header.windows.map(({ center, width, explanation }, i) =>
    fitted(center, width, explanation || `Window ${i + 1} of the file`, header.voiFunction))
  const automatic = autoWindow(header, histogram)
  const auto = automatic.kind === 'window' ? [fitted(automatic.center, automatic.width, 'Automatic', 'LINEAR')] : []
  const opening = fitted(chosen.center, chosen.width, 'Full range', chosen.shape)
  const all = [...own, ...auto]
  const same = ({ center, width, shape }: Window): boolean =>
    center === opening.center && width === opening.width && shape === opening.shape
  const named = all.find(same)
  return [named ?? opening, ...all.filter((other) => !same(other))]
}

function window(center: number, width: number, explanation: string, shape: Window['shape']): Window {
  return { center, width, explanation, shape }
}
