/**
 * A raster with continuous coordinates: the central square of the film is the unit square whatever its size, so
 * everything is placed once and drawn at any resolution.
 */
export interface Canvas {
  readonly columns: number
  readonly rows: number
  readonly scale: number // pixels per unit
  readonly left: number // x of the film's left edge
  readonly top: number // y of the film's top edge
}

export function createCanvas(columns: number, rows: number): Canvas {
  const scale = Math.min(columns, rows)
  return { columns, rows, scale, left: 0.5 - columns / (2 * scale), top: 0.5 - rows / (2 * scale) }
}

export const layer = (canvas: Canvas): Float32Array => new Float32Array(canvas.columns * canvas.rows)

/** How thickness falls off from a tube's axis to its edge, sampled over the squared relative distance. */
export type Profile = Float32Array

const SAMPLES = 512
const profile = (at: (s: number) => number): Profile =>
  Float32Array.from({ length: SAMPLES + 1 }, (_, i) => at(Math.sqrt(i / SAMPLES)))
const chord = (s: number) => Math.sqrt(Math.max(0, 1 - s * s))

/** A solid rod: the length of the chord. */
export const SOLID = profile(chord)
/** A bone: a dense shell around spongy bone, so that its edges stand out. */
export const BONE = profile((s) => 1.6 * (chord(s) - 0.72 * 0.86 * chord(Math.min(1, s / 0.86))) + 0.1 * chord(s))
/** A hollow tube with a thin wall. */
export const PIPE = profile((s) => 1.5 * (chord(s) - 0.7 * chord(Math.min(1, s / 0.7))))
/** A flat piece of metal: the same everywhere but at its bevelled rim. */
export const FLAT = profile((s) => Math.min(1, (1 - s * s) * 3))
/** No edge at all. */
export const SOFT = profile((s) => (1 - s * s) ** 2)

/** A curve with a radius (units) and a weight (cm of water at its axis) at each point. */
export type Tube = readonly TubePoint[]
export interface TubePoint {
  readonly x: number
  readonly y: number
  readonly radius: number
  readonly weight: number
}

const MIN_RADIUS = 0.62 // pixels: thinner things are drawn this wide and fainter, so their total stays the same

/** Reused between strokes: the nearest relative distance so far, the weight there, and what was touched. */
export interface Brush {
  readonly nearest: Float32Array
  readonly weight: Float32Array
  readonly touched: Int32Array
}

export function createBrush(canvas: Canvas): Brush {
  const size = canvas.columns * canvas.rows
  return { nearest: new Float32Array(size).fill(2), weight: new Float32Array(size), touched: new Int32Array(size) }
}

/**
 * Adds a tube's thickness to a layer. Where the tube bends over itself it counts once; with `merge` it also counts once
 * with what the layer holds, as the branches of a tree do where they meet.
 */
export function addTube(
  canvas: Canvas,
  target: Float32Array,
  brush: Brush,
  tube: Tube,
  shape: Profile,
  merge = false,
): void {
  const { columns, rows, scale, left, top } = canvas
  const { nearest, weight, touched } = brush
  let count = 0
  for (let i = 0; i + 1 < tube.length; i++) {
    const a = tube[i]!
    const b = tube[i + 1]!
    const ax = (a.x - left) * scale - 0.5
    const ay = (a.y - top) * scale - 0.5
    const dx = (b.x - left) * scale - 0.5 - ax
    const dy = (b.y - top) * scale - 0.5 - ay
    const ra = a.radius * scale
    const rb = b.radius * scale
    const wideA = Math.sqrt(ra * ra + MIN_RADIUS * MIN_RADIUS)
    const wideB = Math.sqrt(rb * rb + MIN_RADIUS * MIN_RADIUS)
    const wa = (a.weight * ra) / wideA
    const dw = (b.weight * rb) / wideB - wa
    const dr = wideB - wideA
    const reach = Math.max(wideA, wideB)
    const y0 = Math.max(0, Math.ceil(Math.min(ay, ay + dy) - reach))
    const y1 = Math.min(rows - 1, Math.floor(Math.max(ay, ay + dy) + reach))
    const x0 = Math.max(0, Math.ceil(Math.min(ax, ax + dx) - reach))
    const x1 = Math.min(columns - 1, Math.floor(Math.max(ax, ax + dx) + reach))
    const inverse = 1 / (dx * dx + dy * dy + 1e-12)
    for (let y = y0; y <= y1; y++) {
      const py = y - ay
      for (let x = x0; x <= x1; x++) {
        const px = x - ax
        let t = (px * dx + py * dy) * inverse
        t = t < 0 ? 0 : t > 1 ? 1 : t
        const ex = px - t * dx
        const ey = py - t * dy
        const r = wideA + t * dr
        const s2 = (ex * ex + ey * ey) / (r * r)
        if (s2 >= 1) continue
        const at = y * columns + x
        const before = nearest[at]!
        if (s2 >= before) continue
        if (before === 2) touched[count++] = at
        nearest[at] = s2
        weight[at] = wa + t * dw
      }
    }
  }
  for (let i = 0; i < count; i++) {
    const at = touched[i]!
    const depth = weight[at]! * shape[(nearest[at]! * SAMPLES) | 0]!
    if (!merge) target[at]! += depth
    else if (depth > target[at]!) target[at] = depth
    nearest[at] = 2
  }
}

/** Calls `paint` with index, x and y of every pixel inside a box of the plane. */
export function forEachPixel(
  canvas: Canvas,
  xMin: number,
  yMin: number,
  xMax: number,
  yMax: number,
  paint: (at: number, x: number, y: number) => void,
): void {
  const { columns, rows, scale, left, top } = canvas
  const c0 = Math.max(0, Math.floor((xMin - left) * scale))
  const c1 = Math.min(columns - 1, Math.ceil((xMax - left) * scale))
  const r0 = Math.max(0, Math.floor((yMin - top) * scale))
  const r1 = Math.min(rows - 1, Math.ceil((yMax - top) * scale))
  for (let row = r0; row <= r1; row++) {
    const y = top + (row + 0.5) / scale
    for (let column = c0; column <= c1; column++) paint(row * columns + column, left + (column + 0.5) / scale, y)
  }
}

/** Adds the chord of an ellipsoid seen along its depth: `weight` at the centre, none at the rim. */
export function addEllipse(
  canvas: Canvas,
  target: Float32Array,
  x: number,
  y: number,
  rx: number,
  ry: number,
  weight: number,
  soft = false,
): void {
  forEachPixel(canvas, x - rx, y - ry, x + rx, y + ry, (at, px, py) => {
    const q = 1 - ((px - x) / rx) ** 2 - ((py - y) / ry) ** 2
    if (q > 0) target[at]! += weight * (soft ? q * q : Math.sqrt(q))
  })
}
