import type { Anatomy } from './anatomy.ts'
import { devicesOf } from './devices.ts'
import { frontalGeometry, signOf, type Geometry } from './frontalGeometry.ts'
import { atelectasisBands, effusionSurface, noduleLesion, opacityLesion } from './lesions.ts'
import type { BoxKey, Grade, PhantomBox, PhantomBoxes, PhantomFindings, Side } from './phantom.ts'

type Point = readonly [number, number] // body coordinates

/** Where each finding lies on the frontal film: corners in the unit square of the central square crop. */
export function boxesOf(anatomy: Anatomy, findings: PhantomFindings): PhantomBoxes {
  const g = frontalGeometry(anatomy, findings)
  const boxes: Partial<Record<BoxKey, PhantomBox>> = {}
  const put = (key: BoxKey, points: readonly Point[], margin = 0) => {
    boxes[key] = around(
      points.map(([u, v]) => g.frame.toFilm(u, v)),
      margin,
    )
  }
  if (findings.cardiomegaly > 0) {
    put(
      'cardiomegaly',
      [
        [g.heart.right, g.heart.top],
        [g.heart.left, g.heart.top],
        [g.heart.right, g.heart.bottom + 0.01],
        [g.heart.left, g.heart.bottom + 0.01],
      ],
      0.006,
    )
  }
  for (const side of ['left', 'right'] as const) {
    const grade = findings.effusion[side]
    if (grade > 0) put(`effusion-${side}`, effusionExtent(anatomy, g, side, grade as Grade))
    if (findings.atelectasis === side || findings.atelectasis === 'bilateral') {
      const bands = atelectasisBands(anatomy, g, side)
      put(
        `atelectasis-${side}`,
        bands.flatMap((band) => [band.from, band.to]),
        0.008,
      )
    }
  }
  if (findings.opacity !== null) {
    const { u, v, ru, rv } = opacityLesion(anatomy, g, findings.opacity)
    const edge = g.lateral(v)
    const outer = Math.min(edge, Math.abs(u) + ru) * Math.sign(u)
    put('opacity', [
      [u - Math.sign(u) * ru, v - rv],
      [outer, v + rv],
    ])
  }
  if (findings.nodule !== null) {
    const { u, v, ru } = noduleLesion(anatomy, g, findings.nodule)
    put('nodule', [[u, v]], ru + 0.002)
  }
  if (findings.pneumothorax !== null) put('pneumothorax', pneumothoraxExtent(anatomy, g, findings.pneumothorax))
  for (const device of devicesOf(anatomy, g, findings)) {
    const points = device.parts.flatMap((part) => part.tube)
    boxes[device.key] = around(points, 0.002)
  }
  return boxes
}

function effusionExtent(a: Anatomy, g: Geometry, side: Side, grade: Grade): Point[] {
  const surface = effusionSurface(a, g, side, grade)
  const k = signOf(side)
  const inner = grade === 1 ? 0.125 : a.medial
  const points: Point[] = []
  for (let d = inner; d <= g.halfWidth; d += 0.01) {
    const v = surface(d)
    if (grade > 1 || v < g.diaphragm(side, d)) points.push([k * d, Math.max(v - 0.008, g.apex)])
    points.push([k * d, Math.min(g.diaphragm(side, d) + 0.07, g.angle[side] + 0.03)])
  }
  points.push([k * g.halfWidth, g.angle[side]])
  return points
}

function pneumothoraxExtent(
  a: Anatomy,
  g: Geometry,
  { side, size }: NonNullable<PhantomFindings['pneumothorax']>,
): Point[] {
  const k = signOf(side)
  const points: Point[] = []
  for (let v = g.apex; v < g.angle[side]; v += 0.005) {
    const inner = g.pleura!(v)
    const outer = g.lateral(v)
    if (inner >= outer || v > g.diaphragm(side, Math.max(inner, 0.15))) continue
    // A large one takes the collapsed lung into the box, as one reads the whole hemithorax.
    points.push([size === 3 ? k * (a.medial - 0.012) : k * Math.max(inner - 0.006, a.medial + 0.01), v], [k * outer, v])
  }
  return points
}

function around(
  points: readonly { readonly x: number; readonly y: number; readonly radius?: number }[],
  margin: number,
): PhantomBox {
  const bound = (value: number) => Math.min(1, Math.max(0, value))
  const reach = points.map((p) => (p.radius ?? 0) + margin)
  return {
    xMin: bound(Math.min(...points.map((p, i) => p.x - reach[i]!))),
    yMin: bound(Math.min(...points.map((p, i) => p.y - reach[i]!))),
    xMax: bound(Math.max(...points.map((p, i) => p.x + reach[i]!))),
    yMax: bound(Math.max(...points.map((p, i) => p.y + reach[i]!))),
  }
}
