import type { Point, Size } from './viewState.ts'

/**
 * How a film is laid on the screen: mirrored left to right first, then turned clockwise. It belongs to the film, not
 * to the view: a film that was put in the wrong way round stays corrected wherever it hangs.
 */
export interface Orientation {
  readonly mirrored: boolean
  readonly quarterTurns: 0 | 1 | 2 | 3
}

export const UPRIGHT: Orientation = { mirrored: false, quarterTurns: 0 }

/** The film's size as it lies on the screen. */
export function orientedSize({ width, height }: Size, { quarterTurns }: Orientation): Size {
  return quarterTurns % 2 === 0 ? { width, height } : { width: height, height: width }
}

/** Where a point of the film (film pixels) comes to lie in the oriented film, counted from its top left corner. */
export function orient(at: Point, film: Size, { mirrored, quarterTurns }: Orientation): Point {
  const x = mirrored ? film.width - at.x : at.x
  const { y } = at
  if (quarterTurns === 0) return { x, y }
  if (quarterTurns === 1) return { x: film.height - y, y: x }
  if (quarterTurns === 2) return { x: film.width - x, y: film.height - y }
  return { x: y, y: film.width - x }
}

/** The point of the film that comes to lie at a point of the oriented film: the inverse of `orient`. */
export function unorient(at: Point, film: Size, { mirrored, quarterTurns }: Orientation): Point {
  const turned: Point =
    quarterTurns === 0
      ? at
      : quarterTurns === 1
        ? { x: at.y, y: film.height - at.x }
        : quarterTurns === 2
          ? { x: film.width - at.x, y: film.height - at.y }
          : { x: film.width - at.y, y: at.x }
  return { x: mirrored ? film.width - turned.x : turned.x, y: turned.y }
}

/** Turned by a quarter as seen on the screen, clockwise (1) or counter-clockwise (-1). */
export function turn(from: Orientation, by: 1 | -1): Orientation {
  return { ...from, quarterTurns: ((from.quarterTurns + by + 4) % 4) as Orientation['quarterTurns'] }
}

/** Mirrored left to right as seen on the screen, however the film is turned. */
export function mirror(from: Orientation): Orientation {
  // Mirroring after a turn is turning the other way after mirroring.
  return { mirrored: !from.mirrored, quarterTurns: ((4 - from.quarterTurns) % 4) as Orientation['quarterTurns'] }
}

/** How a film lies on the screen in words, degrees clockwise; nothing for an upright film. */
export function orientationInWords({ mirrored, quarterTurns }: Orientation): string {
  const parts = [mirrored ? 'mirrored' : '', quarterTurns === 0 ? '' : `turned ${quarterTurns * 90}°`]
  return parts.filter((part) => part !== '').join(', ')
}
