/** A point that a device passes through: body coordinates. */
export type Knot = readonly [number, number]

/** Points of a Catmull-Rom spline through the knots, dense enough to look smooth. */
export function spline(knots: readonly Knot[]): Knot[] {
  const points: Knot[] = []
  for (let i = 0; i + 1 < knots.length; i++) {
    const [p0, p1, p2, p3] = [
      knots[Math.max(0, i - 1)]!,
      knots[i]!,
      knots[i + 1]!,
      knots[Math.min(knots.length - 1, i + 2)]!,
    ]
    const steps = Math.max(1, Math.ceil(Math.hypot(p2[0] - p1[0], p2[1] - p1[1]) / 0.016))
    for (let s = 0; s < steps; s++) {
      const t = s / steps
      const at = (c: 0 | 1) =>
        p1[c] +
        0.5 *
          t *
          (p2[c] - p0[c] + t * (2 * p0[c] - 5 * p1[c] + 4 * p2[c] - p3[c] + t * (3 * (p1[c] - p2[c]) + p3[c] - p0[c])))
      points.push([at(0), at(1)])
    }
  }
  points.push(knots[knots.length - 1]!)
  return points
}
