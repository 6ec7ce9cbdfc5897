import type { Box, GroundedPhrase } from '../../shared/domain/generation.ts'
import type { Point, Size } from './viewState.ts'

/** A sentence of a grounded report, and where the model saw it on the current frontal film. */
export interface LocatedFinding {
  /** Its place in the report, from 0. */
  readonly index: number
  readonly text: string
  /** Number that stands beside the sentence and on its boxes, from 1; null for a sentence without a box. */
  readonly number: number | null
  /** In fractions of the film. */
  readonly boxes: readonly Box[]
}

/** The sentences in the order of the report. Only those with boxes are numbered. */
export function locatedFindings(phrases: readonly GroundedPhrase[]): LocatedFinding[] {
  let count = 0
  return phrases.map(({ text, boxes }, index) => {
    const located = boxes ?? []
    return { index, text, number: located.length > 0 ? (count += 1) : null, boxes: located }
  })
}

/** The corners of a box in film pixels, clockwise from its top left; a box written the wrong way round is set right. */
export function cornersOf({ xMin, yMin, xMax, yMax }: Box, film: Size): readonly [Point, Point, Point, Point] {
  const left = Math.min(xMin, xMax) * film.width
  const right = Math.max(xMin, xMax) * film.width
  const top = Math.min(yMin, yMax) * film.height
  const bottom = Math.max(yMin, yMax) * film.height
  return [{ x: left, y: top }, { x: right, y: top }, { x: right, y: bottom }, { x: left, y: bottom }]
}

/** The first place from `wanted` downwards where a label of a size covers none of those already there. */
export function freePlace(wanted: Point, size: Size, taken: readonly Point[]): Point {
  const covers = (a: Point, b: Point): boolean =>
    Math.abs(a.x - b.x) < size.width && Math.abs(a.y - b.y) < size.height
  let place = wanted
  // Each step goes below a label that is in the way, so there are no more steps than labels.
  for (let hit = taken.find((other) => covers(place, other)); hit !== undefined;) {
    place = { x: wanted.x, y: hit.y + size.height }
    const here = place
    hit = taken.find((other) => covers(here, other))
  }
  return place
}
