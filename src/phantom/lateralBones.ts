import type { Anatomy } from './anatomy.ts'
import { BONE, forEachPixel, SOLID, type Canvas } from './canvas.ts'
import { smoothstep } from './frontalGeometry.ts'
import type { LateralGeometry } from './lateralGeometry.ts'
import type { Points, Stroke } from './lateralScene.ts'

/** Adds spine, ribs of both sides, sternum and scapulae to the thickness along the beam. */
export function drawLateralBones(
  canvas: Canvas,
  body: Float32Array,
  a: Anatomy,
  g: LateralGeometry,
  stroke: Stroke,
): void {
  const spacing = a.ribSpacing * 0.92
  for (let i = -4; i < 16; i++) {
    const v = g.apex + 0.01 + i * spacing
    const p = g.spine(v)
    const lean = (g.spine(v + 0.02) - g.spine(v - 0.02)) / 0.04
    const tall = spacing * 0.425
    const deep = 0.03 + 0.0007 * i
    // A vertebral body with its end plates, the pedicles and the spinous process behind it.
    vertebra(canvas, body, g, p, v, deep, tall, lean)
    stroke(
      [
        [p - deep, v - 0.008, 0.009, 2.6],
        [p - deep - 0.035, v, 0.01, 2.2],
        [p - deep - 0.06, v + 0.035, 0.006, 1],
      ],
      BONE,
    )
  }
  for (let rib = 0; rib < 10; rib++) {
    for (const shift of [0, 0.013]) {
      // the two sides never lie exactly over each other
      const start = g.apex - 0.01 + rib * a.ribSpacing
      const points: [number, number, number, number][] = []
      for (let i = 0; i <= 26; i++) {
        const t = (Math.PI * i) / 26
        const v =
          start + shift + (a.ribDrop + 0.5 * a.ribFront) * (0.28 + 0.1 * Math.min(rib, 6)) * (1 - Math.cos(t)) * 0.62
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
    stroke(
      [
        [blade + 0.07 + shift, g.apex - 0.02, 0.006, 2.5],
        [blade + 0.045 + shift, g.apex + 0.15, 0.004, 2],
        [blade + 0.03 + shift, g.apex + 0.27, 0.003, 1.2],
      ],
      SOLID,
    )
  }
}

/** A vertebral body: a block with rounded corners, slightly waisted, its rim and end plates denser than its middle. */
function vertebra(
  canvas: Canvas,
  body: Float32Array,
  g: LateralGeometry,
  p: number,
  v: number,
  deep: number,
  tall: number,
  lean: number,
): void {
  const c = g.toFilm(p, v)
  const reach = deep + tall * 0.4
  forEachPixel(canvas, c.x - reach, c.y - reach, c.x + reach, c.y + reach, (at, x, y) => {
    const across = c.x - x - lean * (y - c.y)
    const along = y - c.y + lean * (c.x - x)
    const t = along / tall
    const s = across / (deep * (0.93 + 0.07 * t * t))
    const q = s ** 6 + t ** 6
    if (q < 1) body[at]! += 2.3 * Math.min(1, (1 - q) * 4) + 1.7 * Math.min(q * q, (1 - q) * 3)
  })
}

