import type { ViewerFilm } from '../../shared/contracts/dicom.ts'
import { greyOf } from './grey.ts'
import { unorient, type Orientation } from './orientation.ts'
import type { Presentation } from './presentation.ts'
import type { Point } from './viewState.ts'

/**
 * What a loupe shows: a square of `size` pixels around a point of the film, as RGBA, each film pixel `scale` of its
 * pixels wide. Drawn from the film's own values, so that it shows what the film on the screen is too small to show.
 */
export function loupePixels(
  film: ViewerFilm, { window, inverted }: Presentation, orientation: Orientation, centre: Point, size: number,
  scale: number,
): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray(size * size * 4)
  const turned = { width: film.columns, height: film.rows }
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const off = { x: (x + 0.5 - size / 2) / scale, y: (y + 0.5 - size / 2) / scale }
      const by = step(off, turned, orientation)
      const column = Math.floor(centre.x + by.x)
      const row = Math.floor(centre.y + by.y)
      const at = 4 * (y * size + x)
      rgba[at + 3] = 255
      if (column < 0 || row < 0 || column >= film.columns || row >= film.rows) continue
      const grey = greyOf(film.values[row * film.columns + column] as number, window)
      rgba[at] = rgba[at + 1] = rgba[at + 2] = inverted ? 255 - grey : grey
    }
  }
  return rgba
}

/** A step on the screen as a step on the film. */
function step(off: Point, film: { width: number; height: number }, orientation: Orientation): Point {
  const origin = unorient({ x: 0, y: 0 }, film, orientation)
  const end = unorient(off, film, orientation)
  return { x: end.x - origin.x, y: end.y - origin.y }
}
