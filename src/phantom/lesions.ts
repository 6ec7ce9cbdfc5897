import type { Anatomy } from './anatomy.ts'
import { signOf, stream, zoneCentre, type Geometry } from './frontalGeometry.ts'
import type { Grade, PhantomFindings, Side } from './phantom.ts'

/** Where a lesion of the lung lies and how large it is, in body coordinates. */
export interface Lesion {
  readonly u: number
  readonly v: number
  readonly ru: number
  readonly rv: number
}

const ZONE_LABEL = { upper: 0, mid: 1, lower: 2 } as const

export function opacityLesion(a: Anatomy, g: Geometry, opacity: NonNullable<PhantomFindings['opacity']>): Lesion {
  const { side, zone, kind } = opacity
  const random = stream(a, 20 + ZONE_LABEL[zone] + (side === 'left' ? 3 : 0) + (kind === 'opacity' ? 6 : 0))
  const height = g.dome[side] - g.apex
  const room = g.lateral(zoneCentre(g, side, zone)) - a.medial
  const rv = Math.min(0.17 * height, 0.1) * random.uniform(0.9, 1.15)
  const ru = room * random.uniform(0.32, 0.42)
  const inner = a.medial + (zone === 'lower' && side === 'left' ? 0.42 : 0.36) * room
  return {
    u: signOf(side) * random.uniform(inner + 0.2 * room * 0.5, inner + 0.28 * room),
    v: zoneCentre(g, side, zone) + random.uniform(-0.02, 0.02) * height,
    ru,
    rv,
  }
}

export function noduleLesion(a: Anatomy, g: Geometry, nodule: NonNullable<PhantomFindings['nodule']>): Lesion {
  const { side, zone } = nodule
  const random = stream(a, 40 + ZONE_LABEL[zone] + (side === 'left' ? 3 : 0))
  const radius = random.uniform(0.0125, 0.02) // 10 to 16 mm across
  const v = zoneCentre(g, side, zone) + random.uniform(-0.04, 0.04) * (g.dome[side] - g.apex)
  const outer = g.lateral(v)
  const share = zone === 'lower' && side === 'left' ? random.uniform(0.72, 0.85) : random.uniform(0.52, 0.8)
  return { u: signOf(side) * (a.medial + (outer - a.medial) * share), v, ru: radius, rv: radius }
}

/** Height of the top of an effusion by distance from the midline: level in the middle, climbing the wall. */
export function effusionSurface(a: Anatomy, g: Geometry, side: Side, grade: Grade): (d: number) => number {
  const random = stream(a, 60 + (side === 'left' ? 3 : 0) + grade)
  const height = g.dome[side] - g.apex
  if (grade === 1) {
    const climb = random.uniform(0.125, 0.16)
    return (d) => g.angle[side] + 0.02 - climb * Math.exp(-Math.max(0, g.halfWidth - d) / 0.07)
  }
  const share = grade === 2 ? random.uniform(0.24, 0.36) : random.uniform(0.72, 0.84)
  const climb = grade === 2 ? random.uniform(0.07, 0.11) : random.uniform(0.1, 0.16)
  const level = g.dome[side] - share * height
  return (d) =>
    level -
    climb * Math.exp(-Math.max(0, g.lateral(level) - d) / (grade === 2 ? 0.07 : 0.1)) -
    0.25 * climb * Math.exp(-Math.max(0, d - a.medial) / 0.03)
}

/** Plate-like bands above a hemidiaphragm: ends and half-thickness. */
export interface Band {
  readonly from: readonly [number, number]
  readonly to: readonly [number, number]
  readonly radius: number
}

export function atelectasisBands(a: Anatomy, g: Geometry, side: Side): readonly Band[] {
  const random = stream(a, 80 + (side === 'left' ? 1 : 0))
  const k = signOf(side)
  const heart = side === 'left' ? g.heart.left : -g.heart.right
  const inner = Math.min(0.2, Math.max(0.1, heart * (side === 'left' ? 0.72 : 0.9)))
  return Array.from({ length: 3 }, (_, i) => {
    const from = inner + random.uniform(0, 0.03) + 0.012 * i
    const length = random.uniform(0.085, 0.125)
    const v = g.dome[side] - 0.022 - 0.034 * i - random.uniform(0, 0.008)
    const slope = random.uniform(-0.1, 0.2)
    return {
      from: [k * from, v],
      to: [k * Math.min(g.halfWidth - 0.03, from + length), v + slope * length],
      radius: random.uniform(0.0048, 0.0062),
    }
  })
}
