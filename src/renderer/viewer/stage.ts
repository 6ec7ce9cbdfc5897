import { orient, orientedSize, unorient, type Orientation } from './orientation.ts'
import { scaleOf, toCanvas, toFilm, type Point, type Size, type ViewState } from './viewState.ts'

/** A film as it lies on the screen: all that decides where one of its pixels is drawn. */
export interface Stage {
  readonly film: Size
  readonly canvas: Size
  readonly view: ViewState
  readonly orientation: Orientation
}

/** Where a point of the film (film pixels, origin at its top left corner) is drawn, in canvas pixels. */
export function filmToStage({ film, canvas, view, orientation }: Stage, at: Point): Point {
  return toCanvas(view, orientedSize(film, orientation), canvas, orient(at, film, orientation))
}

/** The point of the film under a point of the canvas. It may lie outside of the film. */
export function stageToFilm({ film, canvas, view, orientation }: Stage, at: Point): Point {
  return unorient(toFilm(view, orientedSize(film, orientation), canvas, at), film, orientation)
}

/** Canvas pixels a film pixel takes. */
export function stageScale({ film, canvas, view, orientation }: Stage): number {
  return scaleOf(view, orientedSize(film, orientation), canvas)
}

/** How the drawing of an upright film is to be laid out, so that it shows the film as it is oriented. */
export interface Layout {
  /** Of the drawing, before it is turned. */
  readonly size: Size
  /** The view of the upright film. */
  readonly view: ViewState
  /** CSS transform about the middle. */
  readonly transform: string
}

/**
 * The film is drawn upright and the drawing is laid on the screen by CSS. Quarter turns and mirroring move whole
 * pixels, so nothing is resampled.
 */
export function layoutOf({ film, canvas, view, orientation }: Stage): Layout {
  const oriented = orientedSize(film, orientation)
  const centre = unorient(
    { x: view.centerX * oriented.width, y: view.centerY * oriented.height },
    film,
    orientation,
  )
  const { mirrored, quarterTurns } = orientation
  const turned = quarterTurns === 0 ? '' : `rotate(${quarterTurns * 90}deg)`
  return {
    size: orientedSize(canvas, orientation),
    view: { ...view, centerX: centre.x / film.width, centerY: centre.y / film.height },
    transform: [turned, mirrored ? 'scaleX(-1)' : ''].filter((part) => part !== '').join(' ') || 'none',
  }
}
