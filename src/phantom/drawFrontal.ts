import { drawAirspace } from './airspace.ts'
import type { Anatomy } from './anatomy.ts'
import { drawBones } from './bones.ts'
import {
  addTube,
  createBrush,
  createCanvas,
  FLAT,
  forEachPixel,
  layer,
  SOLID,
  type Brush,
  type Canvas,
  type TubePoint,
} from './canvas.ts'
import { collimate } from './collimation.ts'
import { devicesOf } from './devices.ts'
import { frontalGeometry, smoothstep, type Geometry } from './frontalGeometry.ts'
import { smoothNoise } from './noise.ts'
import type { PhantomFindings } from './phantom.ts'
import { drawTissue } from './tissue.ts'
import { develop } from './tone.ts'
import { drawVessels } from './vessels.ts'

export interface FilmOptions {
  readonly columns: number
  readonly rows: number
  readonly seed: number // of noise
}

const AIR = 0.74 // what a cm of inflated lung lacks of a cm of water

/**
 * Draws a frontal chest film, row-major, bright where dense, about 0..1. The central square of the film is the unit
 * square of `boxesOf`; a portrait film shows more above and below. Thicknesses of tissue along the beam are summed
 * and developed like a detector's signal, so the same film at two sizes differs in nothing but sampling and grain.
 */
export function drawFrontal(anatomy: Anatomy, findings: PhantomFindings, options: FilmOptions): Float32Array {
  const canvas = createCanvas(options.columns, options.rows)
  const geometry = frontalGeometry(anatomy, findings)
  const brush = createBrush(canvas)
  const layers = { body: layer(canvas), lung: layer(canvas), vessels: layer(canvas) }
  drawTissue(canvas, anatomy, geometry, layers)
  drawSoftShadows(canvas, layers.body, anatomy, geometry)
  drawVessels(canvas, layers.vessels, brush, anatomy, geometry, findings)
  drawAirways(canvas, layers.body, brush, geometry)
  drawBones(canvas, layers.body, brush, anatomy, geometry)
  drawAirspace({ canvas, layers, brush, anatomy, geometry }, findings)
  for (const device of devicesOf(anatomy, geometry, findings)) {
    for (const part of device.parts) addTube(canvas, layers.body, brush, part.tube, part.shape)
  }
  const thickness = mix(canvas, layers, anatomy)
  const film = develop(canvas, thickness, anatomy, options.seed)
  drawMarker(canvas, film, brush, anatomy)
  collimate(canvas, film, anatomy)
  return film
}

/** Water along the beam: the body less the air in the lungs, plus vessels where air surrounds them, plus texture. */
function mix(
  canvas: Canvas,
  layers: { body: Float32Array; lung: Float32Array; vessels: Float32Array },
  anatomy: Anatomy,
): Float32Array {
  const { columns, rows, scale, left, top } = canvas
  const { body, lung, vessels } = layers
  const interstitium = smoothNoise(anatomy.seed ^ 0x2f5b, 70)
  const clouds = smoothNoise(anatomy.seed ^ 0x6d17, 9)
  for (let row = 0; row < rows; row++) {
    const y = top + (row + 0.5) / scale
    for (let column = 0; column < columns; column++) {
      const at = row * columns + column
      const air = lung[at]!
      if (air > 0) {
        const x = left + (column + 0.5) / scale
        const aerated = air < 5 ? air / 5 : 1
        body[at]! += vessels[at]! * aerated - AIR * air * (1 + 0.035 * interstitium(x, y) + 0.03 * clouds(x, y))
      }
      if (body[at]! < 0) body[at] = 0
    }
  }
  return body
}

/** Breasts and the gas in the stomach. */
function drawSoftShadows(canvas: Canvas, body: Float32Array, a: Anatomy, g: Geometry): void {
  for (const k of [-1, 1]) {
    if (a.breast === 0) continue
    const size = 0.1 + 0.06 * a.breast
    const c = g.frame.toFilm(k * (0.205 + 0.03 * a.breast) + 0.5 * a.turn, a.breastHeight + 0.05 * (a.breast - 0.5))
    const weight = 1 + 2.6 * a.breast
    // Full below, where the breast hangs free, thin above, where it leaves the chest wall.
    forEachPixel(canvas, c.x - size * 1.1, c.y - size, c.x + size * 1.1, c.y + size, (at, x, y) => {
      const q = 1 - ((x - c.x) / (size * 1.1)) ** 2 - ((y - c.y) / size) ** 2
      if (q > 0) body[at]! += weight * Math.sqrt(q) * smoothstep(-0.95, 0.35, (y - c.y) / size)
    })
  }
  if (a.bubble > 0) {
    const c = g.frame.toFilm(a.bubbleOffset, g.dome.left + 0.028 + 0.04 * a.bubble)
    const rx = 0.035 + 0.045 * a.bubble
    const ry = 0.02 + 0.034 * a.bubble
    const folds = smoothNoise(a.seed ^ 0x77aa, 26)
    // Gas under the dome, a level of fluid below it.
    forEachPixel(canvas, c.x - rx, c.y - ry, c.x + rx, c.y + ry, (at, x, y) => {
      const q = 1 - ((x - c.x) / rx) ** 2 - ((y - c.y) / ry) ** 2 - 0.3 * folds(x, y) - 0.12
      if (q > 0) body[at]! -= (4 + 4 * a.bubble) * Math.sqrt(q) * smoothstep(0.34, 0.26, (y - c.y) / ry)
    })
  }
}

/** Trachea and main bronchi: air inside the mediastinum. */
function drawAirways(canvas: Canvas, body: Float32Array, brush: Brush, g: Geometry): void {
  const air = layer(canvas)
  const at = (u: number, v: number, radius: number, weight: number): TubePoint => ({
    ...g.frame.toFilm(u, v),
    radius,
    weight,
  })
  const trachea: TubePoint[] = []
  for (let v = -0.4; v < g.carina; v += 0.02)
    trachea.push(at(g.trachea(v), v, 0.0215, 3.6 * smoothstep(-0.1, 0.06, v) + 0.6))
  const end = g.trachea(g.carina)
  trachea.push(at(end, g.carina - 0.004, 0.0215, 4))
  addTube(canvas, air, brush, trachea, SOLID, true)
  addTube(
    canvas,
    air,
    brush,
    [
      at(end - 0.008, g.carina, 0.016, 3.4),
      at(end - 0.055, g.carina + 0.06, 0.013, 2.2),
      at(end - 0.07, g.carina + 0.1, 0.009, 0.8),
    ],
    SOLID,
    true,
  )
  addTube(
    canvas,
    air,
    brush,
    [
      at(end + 0.008, g.carina, 0.014, 3.2),
      at(end + 0.085, g.carina + 0.062, 0.011, 1.8),
      at(end + 0.1, g.carina + 0.085, 0.008, 0.6),
    ],
    SOLID,
    true,
  )
  for (let i = 0; i < body.length; i++) body[i]! -= air[i]!
}

/** The lead letter that tells the patient's left: the brightest thing on every film, whatever its size in pixels. */
function drawMarker(canvas: Canvas, film: Float32Array, brush: Brush, a: Anatomy): void {
  const { x, y, size } = a.marker
  const lead = layer(canvas)
  const radius = size * 0.12
  const corner = (px: number, py: number): TubePoint => ({ x: x + px * size, y: y + py * size, radius, weight: 1 })
  addTube(canvas, lead, brush, [corner(0, -0.5), corner(0, 0.5), corner(0.55, 0.5)], FLAT)
  const ball = { ...corner(0.28, 1.15), radius: 0.0115, weight: 1.2 } // a steel ball under the letter
  addTube(canvas, lead, brush, [ball, ball], FLAT)
  for (let i = 0; i < film.length; i++)
    if (lead[i]! > 0) film[i]! += Math.max(0, 0.99 - film[i]!) * Math.min(1, lead[i]!)
}
