import { addEllipse, forEachPixel, SOLID } from './canvas.ts'
import { smoothstep, stream } from './frontalGeometry.ts'
import { drawLateralDevices } from './lateralDevices.ts'
import type { LateralGeometry } from './lateralGeometry.ts'
import type { LateralScene } from './lateralScene.ts'
import { smoothNoise } from './noise.ts'
import type { Grade, PhantomFindings, Side, Zone } from './phantom.ts'

/** Draws what a lateral film shows of the findings. */
export function drawLateralFindings(scene: LateralScene, f: PhantomFindings): void {
  if (f.edema > 0) edema(scene, f.edema as Grade)
  if (f.opacity !== null) opacity(scene, f.opacity)
  if (f.nodule !== null) nodule(scene, f.nodule)
  if (f.atelectasis !== null) bands(scene, f.atelectasis)
  if (f.pneumothorax !== null) pneumothorax(scene, f.pneumothorax)
  for (const side of ['right', 'left'] as const)
    if (f.effusion[side] > 0) effusion(scene, side, f.effusion[side] as Grade)
  drawLateralDevices(scene, f)
}

function everywhere({ canvas, geometry: g }: LateralScene, paint: (at: number, p: number, v: number) => void): void {
  forEachPixel(
    canvas,
    g.centre - g.half * 1.3,
    g.apex,
    g.centre + g.half * 1.3,
    Math.max(g.angle.left, g.angle.right) + 0.06,
    (at, x, y) => paint(at, g.centre - x, y),
  )
}

/** Where a zone lies: the middle of the lung front to back, thirds of its height. */
function zonePlace(g: LateralGeometry, side: Side, zone: Zone): { p: number; v: number } {
  const share = { upper: 0.27, mid: 0.53, lower: 0.82 }[zone]
  const v = g.apex + share * (g.dome[side] - g.apex)
  const p = { upper: -0.25, mid: 0.3, lower: -0.5 }[zone] * g.half
  return { p, v }
}

function edema(scene: LateralScene, grade: Grade): void {
  const { anatomy, geometry: g, lungs, stroke, vessels } = scene
  const patches = smoothNoise(anatomy.seed ^ 0x44aa, 24)
  const haze = [0.12, 0.25, 0.45][grade - 1]!
  everywhere(scene, (at, p, v) => {
    if (lungs.right[at] === 0 && lungs.left[at] === 0) return
    const near = Math.exp(-(((p - g.hilum.p) / (0.6 * g.half)) ** 2) - ((v - g.hilum.v - 0.06) / 0.2) ** 2)
    const filled = haze * (near * (1 + 0.35 * patches(p, v)) + 0.15)
    lungs.right[at]! *= 1 - filled
    lungs.left[at]! *= 1 - filled
  })
  // Fluid thickens the fissures.
  const wide = 0.0018 + 0.0009 * grade
  const { p, v } = g.hilum
  stroke(
    [
      [p - 0.03, v - 0.05, wide, 3],
      [p + 0.02, v + 0.06, wide, 3.4],
      [p + 0.1, g.dome.right - 0.05, wide, 2.6],
    ],
    SOLID,
    vessels,
  )
  stroke(
    [
      [p + 0.02, v + 0.05, wide, 2.6],
      [p + 0.15, v + 0.045, wide, 1.6],
    ],
    SOLID,
    vessels,
  )
}

function opacity(scene: LateralScene, found: NonNullable<PhantomFindings['opacity']>): void {
  const { anatomy, geometry: g, lungs } = scene
  const { p: cp, v: cv } = zonePlace(g, found.side, found.zone)
  const solid = found.kind === 'consolidation'
  const shape = smoothNoise(anatomy.seed ^ 0x1b57, solid ? 15 : 24)
  const patches = smoothNoise(anatomy.seed ^ 0x3c22, 38)
  const lung = lungs[found.side]
  everywhere(scene, (at, p, v) => {
    if (lung[at] === 0) return
    const s = Math.sqrt(((p - cp) / 0.1) ** 2 + ((v - cv) / 0.095) ** 2) + 0.25 * shape(p, v)
    const filled = solid
      ? 0.85 * smoothstep(1.06, 0.7, s)
      : 0.55 * smoothstep(1.25, 0.3, s) * (0.75 + 0.6 * Math.max(-0.7, patches(p, v)))
    lung[at]! *= 1 - Math.min(0.92, filled)
  })
}

function nodule(
  { anatomy, geometry: g, canvas, body }: LateralScene,
  found: NonNullable<PhantomFindings['nodule']>,
): void {
  const random = stream(anatomy, 220)
  const place = zonePlace(g, found.side, found.zone)
  const c = g.toFilm(place.p + random.uniform(-0.05, 0.05), place.v)
  const radius = random.uniform(0.0125, 0.02)
  addEllipse(canvas, body, c.x, c.y, radius, radius, 9)
}

function bands({ geometry: g, stroke, anatomy }: LateralScene, where: Side | 'bilateral'): void {
  const random = stream(anatomy, 221)
  for (const side of ['right', 'left'] as const) {
    if (where !== side && where !== 'bilateral') continue
    for (let i = 0; i < 3; i++) {
      const p = -0.45 * g.half + random.uniform(-0.03, 0.03)
      const v = g.diaphragm(side, p) - 0.03 - 0.03 * i
      stroke(
        [
          [p - 0.05, v + 0.012, 0.003, 1],
          [p, v, 0.0055, 5.5],
          [p + 0.055, v - 0.008, 0.003, 1],
        ],
        SOLID,
      )
    }
  }
}

function pneumothorax(scene: LateralScene, found: NonNullable<PhantomFindings['pneumothorax']>): void {
  const { geometry: g, lungs, stroke, vessels } = scene
  const gap = [0.03, 0.06, 0.13][found.size - 1]!
  const last = g.apex + [0.25, 0.5, 0.75][found.size - 1]! * (g.dome.right - g.apex)
  const lung = lungs[found.side]
  const wide = (v: number) => gap * smoothstep(last + 0.02, last - 0.2, v)
  const front = (v: number) => g.front(v) - wide(v)
  const back = (v: number) => g.back(v) + 0.8 * wide(v)
  const cap = g.apex + 0.05 + gap // the top of the lung
  everywhere(scene, (at, p, v) => {
    if (v > last || (p < front(v) && p > back(v) && v > cap)) return
    lung[at]! *= 1.4
    vessels[at]! *= 0.5
  })
  // The visceral pleura: up along the back, over the top, down along the front.
  const line: [number, number, number, number][] = []
  const put = (p: number, v: number) => line.push([p, v, 0.0026, 4])
  for (let v = last; v > cap + 0.02; v -= 0.01) put(back(v), v)
  for (let t = 0; t <= 1; t += 0.1)
    put(back(cap + 0.02) * (1 - t) + front(cap + 0.02) * t, cap + 0.02 - 0.02 * Math.sin(Math.PI * t))
  for (let v = cap + 0.02; v < last; v += 0.01) put(front(v), v)
  stroke(line, SOLID)
}

function effusion(scene: LateralScene, side: Side, grade: Grade): void {
  const { geometry: g, lungs, anatomy } = scene
  const random = stream(anatomy, 60 + (side === 'left' ? 3 : 0) + grade) // the frontal film's fluid level
  const lung = lungs[side]
  const height = g.dome[side] - g.apex
  const first = random.uniform(0, 1)
  const level =
    grade === 1
      ? g.angle[side] - 0.105
      : g.dome[side] - (grade === 2 ? 0.24 + 0.12 * first : 0.72 + 0.12 * first) * height
  const climb = [0.06, 0.09, 0.12][grade - 1]!
  const soft = [0.02, 0.035, 0.06][grade - 1]!
  everywhere(scene, (at, p, v) => {
    if (lung[at] === 0) return
    const rise =
      climb * Math.exp(-Math.max(0, p - g.back(v)) / 0.06) +
      (grade > 1 ? 0.7 * climb * Math.exp(-Math.max(0, g.front(v) - p) / 0.05) : 0)
    lung[at]! *= 1 - 0.95 * smoothstep(-0.4 * soft, soft, v - level + rise)
  })
}
