import type { Anatomy } from './anatomy.ts'
import { addTube, SOLID, type Brush, type Canvas, type TubePoint } from './canvas.ts'
import { signOf, stream, type Geometry } from './frontalGeometry.ts'
import { hash } from './noise.ts'
import type { PhantomFindings, Side } from './phantom.ts'
import { Random } from './random.ts'

/** Angle (0 lateral, positive towards the feet), radius and length of the branches that leave a hilum. */
const ROOTS: readonly (readonly [number, number, number])[] = [
  [-1.4, 0.0062, 0.06],
  [-1.1, 0.0058, 0.066],
  [-0.75, 0.0052, 0.06],
  [-0.35, 0.0046, 0.06],
  [0.0, 0.0046, 0.062],
  [0.35, 0.0054, 0.066],
  [0.65, 0.0062, 0.07],
  [0.95, 0.0068, 0.075],
  [1.2, 0.0072, 0.078],
  [1.5, 0.006, 0.07],
]

/** Adds the vessels that branch from both hila to their own layer; they show only where there is air around them. */
export function drawVessels(
  canvas: Canvas,
  target: Float32Array,
  brush: Brush,
  anatomy: Anatomy,
  geometry: Geometry,
  findings: PhantomFindings,
): void {
  // Congestion widens the vessels, the upper ones most.
  const congestion = [1, 1.2, 1.3, 1.34][findings.edema]!
  const crowding = (geometry.dome.right - anatomy.apex) / anatomy.lungHeight
  for (const side of ['right', 'left'] as const) {
    const hilum = geometry.hilum[side]
    const k = signOf(side)
    const grow = (u: number, v: number, angle: number, from: number, branch: Branch, seed: number) => {
      // Each branch has its own randomness, so that a tree keeps its shape when the chest around it changes.
      const random = new Random(seed)
      const { radius, length, depth } = branch
      const bend = random.uniform(-0.45, 0.45)
      const upper = angle < -0.3 ? 1 + 0.6 * (congestion - 1) : 1
      const tube: TubePoint[] = []
      let heading = angle
      let pu = u
      let pv = v
      for (let i = 0; i <= 4; i++) {
        const r = (i === 0 ? from : radius * (1 - 0.06 * i)) * congestion * upper
        tube.push({ ...geometry.frame.toFilm(pu, pv), radius: r, weight: 2 * r * 40 * (1.6 + 0.0045 / radius) })
        heading += bend / 4
        pu += (k * Math.cos(heading) * length) / 4
        pv += (Math.sin(heading) * length * crowding) / 4
      }
      addTube(canvas, target, brush, tube, SOLID, true)
      const d = Math.abs(pu)
      if (depth === 0 || radius < 0.0008 || d > geometry.halfWidth || d < 0.02 || pv < geometry.apex) return
      const turn = random.uniform(0.2, 0.45) * (random.chance(0.5) ? 1 : -1)
      const turns = [turn, -turn * random.uniform(0.5, 1.1)]
      turns.forEach((by, i) => {
        const child = {
          radius: radius * random.uniform(0.6, 0.78),
          length: length * random.uniform(0.68, 0.95),
          depth: depth - 1,
        }
        grow(pu, pv, heading + by, radius * 0.76, child, hash(seed, i))
      })
    }
    const random = stream(anatomy, side === 'right' ? 1 : 2)
    for (const [angle, radius, length] of ROOTS) {
      const root = {
        radius: radius * anatomy.hilum * Math.sqrt(anatomy.vascularity),
        length: length * random.uniform(0.85, 1.15),
        depth: 6,
      }
      const v = hilum.v + 0.02 * Math.sin(angle)
      grow(hilum.u, v, angle + random.uniform(-0.12, 0.12), root.radius * 1.2, root, random.below(0x7fffffff))
    }
    trunk(canvas, target, brush, geometry, side, anatomy.hilum * (1 + 0.8 * (congestion - 1)))
  }
}

interface Branch {
  readonly radius: number
  readonly length: number
  readonly depth: number
}

/** The large arteries of the hilum itself: left one higher, right one running down beside the heart. */
function trunk(canvas: Canvas, target: Float32Array, brush: Brush, g: Geometry, side: Side, size: number): void {
  const k = signOf(side)
  const { u, v } = g.hilum[side]
  const at = (du: number, dv: number, radius: number, weight: number): TubePoint => ({
    ...g.frame.toFilm(u + k * du, v + dv),
    radius: radius * size,
    weight,
  })
  addTube(
    canvas,
    target,
    brush,
    [
      at(-0.03, -0.012, 0.02, 3.2),
      at(0, -0.006, 0.019, 3),
      at(0.014, 0.02, 0.016, 2.6),
      at(0.022, 0.06, 0.011, 1.8),
      at(0.026, 0.11, 0.007, 0.5),
    ],
    SOLID,
  )
  addTube(
    canvas,
    target,
    brush,
    [at(-0.02, 0.02, 0.014, 2.2), at(0.006, -0.03, 0.011, 1.8), at(0.02, -0.075, 0.006, 0.4)],
    SOLID,
  )
}
