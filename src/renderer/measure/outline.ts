import type { MeasurementKind } from '../../shared/domain/measurement.ts'
import type { Point, Size } from '../viewer/viewState.ts'

/** What a mark looks like, from its points on the screen. */
export interface Outline {
  /** SVG path data. */
  readonly path: string
  /** Where its words begin, and to which side they run. */
  readonly label: Point & { readonly anchor: 'start' | 'end' }
}

const HEAD = 11 // of an arrow, in canvas pixels
const CROSS = 8 // arm of a probe's cross

const at = ({ x, y }: Point): string => `${x.toFixed(1)} ${y.toFixed(1)}`
const line = (a: Point, b: Point): string => `M${at(a)}L${at(b)}`

/** Ticks across the ends of a line, so that it shows where it was drawn to. */
function ticked(a: Point, b: Point): string {
  const length = Math.hypot(b.x - a.x, b.y - a.y)
  if (length === 0) return line(a, b)
  const off = { x: (-(b.y - a.y) / length) * 5, y: ((b.x - a.x) / length) * 5 }
  const tick = (end: Point): string =>
    line({ x: end.x - off.x, y: end.y - off.y }, { x: end.x + off.x, y: end.y + off.y })
  return line(a, b) + tick(a) + tick(b)
}

function arrow(tip: Point, tail: Point): string {
  const angle = Math.atan2(tail.y - tip.y, tail.x - tip.x)
  const barb = (by: number): Point =>
    ({ x: tip.x + HEAD * Math.cos(angle + by), y: tip.y + HEAD * Math.sin(angle + by) })
  return line(tip, tail) + line(tip, barb(0.45)) + line(tip, barb(-0.45))
}

function ellipse(a: Point, b: Point): string {
  const [rx, ry] = [Math.abs(b.x - a.x) / 2, Math.abs(b.y - a.y) / 2]
  const y = (a.y + b.y) / 2
  const [left, right] = [Math.min(a.x, b.x), Math.max(a.x, b.x)]
  const arc = `A${rx.toFixed(1)} ${ry.toFixed(1)} 0 0 1`
  return `M${at({ x: left, y })}${arc} ${at({ x: right, y })}${arc} ${at({ x: left, y })}`
}

function pathOf(kind: MeasurementKind, points: readonly Point[]): string {
  const [a, b, c, d] = points
  if (a === undefined) return ''
  if (kind === 'probe') {
    const arm = (x: number, y: number): string => line({ x: a.x - x, y: a.y - y }, { x: a.x + x, y: a.y + y })
    return arm(CROSS, 0) + arm(0, CROSS)
  }
  if (b === undefined) return ''
  switch (kind) {
    case 'length':
    case 'calibration': return ticked(a, b)
    case 'angle': return line(a, b) + (c === undefined ? '' : line(b, c))
    case 'ratio': return ticked(a, b) + (c === undefined || d === undefined ? '' : ticked(c, d))
    case 'rectangle': return `M${at(a)}L${at({ x: b.x, y: a.y })}L${at(b)}L${at({ x: a.x, y: b.y })}Z`
    case 'ellipse': return ellipse(a, b)
    case 'arrow': return arrow(a, b)
  }
}

const LETTER = 7.2 // canvas pixels a letter of a label takes, at most
export const LABEL_LINE = 15

/**
 * The outline of a mark with a place for its words inside the canvas: to its right, else to its left, else below it.
 */
export function outlineOf(
  kind: MeasurementKind, points: readonly Point[], words: readonly string[], canvas: Size,
): Outline {
  const anchors = kind === 'arrow' ? points.slice(1, 2) : points
  const wide = Math.max(0, ...words.map((line) => line.length)) * LETTER + 12
  const rightmost = anchors.reduce<Point>((far, one) => (one.x > far.x ? one : far), anchors[0] ?? { x: 0, y: 0 })
  const leftmost = anchors.reduce<Point>((far, one) => (one.x < far.x ? one : far), anchors[0] ?? { x: 0, y: 0 })
  const path = pathOf(kind, points)
  const inHeight = (y: number): number => Math.max(14, Math.min(y + 4, canvas.height - 26 - words.length * LABEL_LINE))
  if (rightmost.x + 8 + wide > canvas.width && leftmost.x - 8 > wide) {
    return { path, label: { x: leftmost.x - 8, y: inHeight(leftmost.y), anchor: 'end' } }
  }
  if (rightmost.x + 8 + wide <= canvas.width) {
    return { path, label: { x: rightmost.x + 8, y: inHeight(rightmost.y), anchor: 'start' } }
  }
  const below = Math.max(0, ...anchors.map(({ y }) => y)) + LABEL_LINE
  return { path, label: { x: Math.max(4, canvas.width - wide), y: inHeight(below), anchor: 'start' } }
}
