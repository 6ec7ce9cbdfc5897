import { addEllipse, addTube, SOLID, type TubePoint } from './canvas.ts'
import { signOf, smoothstep, stream } from './frontalGeometry.ts'
import { atelectasisBands, noduleLesion, opacityLesion } from './lesions.ts'
import { smoothNoise } from './noise.ts'
import type { Grade, PhantomFindings, Side } from './phantom.ts'
import { drawEffusion, drawPneumothorax } from './pleura.ts'
import { hemithorax, inBody, type Scene } from './scene.ts'

/** Draws what fills or empties the lungs: oedema, opacities, bands, nodule, air and fluid in the pleural space. */
export function drawAirspace(scene: Scene, findings: PhantomFindings): void {
  if (findings.edema > 0) edema(scene, findings.edema as Grade)
  if (findings.opacity !== null) opacity(scene, findings.opacity)
  for (const side of ['right', 'left'] as const) {
    if (findings.atelectasis === side || findings.atelectasis === 'bilateral') atelectasis(scene, side)
  }
  if (findings.nodule !== null) nodule(scene, findings.nodule)
  if (findings.pneumothorax !== null) drawPneumothorax(scene, findings.pneumothorax)
  for (const side of ['right', 'left'] as const) {
    const grade = findings.effusion[side]
    if (grade > 0) drawEffusion(scene, side, grade as Grade)
  }
}

function edema(scene: Scene, grade: Grade): void {
  const { anatomy, geometry: g, layers, brush, canvas } = scene
  const coarse = smoothNoise(anatomy.seed ^ 0x51ed, 22)
  const fine = smoothNoise(anatomy.seed ^ 0x7a31, 62)
  const haze = [0.19, 0.36, 0.68][grade - 1]!
  const net = [0.1, 0.18, 0.2][grade - 1]!
  for (const side of ['right', 'left'] as const) {
    const hilum = Math.abs(g.hilum[side].u - g.shift)
    const height = g.dome[side] - g.apex
    const centre = g.hilum[side].v + 0.05 * height
    const reach = grade === 3 ? 0.15 : 0.17
    hemithorax(scene, side, (at, d, v) => {
      const lung = layers.lung[at]!
      if (lung === 0) return
      const out = Math.max(0, d - hilum) / reach
      const wing = Math.exp(-(out ** (grade === 3 ? 3.2 : 2)) - (Math.abs(v - centre) / (0.36 * height)) ** 2.4)
      const patch = 1 + (grade === 3 ? 0.5 : 0.3) * coarse(d * signOf(side), v)
      const mesh = net * Math.max(0, fine(d * signOf(side), v)) * (0.45 + 0.55 * wing)
      const base = 0.1 * haze * smoothstep(g.apex + 0.3 * height, g.dome[side], v)
      layers.lung[at] = lung * (1 - Math.min(0.8, haze * wing * patch + mesh + base))
    })
    kerley(scene, side, grade)
    // Thickened walls of the bronchi seen end on beside the hilum.
    const random = stream(anatomy, 95)
    for (let i = 0; i < grade; i++) {
      const c = g.frame.toFilm(
        g.hilum[side].u + signOf(side) * random.uniform(0.012, 0.03),
        g.hilum[side].v - random.uniform(0.02, 0.07),
      )
      const ring: TubePoint[] = Array.from({ length: 13 }, (_, j) => ({
        x: c.x + 0.0085 * Math.cos((j * Math.PI) / 6),
        y: c.y + 0.0085 * Math.sin((j * Math.PI) / 6),
        radius: 0.0032,
        weight: 1.5,
      }))
      addTube(canvas, layers.vessels, brush, ring, SOLID)
    }
  }
}

/** Short horizontal lines that end at the pleura of the lower lateral lung. */
function kerley({ anatomy, geometry: g, layers, brush, canvas }: Scene, side: Side, grade: Grade): void {
  const random = stream(anatomy, side === 'left' ? 91 : 92)
  const k = signOf(side)
  for (let i = 0; i < 3 + 3 * grade; i++) {
    const v = g.dome[side] - 0.02 - 0.0165 * i + random.uniform(-0.003, 0.003)
    const outer = g.lateral(v) - 0.006
    const length = random.uniform(0.028, 0.05)
    addTube(
      canvas,
      layers.vessels,
      brush,
      [
        { ...g.frame.toFilm(k * outer, v), radius: 0.0022, weight: 1.5 },
        { ...g.frame.toFilm(k * (outer - length), v + random.uniform(-0.004, 0.004)), radius: 0.0018, weight: 1.1 },
      ],
      SOLID,
    )
  }
}

function opacity(scene: Scene, found: NonNullable<PhantomFindings['opacity']>): void {
  const { anatomy, geometry: g, layers, brush, canvas } = scene
  const lesion = opacityLesion(anatomy, g, found)
  const solid = found.kind === 'consolidation'
  const shape = smoothNoise(anatomy.seed ^ 0x1b56, solid ? 12 : 24)
  const patches = smoothNoise(anatomy.seed ^ 0x3c21, 38)
  // A lobe's consolidation ends at its fissure: below in the upper zone, above in the others.
  const fissure = found.zone === 'upper' ? 1 : -1
  const margin = 1.35
  inBody(
    scene,
    lesion.u - lesion.ru * margin,
    lesion.v - lesion.rv * margin,
    lesion.u + lesion.ru * margin,
    lesion.v + lesion.rv * margin,
    (at, u, v) => {
      const lung = layers.lung[at]!
      if (lung === 0) return
      const s = Math.sqrt(((u - lesion.u) / lesion.ru) ** 2 + ((v - lesion.v) / lesion.rv) ** 2)
      const wavy = s + 0.3 * shape(u, v)
      const lobe = smoothstep(0.72, 0.64, fissure * ((v - lesion.v) / lesion.rv + (0.12 * (u - lesion.u)) / lesion.ru))
      const filled = solid
        ? 0.8 * lobe * smoothstep(1.12, 0.58, wavy) * (1 + 0.12 * patches(u, v))
        : 0.5 * smoothstep(1.25, 0.3, wavy) * (0.8 + 0.65 * Math.max(-0.7, patches(u, v)))
      layers.lung[at] = lung * (1 - Math.max(0, Math.min(0.9, filled)))
    },
  )
  if (!solid) return
  // Air-filled bronchi, branching away from the hilum, stay dark inside.
  const random = stream(anatomy, 30)
  const k = signOf(found.side)
  const away = Math.atan2(lesion.v - g.hilum[found.side].v, k * (lesion.u - g.hilum[found.side].u))
  for (let i = -1; i <= 1; i++) {
    const angle = away + i * 0.55 + random.uniform(-0.15, 0.15)
    const tube = Array.from({ length: 5 }, (_, j) => {
      const t = -0.55 + 0.3 * j
      return {
        ...g.frame.toFilm(
          lesion.u + k * Math.cos(angle) * t * lesion.ru * 0.8,
          lesion.v + Math.sin(angle) * t * lesion.rv * 0.8 + i * lesion.rv * 0.22,
        ),
        radius: 0.0042 - 0.0005 * j,
        weight: -2.4 + 0.3 * j,
      }
    })
    addTube(canvas, layers.body, brush, tube, SOLID)
  }
}

function atelectasis({ anatomy, geometry: g, layers, brush, canvas }: Scene, side: Side): void {
  for (const band of atelectasisBands(anatomy, g, side)) {
    const tube = Array.from({ length: 9 }, (_, i) => {
      const t = i / 8
      const taper = Math.sqrt(Math.sin(Math.PI * (0.08 + 0.84 * t)))
      return {
        ...g.frame.toFilm(
          band.from[0] + (band.to[0] - band.from[0]) * t,
          band.from[1] + (band.to[1] - band.from[1]) * t - 0.004 * Math.sin(Math.PI * t),
        ),
        radius: band.radius * taper,
        weight: 4.2 * taper,
      }
    })
    addTube(canvas, layers.body, brush, tube, SOLID)
  }
}

function nodule({ anatomy, geometry: g, layers, canvas }: Scene, found: NonNullable<PhantomFindings['nodule']>): void {
  const lesion = noduleLesion(anatomy, g, found)
  const c = g.frame.toFilm(lesion.u, lesion.v)
  addEllipse(canvas, layers.body, c.x, c.y, lesion.ru, lesion.rv, 6.5)
}
