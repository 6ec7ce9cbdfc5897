import type { Anatomy } from './anatomy.ts'
import {
  addEllipse, addTube, BONE, createBrush, createCanvas, forEachPixel, layer, SOLID, type Canvas, type Profile, type TubePoint,
} from './canvas.ts'
import { collimate } from './collimation.ts'
import type { FilmOptions } from './drawFrontal.ts'
import { smoothstep, stream } from './frontalGeometry.ts'
import { drawLateralFindings } from './lateralFindings.ts'
import { lateralGeometry, type LateralGeometry } from './lateralGeometry.ts'
import { drawLateralTissue } from './lateralTissue.ts'
import { smoothNoise } from './noise.ts'
import type { PhantomFindings } from './phantom.ts'
import { develop } from './tone.ts'

const ATTENUATION = 0.125 // per cm of water: lateral films are taken with harder rays
const AIR = 0.74

/**
 * Draws the left lateral film of the same patient at any size, row-major, bright where dense, about 0..1: spine behind,
 * sternum in front, heart low in front, two domes, the trachea, and the findings where a lateral shows them.
 */
export function drawLateral(anatomy: Anatomy, findings: PhantomFindings, options: FilmOptions): Float32Array {
  const canvas = createCanvas(options.columns, options.rows)
  const g = lateralGeometry(anatomy, findings)
  const brush = createBrush(canvas)
  const body = layer(canvas)
  const vessels = layer(canvas)
  const lungs = { right: layer(canvas), left: layer(canvas) }
  drawLateralTissue(canvas, anatomy, g, { body, lungs })
  const stroke: Stroke = (points, shape, target = body, merge = false) => {
    const tube = points.map(([p, v, radius, weight]): TubePoint => ({ ...g.toFilm(p, v), radius, weight }))
    addTube(canvas, target, brush, tube, shape, merge)
  }
  drawSkeleton(canvas, body, anatomy, g, stroke)
  drawMiddle(canvas, body, anatomy, g, stroke)
  drawVessels(anatomy, g, findings, (points) => stroke(points, SOLID, vessels, true))
  drawLateralFindings({ canvas, body, vessels, lungs, anatomy, geometry: g, stroke }, findings)
  mix(canvas, body, vessels, lungs, anatomy)
  const film = develop(canvas, body, anatomy, options.seed, ATTENUATION)
  collimate(canvas, film, anatomy)
  return film
}

export type Points = readonly (readonly [p: number, v: number, radius: number, weight: number])[]
export type Stroke = (points: Points, shape: Profile, target?: Float32Array, merge?: boolean) => void

function drawSkeleton(canvas: Canvas, body: Float32Array, a: Anatomy, g: LateralGeometry, stroke: Stroke): void {
  const spacing = a.ribSpacing * 0.92
  for (let i = -4; i < 16; i++) {
    const v = g.apex + 0.01 + i * spacing
    const p = g.spine(v)
    const lean = (g.spine(v + 0.02) - g.spine(v - 0.02)) / 0.04
    const tall = spacing * 0.425
    const deep = 0.03 + 0.0007 * i
    // A vertebral body with its end plates, the pedicles and the spinous process behind it.
    vertebra(canvas, body, g, p, v, deep, tall, lean)
    stroke([[p - deep, v - 0.008, 0.009, 2.6], [p - deep - 0.035, v, 0.01, 2.2], [p - deep - 0.06, v + 0.035, 0.006, 1]], BONE)
  }
  for (let rib = 0; rib < 10; rib++) {
    for (const shift of [0, 0.013]) { // the two sides never lie exactly over each other
      const start = g.apex - 0.01 + rib * a.ribSpacing
      const points: [number, number, number, number][] = []
      for (let i = 0; i <= 26; i++) {
        const t = (Math.PI * i) / 26
        const v = start + shift + (a.ribDrop + 0.5 * a.ribFront) * (0.28 + 0.1 * Math.min(rib, 6)) * (1 - Math.cos(t)) * 0.62
        const back = g.back(v) + 0.006
        const front = g.front(v) - 0.01 - 0.012 * rib
        const p = back + (front - back) * (1 - Math.cos(t)) * 0.5
        points.push([p, v, a.ribRadius * 0.85, a.ribDensity * (1 - 0.75 * (i / 26) ** 2) * (i < 3 ? 1.5 : 1)])
      }
      stroke(points, BONE)
    }
  }
  const sternum: Points = Array.from({ length: 18 }, (_, i) => {
    const v = g.apex + 0.085 + 0.02 * i
    return [g.front(v) + 0.012, v, i < 5 ? 0.011 : 0.009, 5 * smoothstep(0, 1.5, i) * smoothstep(17.5, 15, i)] as const
  })
  stroke(sternum.slice(0, 6), BONE)
  stroke(sternum.slice(6), BONE)
  const blade = g.back(g.apex + 0.2)
  for (const shift of [0, 0.02]) {
    stroke([[blade + 0.07 + shift, g.apex - 0.02, 0.006, 2.5], [blade + 0.045 + shift, g.apex + 0.15, 0.004, 2],
      [blade + 0.03 + shift, g.apex + 0.27, 0.003, 1.2]], SOLID)
  }
}

/** A vertebral body: a block with rounded corners, slightly waisted, its rim and end plates denser than its middle. */
function vertebra(
  canvas: Canvas, body: Float32Array, g: LateralGeometry, p: number, v: number, deep: number, tall: number, lean: number,
): void {
  const c = g.toFilm(p, v)
  const reach = deep + tall * 0.4
  forEachPixel(canvas, c.x - reach, c.y - reach, c.x + reach, c.y + reach, (at, x, y) => {
    const across = (c.x - x) - lean * (y - c.y)
    const along = (y - c.y) + lean * (c.x - x)
    const t = along / tall
    const s = across / (deep * (0.93 + 0.07 * t * t))
    const q = s ** 6 + t ** 6
    if (q < 1) body[at]! += 2.3 * Math.min(1, (1 - q) * 4) + 1.7 * Math.min(q * q, (1 - q) * 3)
  })
}

/** Trachea, hila, aortic arch and the gas in the stomach. */
function drawMiddle(canvas: Canvas, body: Float32Array, a: Anatomy, g: LateralGeometry, stroke: Stroke): void {
  const trachea: [number, number, number, number][] = []
  for (let v = -0.4; v < g.carina; v += 0.02) trachea.push([g.trachea(v), v, 0.02, -3.2 - 2.2 * smoothstep(g.apex - 0.1, g.apex + 0.08, v)])
  trachea.push([g.trachea(g.carina), g.carina, 0.02, -4.5], [g.trachea(g.carina) - 0.008, g.carina + 0.045, 0.012, -1.5])
  stroke(trachea, SOLID)
  const { p, v } = g.hilum
  stroke([[p + 0.01, v, 0.012, -3], [p + 0.012, v + 0.001, 0.012, -3]], SOLID) // left upper lobe bronchus end on
  // The arch of the aorta and the part that descends in front of the spine.
  const arch = g.carina - 0.055
  stroke([[0.075, g.carina + 0.1, 0.034, 1.4], [0.07, arch + 0.03, 0.034, 2.2], [0.03, arch - 0.012, 0.034, 2.8],
    [-0.03, arch - 0.004, 0.033, 3], [-0.075, arch + 0.05, 0.03, 2.8], [g.spine(g.carina + 0.15) + 0.025, g.carina + 0.15, 0.027, 2],
    [g.spine(g.dome.left) + 0.03, g.dome.left, 0.025, 1.2]], SOLID)
  if (a.bubble > 0) {
    const c = g.toFilm(0.08 * (a.bubbleOffset * 10 - 1), g.dome.left + 0.03 + 0.03 * a.bubble)
    addEllipse(canvas, body, c.x, c.y, 0.035 + 0.03 * a.bubble, 0.014 + 0.024 * a.bubble, -6 - 5 * a.bubble)
  }
}

function drawVessels(a: Anatomy, g: LateralGeometry, findings: PhantomFindings, stroke: (points: Points) => void): void {
  const random = stream(a, 210)
  const wide = [1, 1.2, 1.32, 1.38][findings.edema]! * a.hilum
  const { p, v } = g.hilum
  stroke([[p + 0.035, v + 0.012, 0.024 * wide, 2.2], [p + 0.03, v + 0.03, 0.022 * wide, 2.2], [p + 0.01, v + 0.07, 0.014, 1]])
  stroke([[p + 0.01, v - 0.024, 0.017 * wide, 2], [p - 0.035, v - 0.012, 0.017 * wide, 2.2], [p - 0.06, v + 0.035, 0.012, 1.4],
    [p - 0.065, v + 0.09, 0.008, 0.4]])
  const grow = (p0: number, v0: number, angle: number, from: number, radius: number, length: number, depth: number) => {
    const points: [number, number, number, number][] = []
    const bend = random.uniform(-0.5, 0.5)
    let heading = angle
    let [pp, pv] = [p0, v0]
    for (let i = 0; i <= 3; i++) {
      const r = (i === 0 ? from : radius * (1 - 0.07 * i)) * wide
      points.push([pp, pv, r, 2 * r * 40 * (2 + 0.0055 / radius)])
      heading += bend / 3
      pp += (Math.cos(heading) * length) / 3
      pv += (Math.sin(heading) * length) / 3
    }
    stroke(points)
    if (depth === 0) return
    for (const sign of [-1, 1]) {
      grow(pp, pv, heading + sign * random.uniform(0.15, 0.5), radius * 0.78, radius * random.uniform(0.62, 0.76),
        length * random.uniform(0.7, 0.95), depth - 1)
    }
  }
  for (let i = 0; i < 15; i++) {
    const angle = (2 * Math.PI * (i + random.uniform(-0.3, 0.3))) / 15
    const down = Math.sin(angle) > 0.2 ? 1.25 : 1
    grow(p + 0.018 * Math.cos(angle), v + 0.01 + 0.025 * Math.sin(angle), angle, 0.0058 * down, 0.0048 * down, 0.055, 5)
  }
}

function mix(
  canvas: Canvas, body: Float32Array, vessels: Float32Array, lungs: { right: Float32Array; left: Float32Array }, a: Anatomy,
): void {
  const { columns, rows, scale, left, top } = canvas
  const interstitium = smoothNoise(a.seed ^ 0x3d4b, 72)
  for (let row = 0; row < rows; row++) {
    const y = top + (row + 0.5) / scale
    for (let column = 0; column < columns; column++) {
      const at = row * columns + column
      const air = lungs.right[at]! + lungs.left[at]!
      if (air > 0) {
        const x = left + (column + 0.5) / scale
        body[at]! += vessels[at]! * (air < 8 ? air / 8 : 1) - AIR * air * (1 + 0.03 * interstitium(x, y))
      }
      if (body[at]! < 0) body[at] = 0
    }
  }
}

