import type { Anatomy } from './anatomy.ts'
import { FLAT, PIPE, SOLID, type Profile, type TubePoint } from './canvas.ts'
import { signOf, stream, type Geometry } from './frontalGeometry.ts'
import type { BoxKey, PhantomFindings, Side } from './phantom.ts'
import { spline, type Knot } from './spline.ts'

/** A piece of a device: its course on the film and its cross-section. */
export interface DevicePart {
  readonly tube: readonly TubePoint[]
  readonly shape: Profile
}
export interface Device {
  readonly key: BoxKey
  readonly parts: readonly DevicePart[]
}

/** Every device of the findings, placed in this patient. */
export function devicesOf(anatomy: Anatomy, geometry: Geometry, findings: PhantomFindings): readonly Device[] {
  const course = (knots: readonly Knot[], radius: number, weight: number): TubePoint[] =>
    spline(knots).map(([u, v]) => ({ ...geometry.frame.toFilm(u, v), radius, weight }))
  const devices: Device[] = []
  if (findings.sternotomyWires) devices.push(wires(anatomy, geometry))
  if (findings.endotrachealTube) devices.push(endotrachealTube(anatomy, geometry, course))
  if (findings.entericTube) devices.push(entericTube(anatomy, geometry, course))
  if (findings.centralLine !== null) devices.push(centralLine(anatomy, geometry, findings.centralLine, course))
  if (findings.chestTube !== null) devices.push(chestTube(anatomy, geometry, findings.chestTube, course))
  if (findings.pacemaker) devices.push(pacemaker(anatomy, geometry, course))
  return devices
}

type Course = (knots: readonly Knot[], radius: number, weight: number) => TubePoint[]

function pacemaker(a: Anatomy, g: Geometry, course: Course): Device {
  const random = stream(a, 101)
  const u = random.uniform(0.255, 0.3)
  const v = g.apex + random.uniform(0.11, 0.15)
  const lean = random.uniform(-0.012, 0.012)
  const can: Knot[] = [
    [u - 0.017, v + 0.004],
    [u + 0.017, v + 0.004 + lean],
  ]
  const header: Knot[] = [
    [u - 0.018, v - 0.027],
    [u + 0.012, v - 0.027 + lean],
  ]
  const svc = -(a.medial - 0.012) + g.shift
  const vein = g.apex + 0.13
  const heart = g.heart
  const lead: Knot[] = [
    [u - 0.03, v - 0.026],
    [u - 0.055, v - 0.03],
    [0.15, g.apex + 0.105],
    [0.07, vein - 0.01],
    [0.005 + g.shift, vein + 0.012],
    [svc, g.carina - 0.03],
    [svc - 0.004, g.carina + 0.06],
    [svc - 0.01, heart.top + 0.12],
    [svc + 0.008, heart.bottom - 0.085],
    [g.shift + 0.02, heart.bottom - 0.05],
    [heart.left * 0.45, heart.bottom - 0.058],
    [heart.left * 0.66, heart.bottom - 0.066],
  ]
  const tip = course(
    [
      [heart.left * 0.64, heart.bottom - 0.065],
      [heart.left * 0.67, heart.bottom - 0.0665],
    ],
    0.0055,
    15,
  )
  return {
    key: 'pacemaker',
    parts: [
      { tube: course(can, 0.03, 26), shape: FLAT },
      { tube: course(header, 0.012, 9), shape: SOLID },
      { tube: course(lead, 0.0034, 13), shape: SOLID },
      { tube: tip, shape: SOLID },
    ],
  }
}

function endotrachealTube(a: Anatomy, g: Geometry, course: Course): Device {
  const random = stream(a, 102)
  const tip = g.carina - random.uniform(0.075, 0.12)
  const knots: Knot[] = []
  for (let v = -0.35; v < tip; v += 0.05) knots.push([g.trachea(v) + 0.002, v])
  knots.push([g.trachea(tip), tip])
  const stripe = knots.map(([u, v]): Knot => [u + 0.0065, v])
  return {
    key: 'endotracheal-tube',
    parts: [
      { tube: course(knots, 0.0112, 3.4), shape: PIPE },
      { tube: course(stripe, 0.0026, 11), shape: SOLID },
    ],
  }
}

function entericTube(a: Anatomy, g: Geometry, course: Course): Device {
  const random = stream(a, 103)
  const turn = g.dome.left + random.uniform(0.035, 0.06)
  const end = random.uniform(0.12, 0.19)
  const knots: Knot[] = [
    [0.004, -0.4],
    [0.006, 0],
    [0.014 + g.shift * 0.6, g.apex + 0.12],
    [0.012 + g.shift, g.carina + 0.02],
    [0.008 + g.shift, g.carina + 0.2],
    [0.026 + g.shift * 0.5, g.dome.left - 0.05],
    [0.052, turn - 0.01],
    [0.085, turn + 0.035],
    [end, turn + 0.05],
  ]
  const whole = course(knots, 0.0046, 10)
  const port = Math.round(whole.length * 0.9) // a gap in the stripe shows the side hole
  return {
    key: 'enteric-tube',
    parts: [
      { tube: whole.slice(0, port), shape: SOLID },
      { tube: whole.slice(port - 1, port + 2).map((p) => ({ ...p, weight: 3 })), shape: PIPE },
      { tube: whole.slice(port + 1), shape: SOLID },
    ],
  }
}

function centralLine(a: Anatomy, g: Geometry, side: Side, course: Course): Device {
  const random = stream(a, side === 'left' ? 104 : 105)
  const k = signOf(side)
  const jugular = random.chance(0.5)
  const svc = -(a.medial - 0.004) + g.shift
  const tip = g.carina + random.uniform(0.015, 0.06)
  const vein = g.apex + 0.125
  const entry: Knot[] = jugular
    ? [
        [k * 0.125, -0.03],
        [k * 0.098, g.apex - 0.02],
        [k * 0.075, g.apex + 0.075],
      ]
    : [
        [k * 0.33, g.apex + 0.2],
        [k * 0.25, g.apex + 0.135],
        [k * 0.16, g.apex + 0.102],
        [k * 0.1, g.apex + 0.108],
      ]
  const across: Knot[] =
    side === 'left'
      ? [
          [0.045 + g.shift, vein + 0.01],
          [-0.015 + g.shift, vein + 0.045],
        ]
      : [[-0.062 + g.shift, vein + 0.03]]
  return {
    key: 'central-line',
    parts: [
      {
        tube: course([...entry, ...across, [svc, (vein + tip) / 2 + 0.03], [svc - 0.001, tip]], 0.0036, 11.5),
        shape: SOLID,
      },
    ],
  }
}

function chestTube(a: Anatomy, g: Geometry, side: Side, course: Course): Device {
  const random = stream(a, side === 'left' ? 106 : 107)
  const k = signOf(side)
  const enter = g.apex + (random.uniform(0.48, 0.56) * (g.dome.right - g.apex)) / 0.62
  const skin = a.halfWidth + a.wall
  const top = g.apex + random.uniform(0.07, 0.12)
  const inner = g.lateral(top) - random.uniform(0.03, 0.06)
  const knots: Knot[] = [
    [k * (skin + 0.03), enter + 0.05],
    [k * (a.halfWidth + 0.01), enter],
    [k * (a.halfWidth - 0.045), enter - 0.07],
    [k * (inner + 0.045), top + 0.15],
    [k * inner, top + 0.035],
    [k * (inner - 0.02), top],
  ]
  const whole = course(knots, 0.0105, 3.6)
  const stripe = course(
    knots.map(([u, v]): Knot => [u + k * 0.002, v]),
    0.0028,
    11,
  )
  const hole = Math.round(stripe.length * 0.72)
  return {
    key: 'chest-tube',
    parts: [
      { tube: whole, shape: PIPE },
      { tube: stripe.slice(0, hole), shape: SOLID },
      { tube: stripe.slice(hole + 2), shape: SOLID },
    ],
  }
}

function wires(a: Anatomy, g: Geometry): Device {
  const random = stream(a, 108)
  const count = 5 + random.below(2)
  const first = g.apex + 0.145
  const spacing = ((g.heart.bottom - 0.1 - first) / (count - 1)) * random.uniform(0.9, 1)
  const parts: DevicePart[] = []
  for (let i = 0; i < count; i++) {
    const v = first + i * spacing
    const u = a.turn + random.uniform(-0.004, 0.004)
    const half = random.uniform(0.014, 0.019)
    const lean = random.uniform(-0.004, 0.004)
    const loop: TubePoint[] = Array.from({ length: 17 }, (_, j) => {
      const t = (j / 16) * 2 * Math.PI
      return {
        ...g.frame.toFilm(
          u + half * Math.cos(t),
          v + lean * Math.cos(t) + 0.0065 * Math.sin(t) * (1 - 0.35 * Math.cos(t) ** 2),
        ),
        radius: 0.0021,
        weight: 15,
      }
    })
    const twist: TubePoint[] = [
      [-0.001, 0.006],
      [0.003, 0.012],
      [0.0005, 0.017],
    ].map(([du, dv]) => ({ ...g.frame.toFilm(u + du!, v + dv!), radius: 0.0026, weight: 16 }))
    parts.push({ tube: loop, shape: SOLID }, { tube: twist, shape: SOLID })
  }
  return { key: 'sternotomy-wires', parts }
}
