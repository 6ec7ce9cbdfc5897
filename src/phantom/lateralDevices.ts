import { FLAT, PIPE, SOLID } from './canvas.ts'
import { stream } from './frontalGeometry.ts'
import type { LateralScene, Points } from './lateralScene.ts'
import type { PhantomFindings } from './phantom.ts'
import { spline } from './spline.ts'

/** Draws tubes, lines, pacemaker and wires as a lateral film shows them. */
export function drawLateralDevices({ geometry: g, anatomy: a, stroke }: LateralScene, f: PhantomFindings): void {
  const course = (knots: readonly (readonly [number, number])[], radius: number, weight: number): Points =>
    spline(knots).map(([p, v]) => [p, v, radius, weight] as const)
  const tip = g.carina - stream(a, 102).uniform(0.075, 0.12)
  if (f.endotrachealTube) {
    const knots = [
      [g.trachea(-0.3), -0.3],
      [g.trachea(0), 0],
      [g.trachea(tip - 0.08), tip - 0.08],
      [g.trachea(tip), tip],
    ] as const
    stroke(course(knots, 0.0105, 4.5), PIPE)
    stroke(
      course(
        knots.map(([p, v]) => [p - 0.006, v] as const),
        0.0026,
        16,
      ),
      SOLID,
    )
  }
  const stomach = g.dome.left + 0.07
  if (f.entericTube) {
    stroke(
      course(
        [
          [0.0, -0.3],
          [-0.035, 0],
          [-0.06, g.carina - 0.1],
          [-0.075, g.carina + 0.05],
          [-0.07, g.carina + 0.2],
          [-0.03, g.dome.left - 0.02],
          [0.03, stomach],
          [0.085, stomach + 0.03],
        ],
        0.0046,
        16,
      ),
      SOLID,
    )
  }
  const cava = [0.012, g.carina + 0.02] as const
  if (f.centralLine !== null)
    stroke(course([[0.06, -0.05], [0.055, g.apex + 0.05], [0.03, g.carina - 0.08], cava], 0.0036, 18), SOLID)
  if (f.pacemaker) {
    const v = g.apex + 0.17
    const p = g.front(v) + 0.045
    const low = g.heart.v + g.heart.rv * 0.55
    stroke(
      [
        [p, v - 0.03, 0.014, 40],
        [p + 0.01, v + 0.02, 0.014, 40],
      ],
      FLAT,
    )
    stroke(
      course(
        [
          [p - 0.004, v - 0.045],
          [0.05, g.apex + 0.07],
          [0.03, g.carina - 0.07],
          [0.012, g.carina + 0.06],
          [0.0, low - 0.12],
          [0.03, low - 0.02],
          [g.heart.p + g.heart.rp * 0.55, low],
        ],
        0.0034,
        20,
      ),
      SOLID,
    )
  }
  if (f.chestTube !== null) {
    const v = g.apex + 0.5
    const knots = [
      [0.02, v + 0.03],
      [0.0, v],
      [-0.05, v - 0.12],
      [-0.06, g.apex + 0.22],
      [-0.03, g.apex + 0.11],
    ] as const
    stroke(course(knots, 0.0105, 5), PIPE)
    stroke(course(knots, 0.0028, 16), SOLID)
  }
  if (f.sternotomyWires) {
    for (let i = 0; i < 6; i++) {
      const v = g.apex + 0.125 + 0.05 * i
      const p = g.front(v) + 0.012
      const loop: Points = Array.from({ length: 13 }, (_, j) => {
        const t = (j / 12) * 2 * Math.PI
        return [p + 0.013 * Math.cos(t), v + 0.005 * Math.sin(t) - 0.3 * 0.013 * Math.cos(t), 0.002, 22] as const
      })
      stroke(loop, SOLID)
    }
  }
}
