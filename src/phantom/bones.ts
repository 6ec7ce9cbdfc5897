import type { Anatomy } from './anatomy.ts'
import {
  addEllipse,
  addTube,
  BONE,
  SOFT,
  SOLID,
  type Brush,
  type Canvas,
  type Profile,
  type TubePoint,
} from './canvas.ts'
import { signOf, type Geometry } from './frontalGeometry.ts'
import type { Side } from './phantom.ts'

const SIDES: readonly Side[] = ['right', 'left']
const RIBS = 10

/** Adds ribs, clavicles, scapulae, humeral heads and spine to the thickness along the beam. */
export function drawBones(
  canvas: Canvas,
  body: Float32Array,
  brush: Brush,
  anatomy: Anatomy,
  geometry: Geometry,
): void {
  const a = anatomy
  const g = geometry
  const stroke = (points: readonly (readonly [number, number, number, number])[], shape: Profile) => {
    const tube: TubePoint[] = points.map(([u, v, radius, weight]) => ({ ...g.frame.toFilm(u, v), radius, weight }))
    addTube(canvas, body, brush, tube, shape)
  }
  for (const side of SIDES) {
    const k = signOf(side)
    for (let rib = 0; rib < RIBS; rib++)
      stroke(
        ribCourse(a, g, rib).map(([u, v, r, w]) => [k * u, v, r, w]),
        BONE,
      )
    clavicle(a, g, side, stroke)
    scapula(a, g, side, stroke)
    const head = g.frame.toFilm(k * (0.485 + 0.03 * a.scapula), a.apex + 0.105)
    addEllipse(canvas, body, head.x, head.y, 0.056, 0.06, 3.6)
    const out = 0.5 + 0.03 * a.scapula
    stroke(
      [
        [k * (out - 0.005), a.apex + 0.12, 0.045, 1.2],
        [k * (out + 0.04), a.apex + 0.2, 0.034, 2.2],
        [k * (out + 0.09), a.apex + 0.34, 0.03, 2.6],
      ],
      BONE,
    )
  }
  spine(a, g, stroke)
}

type Points = readonly (readonly [number, number, number, number])[]
type Stroke = (points: Points, shape: Profile) => void

/** One rib from the spine round the chest wall to its cartilage, as points (distance, height, radius, weight). */
export function ribCourse(a: Anatomy, g: Geometry, rib: number): [number, number, number, number][] {
  const squeeze = (g.dome.right - a.apex) / a.lungHeight // a raised diaphragm brings the lower ribs closer
  const start = a.apex - 0.012 + rib * a.ribSpacing * (0.7 + 0.3 * Math.min(1, squeeze))
  const back = a.ribDrop * [0.3, 0.55, 0.75, 0.9, 1, 1.06, 1.12, 1.2, 1.25, 1.25][rib]!
  const front = a.ribFront * [0.35, 0.6, 0.8, 0.92, 1, 1.02, 1, 0.95, 0.85, 0.7][rib]!
  const reach = Math.max(0.135, g.lateral(start + back)) + 0.003
  const first = Math.asin(0.04 / reach)
  const last = Math.PI - Math.asin(Math.min(0.95, (0.115 + 0.012 * rib + (rib > 6 ? 0.05 * (rib - 6) : 0)) / reach))
  const points: [number, number, number, number][] = []
  const steps = 44
  for (let i = 0; i <= steps; i++) {
    const t = first + ((last - first) * i) / steps
    const cos = Math.cos(t)
    const forward = Math.max(0, -cos)
    const fade = i < 3 ? 0.4 + 0.2 * i : 1 - 0.9 * Math.max(0, (i / steps - 0.86) / 0.14) ** 1.5
    const side = Math.sin(t) ** 8 // flat bones seen edge on along the chest wall
    points.push([
      reach * Math.sin(t),
      start + back * Math.min(1, 1 - cos) + front * forward - (cos > 0 ? a.ribLift * Math.sin(2 * t) : 0),
      a.ribRadius * (1 + 0.2 * forward) * (1 - 0.45 * side),
      a.ribDensity * (1 - 0.34 * forward) * fade * (1 + 0.45 * side),
    ])
  }
  return points
}

function clavicle(a: Anatomy, g: Geometry, side: Side, stroke: Stroke): void {
  const k = signOf(side)
  const points: [number, number, number, number][] = []
  for (let i = 0; i <= 24; i++) {
    const t = i / 24
    const u = 0.04 + 0.385 * t
    const bow = a.clavicleBow * Math.sin(2 * Math.PI * t)
    const thick = 0.0125 + 0.006 * (1 - t) ** 3 + 0.003 * t * t
    points.push([
      k * u + a.turn * (1 - t),
      g.apex + a.clavicleMedial + a.clavicleLateral * t ** 0.85 + bow,
      thick,
      (3.1 - 0.7 * t) * (1 - 0.75 * Math.max(0, (t - 0.85) / 0.15) ** 2),
    ])
  }
  stroke(points, BONE)
}

function scapula(a: Anatomy, g: Geometry, side: Side, stroke: Stroke): void {
  const k = signOf(side)
  const out = 0.035 * a.scapula + (a.halfWidth - 0.32)
  const socket = [k * (0.415 + out), a.apex + 0.125] as const
  const tip = [k * (0.345 + out * 1.4), a.apex + 0.375] as const
  const corner = [k * (0.285 + out * 1.3), a.apex + 0.08] as const
  const curve = (
    from: readonly [number, number],
    to: readonly [number, number],
    bend: number,
    r: number,
    w: number,
  ): Points =>
    Array.from({ length: 13 }, (_, i) => {
      const t = i / 12
      const bow = bend * Math.sin(Math.PI * t)
      return [
        from[0] + (to[0] - from[0]) * t + k * bow,
        from[1] + (to[1] - from[1]) * t + bow * 0.3,
        r * (1.2 - 0.5 * t),
        w * (1 - 0.6 * t ** 3),
      ]
    })
  stroke(curve(socket, tip, -0.018, 0.0055, 1.5), SOLID) // lateral border
  stroke(curve(corner, tip, -0.012, 0.0026, 0.7), SOLID) // medial border
  stroke(curve(corner, socket, -0.012, 0.005, 0.55), SOLID) // spine of the scapula
  stroke(curve([(socket[0] + corner[0]) / 2, socket[1]], tip, 0, 0.06, 0.9), SOFT) // blade
  stroke(
    [
      [socket[0], socket[1] - 0.028, 0.02, 1.6],
      [socket[0] - k * 0.004, socket[1] + 0.03, 0.017, 1.6],
    ],
    BONE,
  )
}

function spine(a: Anatomy, g: Geometry, stroke: Stroke): void {
  const spacing = a.ribSpacing * 0.93
  stroke(
    [
      [0, -0.4, 0.036, 1.2],
      [0, 1.5, 0.046, 1.7],
    ],
    SOLID,
  )
  for (let i = -6; i < 22; i++) {
    const v = g.apex - 0.01 + i * spacing
    const half = 0.034 + 0.0006 * i
    const body: Points = [
      [0, v - spacing * 0.26, half * 0.9, 1.1],
      [0, v + spacing * 0.26, half * 0.9, 1.1],
    ]
    stroke(body, BONE)
    stroke(
      [
        [-half, v - spacing * 0.4, 0.0028, 0.9],
        [half, v - spacing * 0.4, 0.0028, 0.9],
      ],
      SOLID,
    ) // end plates
    stroke(
      [
        [-half, v + spacing * 0.38, 0.0028, 0.9],
        [half, v + spacing * 0.38, 0.0028, 0.9],
      ],
      SOLID,
    )
    for (const k of [-1, 1]) {
      stroke(
        [
          [k * 0.021, v - 0.006, 0.008, 1.2],
          [k * 0.021, v + 0.002, 0.007, 1.2],
        ],
        BONE,
      ) // pedicles
      stroke(
        [
          [k * 0.03, v + 0.004, 0.007, 0.9],
          [k * 0.062, v - 0.012, 0.006, 0.6],
        ],
        BONE,
      ) // transverse processes
    }
    const axial = -0.5 * a.turn
    stroke(
      [
        [axial, v + spacing * 0.2, 0.006, 1.6],
        [axial, v + spacing * 0.5, 0.008, 1.6],
      ],
      BONE,
    ) // spinous process
  }
}
