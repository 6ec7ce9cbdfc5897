import { addTube, SOLID, type TubePoint } from './canvas.ts'
import { signOf, smoothstep } from './frontalGeometry.ts'
import { effusionSurface } from './lesions.ts'
import type { Grade, PhantomFindings, Side } from './phantom.ts'
import { hemithorax, type Scene } from './scene.ts'

/** Air around a lung that has come off the chest wall: no vessels, darker, and the visceral pleura as a line. */
export function drawPneumothorax(scene: Scene, found: NonNullable<PhantomFindings['pneumothorax']>): void {
  const { anatomy, geometry: g, layers, brush, canvas } = scene
  const pleura = g.pleura
  if (pleura === null) return
  const k = signOf(found.side)
  const collapse = [0, 0.03, 0.3][found.size - 1]!
  const edge = 0.004
  hemithorax(scene, found.side, (at, d, v) => {
    const lung = layers.lung[at]!
    if (lung === 0) return
    const outside = smoothstep(-edge, edge, d - pleura(v))
    layers.vessels[at]! *= 1 - outside
    layers.lung[at] = lung * (1 - collapse + (collapse + 0.3) * outside)
  })
  const line: TubePoint[] = []
  const last = g.angle[found.side]
  for (let v = g.apex; v < last; v += 0.006) {
    const d = pleura(v)
    if (d === 0 || d > g.lateral(v) || v > g.diaphragm(found.side, d)) continue
    // The line starts where the lung's new apex leaves the mediastinum.
    if (line.length === 0) {
      for (let i = 0; i < 6; i++) {
        const t = i / 6
        const inner = anatomy.medial + 0.03
        line.push({
          ...g.frame.toFilm(k * (inner + (d - inner) * t), v + 0.012 * (1 - Math.sqrt(1 - (1 - t) ** 2))),
          radius: 0.003,
          weight: 2.9,
        })
      }
    }
    line.push({ ...g.frame.toFilm(k * d, v), radius: 0.003, weight: 2.9 })
  }
  if (line.length > 1) addTube(canvas, layers.body, brush, line, SOLID)
}

/** Fluid that replaces the lung below its surface. */
export function drawEffusion(scene: Scene, side: Side, grade: Grade): void {
  const { anatomy, geometry: g, layers } = scene
  const surface = effusionSurface(anatomy, g, side, grade)
  const soft = [0.022, 0.045, 0.07][grade - 1]!
  const { lung } = layers
  hemithorax(scene, side, (at, d, v) => {
    if (lung[at] === 0) return
    const depth = v - surface(Math.max(0, d))
    const fluid = smoothstep(-0.5 * soft, soft, depth) * (0.95 - 0.02 * grade)
    // Fluid gathers first in the recess behind the dome.
    const recess =
      smoothstep(-0.004, 0.012, v - g.diaphragm(side, Math.max(0, d))) *
      0.75 *
      (grade === 1 ? smoothstep(0.14, 0.24, d) : 1)
    lung[at]! *= 1 - Math.max(fluid, recess)
  })
}
