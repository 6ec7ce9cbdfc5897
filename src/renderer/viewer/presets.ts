import { openingPresentation, windowOfFile, type FilmFacts, type Presentation } from './presentation.ts'

/**
 * Windows on number keys. The values of a radiograph have no fixed meaning, so a preset is told by where it lies in the
 * window that the film opens with: `centre` and `width` are shares of that window's width, and a positive centre goes
 * towards what is shown bright.
 */
export interface Preset {
  readonly id: string
  readonly name: string
  readonly centre: number
  readonly width: number
}

export const PRESETS: readonly Preset[] = [
  { id: 'lungs', name: 'Lungs', centre: -0.14, width: 0.66 },
  { id: 'mediastinum', name: 'Mediastinum and spine', centre: 0.2, width: 0.6 },
  { id: 'lines', name: 'Lines and tubes', centre: 0.1, width: 0.38 },
]

/** The film as a preset shows it; the curve and whether it is inverted stay. */
export function presetOf(preset: Preset, film: FilmFacts, from: Presentation): Presentation {
  const { window } = openingPresentation(film)
  const bright = film.inverted ? -1 : 1
  return {
    window: {
      shape: window.shape,
      center: window.center + preset.centre * window.width * bright,
      width: Math.max(1, window.width * preset.width),
    },
    inverted: from.inverted,
    source: preset.name,
  }
}

/** The window that Hilum finds from the film's own pixels, or the full range where that is the best there is. */
export function automatic(film: FilmFacts, from: Presentation): Presentation | null {
  const at = film.windows.findIndex(({ explanation }) => explanation === 'Automatic' || explanation === 'Full range')
  const found = windowOfFile(film, at)
  return found === null ? null : { ...found, inverted: from.inverted }
}
