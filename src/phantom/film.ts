import type { Anatomy } from './anatomy.ts'
import { drawFrontal } from './drawFrontal.ts'
import { drawLateral } from './drawLateral.ts'
import type { PhantomFindings } from './phantom.ts'

export type FilmView = 'frontal' | 'lateral' | 'prior'

/** What of a case its films are drawn from. */
export interface FilmSource {
  readonly anatomy: Anatomy
  readonly current: PhantomFindings
  readonly prior: PhantomFindings | null
  readonly filmSeeds: Readonly<Record<FilmView, number>>
}

/** Draws one film of a case as values of about 0..1. A prior of a case without one is drawn as its current film. */
export function caseFilm(
  source: FilmSource,
  view: FilmView,
  size: { readonly columns: number; readonly rows: number },
): Float32Array {
  const options = { ...size, seed: source.filmSeeds[view] }
  if (view === 'lateral') return drawLateral(source.anatomy, source.current, options)
  return drawFrontal(source.anatomy, view === 'prior' ? (source.prior ?? source.current) : source.current, options)
}

/** The same as 8-bit grey: what a display shows of it without a window. */
export function displayFilm(
  source: FilmSource,
  view: FilmView,
  size: { readonly columns: number; readonly rows: number },
): Uint8Array {
  const film = caseFilm(source, view, size)
  const out = new Uint8Array(film.length)
  for (let i = 0; i < film.length; i++) out[i] = film[i]! * 255 + 0.5
  return out
}

/** Stored bits and the window that shows the film as drawn. */
export interface StoredPixels {
  readonly pixels: Uint16Array
  readonly windowCenter: number
  readonly windowWidth: number
}

const DARK = 0.055 // share of the range below the darkest exposed pixel
const BRIGHT = 0.72 // and up to the brightest: a detector's range is wider than a chest

/**
 * Turns display values into a detector's stored values (MONOCHROME2, unsigned): the film lies inside the range, and
 * the window given shows 0..1 again. `bits` is BitsStored.
 */
export function toStoredPixels(image: Float32Array, { bits }: { readonly bits: 12 | 14 | 16 }): StoredPixels {
  const range = 2 ** bits - 1
  const low = Math.round(DARK * range)
  const high = Math.round(BRIGHT * range)
  const pixels = new Uint16Array(image.length)
  for (let i = 0; i < image.length; i++) pixels[i] = low + (high - low) * Math.min(1, Math.max(0, image[i]!)) + 0.5
  // DICOM's linear window maps centre - 0.5 - (width - 1) / 2 to black and centre - 0.5 + (width - 1) / 2 to white.
  return { pixels, windowCenter: (low + high) / 2 + 0.5, windowWidth: high - low + 1 }
}
