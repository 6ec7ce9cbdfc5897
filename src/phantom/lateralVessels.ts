import type { Anatomy } from './anatomy.ts'
import { stream } from './frontalGeometry.ts'
import type { LateralGeometry } from './lateralGeometry.ts'
import type { Points } from './lateralScene.ts'
import type { PhantomFindings } from './phantom.ts'

/** Adds both hila, seen one over the other, and the vessels that radiate from them. */
export function drawLateralVessels(
  a: Anatomy,
  g: LateralGeometry,
  findings: PhantomFindings,
  stroke: (points: Points) => void,
): void {
  const random = stream(a, 210)
  const wide = [1, 1.2, 1.32, 1.38][findings.edema]! * a.hilum
  const { p, v } = g.hilum
  stroke([
    [p + 0.035, v + 0.012, 0.024 * wide, 2.2],
    [p + 0.03, v + 0.03, 0.022 * wide, 2.2],
    [p + 0.01, v + 0.07, 0.014, 1],
  ])
  stroke([
    [p + 0.01, v - 0.024, 0.017 * wide, 2],
    [p - 0.035, v - 0.012, 0.017 * wide, 2.2],
    [p - 0.06, v + 0.035, 0.012, 1.4],
    [p - 0.065, v + 0.09, 0.008, 0.4],
  ])
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
      grow(
        pp,
        pv,
        heading + sign * random.uniform(0.15, 0.5),
        radius * 0.78,
        radius * random.uniform(0.62, 0.76),
        length * random.uniform(0.7, 0.95),
        depth - 1,
      )
    }
  }
  for (let i = 0; i < 15; i++) {
    const angle = (2 * Math.PI * (i + random.uniform(-0.3, 0.3))) / 15
    const down = Math.sin(angle) > 0.2 ? 1.25 : 1
    grow(p + 0.018 * Math.cos(angle), v + 0.01 + 0.025 * Math.sin(angle), angle, 0.0058 * down, 0.0048 * down, 0.055, 5)
  }
}

