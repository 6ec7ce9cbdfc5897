import type { ViewerFilm } from '../../shared/contracts/dicom.ts'
import type { GreyWindow } from './grey.ts'

/** Everything of a film but its pixels. */
export type FilmFacts = Omit<ViewerFilm, 'values'>

/** How the values of one film are shown; kept apart from where the reader looks (view) and at what (reference). */
export interface Presentation {
  readonly window: GreyWindow
  /** What the reader sees: small values bright. */
  readonly inverted: boolean
  /** Where the window came from, in words: the file's explanation, `full range`, or `set by hand`. */
  readonly source: string
}

/** The window that spans a film's values, for files that bring none. */
export function fullRange(film: Pick<ViewerFilm, 'minimum' | 'maximum'>): GreyWindow {
  const width = Math.max(film.maximum - film.minimum + 1, 2)
  return { center: film.minimum + width / 2, width, shape: 'LINEAR' }
}

/** The presentation a film opens with: its first window, or its full range. */
export function openingPresentation(film: FilmFacts): Presentation {
  return windowOfFile(film, 0) ?? { window: fullRange(film), inverted: film.inverted, source: 'full range' }
}

/** One of the windows that the file brings, or null when there is none of that number. */
export function windowOfFile(film: FilmFacts, index: number): Presentation | null {
  const chosen = film.windows[index]
  if (chosen === undefined) return null
  const { center, width, shape, explanation } = chosen
  return { window: { center, width, shape }, inverted: film.inverted, source: explanation || 'from the file' }
}

/**
 * The window after a drag: to the right widens it, downwards raises its level, which darkens the film.
 * A drag over `reach` canvas pixels spans the film's whole range of values, at a pace of 1.
 * A drag under a sigmoid keeps the sigmoid.
 */
export function dragWindow(
  from: Presentation,
  film: Pick<ViewerFilm, 'minimum' | 'maximum'>,
  by: { readonly x: number; readonly y: number },
  reach: number,
  pace = 1,
): Presentation {
  const step = ((film.maximum - film.minimum + 1) / Math.max(reach, 1)) * pace
  const width = Math.max(1, from.window.width + by.x * step)
  const center = from.window.center + by.y * step
  return { ...from, window: { ...from.window, center, width }, source: 'set by hand' }
}

export function invert(from: Presentation): Presentation {
  return { ...from, inverted: !from.inverted }
}
