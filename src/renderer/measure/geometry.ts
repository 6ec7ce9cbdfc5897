import type { Point } from '../viewer/viewState.ts'
import { distance, type Scale } from './scale.ts'

/** The angle at `vertex` between its arms, in degrees from 0 to 180; null while an arm has no length. */
export function angleAt(a: Point, vertex: Point, b: Point, scale: Scale): number | null {
  const arm = (end: Point): Point => ({ x: (end.x - vertex.x) * scale.x, y: (end.y - vertex.y) * scale.y })
  const [p, q] = [arm(a), arm(b)]
  if (Math.hypot(p.x, p.y) === 0 || Math.hypot(q.x, q.y) === 0) return null
  // From both products: the arc cosine alone is inexact for small angles.
  return (Math.atan2(Math.abs(p.x * q.y - p.y * q.x), p.x * q.x + p.y * q.y) * 180) / Math.PI
}

/** The first line's length in units of the second's: heart to chest, the cardiothoracic ratio. Null without a chest. */
export function ratioOf(heart: readonly [Point, Point], chest: readonly [Point, Point], scale: Scale): number | null {
  const width = distance(...chest, scale)
  return width === 0 ? null : distance(...heart, scale) / width
}

/** Pixels of a film. */
export interface Pixels {
  readonly columns: number
  readonly rows: number
  readonly values: Int16Array | Uint16Array
}

export interface RegionStatistics {
  /** Pixels whose middle lies in the region and on the film. */
  readonly count: number
  readonly mean: number
  /** Of the population. */
  readonly deviation: number
  readonly minimum: number
  readonly maximum: number
}

/**
 * Mean, standard deviation and extremes of the pixels whose middle lies in a region between two opposite corners: the
 * rectangle, or the ellipse that touches its sides. Null where the region holds no pixel of the film.
 */
export function regionStatistics(
  pixels: Pixels, [a, b]: readonly [Point, Point], shape: 'rectangle' | 'ellipse',
): RegionStatistics | null {
  const { columns, rows, values } = pixels
  const [left, right] = [Math.min(a.x, b.x), Math.max(a.x, b.x)]
  const [top, bottom] = [Math.min(a.y, b.y), Math.max(a.y, b.y)]
  const middle = { x: (left + right) / 2, y: (top + bottom) / 2 }
  let count = 0
  let mean = 0
  let squares = 0
  let minimum = Infinity
  let maximum = -Infinity
  for (let y = Math.max(0, Math.ceil(top - 0.5)); y <= Math.min(rows - 1, Math.ceil(bottom - 0.5) - 1); y++) {
    // Half the chord of the ellipse at this row's middle; a rectangle's is the same in every row.
    const up = (y + 0.5 - middle.y) / ((bottom - top) / 2)
    const half = ((right - left) / 2) * (shape === 'ellipse' ? Math.sqrt(Math.max(0, 1 - up * up)) : 1)
    const first = Math.max(0, Math.ceil(middle.x - half - 0.5))
    const last = Math.min(columns - 1, Math.ceil(middle.x + half - 0.5) - 1)
    for (let x = first; x <= last; x++) {
      const value = values[y * columns + x] as number
      // Welford's recurrence: sums of squares of 16-bit values lose digits.
      count += 1
      const off = value - mean
      mean += off / count
      squares += off * (value - mean)
      if (value < minimum) minimum = value
      if (value > maximum) maximum = value
    }
  }
  return count === 0 ? null : { count, mean, deviation: Math.sqrt(squares / count), minimum, maximum }
}

/** The area of a region between two opposite corners, in the scale's unit squared. */
export function areaOf([a, b]: readonly [Point, Point], shape: 'rectangle' | 'ellipse', scale: Scale): number {
  const box = Math.abs((b.x - a.x) * scale.x * (b.y - a.y) * scale.y)
  return shape === 'ellipse' ? (box * Math.PI) / 4 : box
}

/** The value of the pixel under a point, or null off the film. */
export function valueAt({ columns, rows, values }: Pixels, at: Point): number | null {
  const [x, y] = [Math.floor(at.x), Math.floor(at.y)]
  return x < 0 || y < 0 || x >= columns || y >= rows ? null : (values[y * columns + x] as number)
}
