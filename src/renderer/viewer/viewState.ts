/** A width and a height, in film pixels or in canvas pixels. */
export interface Size {
  readonly width: number
  readonly height: number
}

export interface Point {
  readonly x: number
  readonly y: number
}

/**
 * Where the reader looks. The centre is a fraction of the film (0.5, 0.5 is its middle) and zoom 1
 * shows the whole film, so that the same view suits two films of different size.
 */
export interface ViewState {
  readonly centerX: number
  readonly centerY: number
  readonly zoom: number
}

export const WHOLE_FILM: ViewState = { centerX: 0.5, centerY: 0.5, zoom: 1 }

const ZOOM_MIN = 0.25
const ZOOM_MAX = 40

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value))
}

/** Canvas pixels a film pixel takes. */
export function scaleOf(view: ViewState, film: Size, canvas: Size): number {
  return Math.min(canvas.width / film.width, canvas.height / film.height) * view.zoom
}

/** The point of the film (in film pixels, origin at its top left corner) under a point of the canvas. */
export function toFilm(view: ViewState, film: Size, canvas: Size, at: Point): Point {
  const scale = scaleOf(view, film, canvas)
  return {
    x: view.centerX * film.width + (at.x - canvas.width / 2) / scale,
    y: view.centerY * film.height + (at.y - canvas.height / 2) / scale,
  }
}

/** The point of the canvas where a point of the film is drawn. */
export function toCanvas(view: ViewState, film: Size, canvas: Size, at: Point): Point {
  const scale = scaleOf(view, film, canvas)
  return {
    x: canvas.width / 2 + (at.x - view.centerX * film.width) * scale,
    y: canvas.height / 2 + (at.y - view.centerY * film.height) * scale,
  }
}

/** Zooms by a factor while the film's point under `at` stays where it is. */
export function zoomAt(view: ViewState, film: Size, canvas: Size, at: Point, factor: number): ViewState {
  const zoom = clamp(view.zoom * factor, ZOOM_MIN, ZOOM_MAX)
  const held = toFilm(view, film, canvas, at)
  const scale = scaleOf({ ...view, zoom }, film, canvas)
  return {
    centerX: clamp((held.x - (at.x - canvas.width / 2) / scale) / film.width, 0, 1),
    centerY: clamp((held.y - (at.y - canvas.height / 2) / scale) / film.height, 0, 1),
    zoom,
  }
}

/** Moves the film with the pointer by canvas pixels; the film's edge can reach the middle but not leave it. */
export function panBy(view: ViewState, film: Size, canvas: Size, by: Point): ViewState {
  const scale = scaleOf(view, film, canvas)
  return {
    ...view,
    centerX: clamp(view.centerX - by.x / scale / film.width, 0, 1),
    centerY: clamp(view.centerY - by.y / scale / film.height, 0, 1),
  }
}
