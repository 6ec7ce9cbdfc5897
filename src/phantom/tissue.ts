import type { Anatomy } from './anatomy.ts'
import type { Canvas } from './canvas.ts'
import { smoothstep, type Geometry } from './frontalGeometry.ts'
import type { Side } from './phantom.ts'

/** Thicknesses along the beam: everything that attenuates (cm of water), and inflated lung (cm). */
export interface Tissue {
  readonly body: Float32Array
  readonly lung: Float32Array
}

const FIRST = -0.75 // tables cover this range of v, enough for films twice as high as wide
const LAST = 1.75
const STEPS = 4096
const PER_UNIT = STEPS / (LAST - FIRST)
const RECESS = 0.13 // how far the lung reaches down behind the dome
const EDGE = 0.038 // over which the mediastinum's rounded border gives way to lung

const byHeight = (at: (v: number) => number): Float32Array =>
  Float32Array.from({ length: STEPS + 1 }, (_, i) => at(FIRST + i / PER_UNIT))
const byDistance = (at: (d: number) => number): Float32Array =>
  Float32Array.from({ length: 2049 }, (_, i) => at(i / 2048))

/** Fills body and lung thickness: trunk, neck and shoulders; lungs between rib cage, mediastinum, heart and domes. */
export function drawTissue(canvas: Canvas, anatomy: Anatomy, geometry: Geometry, tissue: Tissue): void {
  const { columns, rows, scale, left, top } = canvas
  const { cos, sin, centre } = geometry.frame
  const a = anatomy
  const g = geometry
  const lungDepth = a.bodyDepth * 0.71
  const girth = 8 + 0.2 * a.bodyDepth
  const chest = a.halfWidth + a.wall
  const domeLevel = (g.dome.left + g.dome.right) / 2
  const trunkHalf = byHeight((v) => {
    const waist = chest * (1 + (a.abdomen - 1) * smoothstep(domeLevel - 0.25, domeLevel + 0.2, v))
    return a.neck + (waist - a.neck) * smoothstep(a.apex - 0.09, a.apex + 0.22, v)
  })
  const trunkDepth = byHeight(
    (v) =>
      (12.5 + (a.bodyDepth - 12.5) * smoothstep(a.apex - 0.08, a.apex + 0.22, v)) *
      (1 + 0.1 * a.abdomen * smoothstep(domeLevel - 0.06, domeLevel + 0.12, v)),
  )
  const shoulderTop = byDistance((d) => {
    const along = Math.max(0, d - a.neck * 0.8)
    return a.apex - 0.115 + a.trapezius * along - 0.02 * Math.exp(-along / 0.03)
  })
  const armpit = byDistance((d) => a.axilla - 0.55 * Math.max(0, d - chest) - 0.9 * Math.max(0, chest - d))
  const lateral = byHeight(g.lateral)
  const lungTop = byHeight((v) => lungDepth * Math.sqrt(smoothstep(a.apex - 0.004, a.apex + 0.2, v)))
  const medial: Record<Side, Float32Array> = {
    right: byHeight((v) => g.medial('right', v)),
    left: byHeight((v) => g.medial('left', v)),
  }
  const crest: Record<Side, Float32Array> = {
    right: byDistance((d) => g.diaphragm('right', d)),
    left: byDistance((d) => g.diaphragm('left', d)),
  }
  const heartLeft = byHeight((v) => g.heartBorders(v).left)
  const heartRight = byHeight((v) => g.heartBorders(v).right)
  const heartDepth = byHeight((v) => g.heartBorders(v).depth * lungDepth * a.heartDepth)
  const aorta = { u: g.knob.u - 0.006, radius: a.knob * 0.78 }
  for (let row = 0; row < rows; row++) {
    const y = top + (row + 0.5) / scale - 0.5
    for (let column = 0; column < columns; column++) {
      const x = left + (column + 0.5) / scale - centre
      const u = x * cos + y * sin
      const v = 0.5 + y * cos - x * sin
      const d = u < 0 ? -u : u
      const i = Math.min(STEPS, Math.max(0, ((v - FIRST) * PER_UNIT) | 0))
      const j = Math.min(2048, (d * 2048) | 0)
      const at = row * columns + column

      const half = trunkHalf[i]!
      const across = 1 - (d * d * d) / (half * half * half)
      const trunk = across > 0 ? trunkDepth[i]! * Math.sqrt(across) : 0
      const below = v - shoulderTop[j]!
      const above = armpit[j]! - v
      let shoulder = 0
      if (below > 0 && above > 0) {
        const p = below < 0.14 ? below / 0.14 : 1
        const q = above < 0.16 ? above / 0.16 : 1
        shoulder = girth * Math.sqrt(p * (2 - p) * q * (2 - q))
      }
      // A smooth maximum: shoulders and trunk flow into each other without an edge.
      const gap = trunk > shoulder ? trunk - shoulder : shoulder - trunk
      const blend = gap < 7 ? 7 - gap : 0
      tissue.body[at] = shoulder === 0 ? trunk : (trunk > shoulder ? trunk : shoulder) + (blend * blend) / 28

      if (d > lateral[i]!) continue
      const width = lateral[i]!
      const side: Side = u < 0 ? 'right' : 'left'
      const inside = d - medial[side][i]!
      if (inside <= 0) continue
      const rest = 1 - (d * d) / (width * width)
      let lung = lungTop[i]! * Math.sqrt(rest)
      if (inside < EDGE) {
        const m = inside / EDGE
        lung *= Math.sqrt(m * (2 - m))
      }
      const depthBelow = v - crest[side][j]!
      if (depthBelow > 0) {
        if (depthBelow >= RECESS) continue
        const gone = 1 - Math.sqrt(depthBelow / RECESS)
        const beside = inside < 0.12 ? inside / 0.12 : 1 // beside the spine there is no recess
        tissue.lung[at] = 0.8 * lung * gone * Math.sqrt(gone) * beside
        continue
      }
      const hl = heartLeft[i]!
      const hr = heartRight[i]!
      const s = (2 * u - hl - hr) / (hl - hr)
      if (s > -1 && s < 1) lung -= heartDepth[i]! * Math.sqrt(1 - s * s)
      const ku = (u - g.knob.u) / g.knob.radius
      const kv = (v - g.knob.v) / (g.knob.radius * 1.12)
      const k = 1 - ku * ku - kv * kv
      if (k > 0) lung -= 9 * Math.sqrt(k)
      if (v > g.knob.v && u > 0) {
        const w = (u - aorta.u) / aorta.radius
        const arch = v - g.knob.v
        if (w < 1 && w > -1) lung -= (arch < 0.06 ? arch / 0.06 : 1) * 4.5 * Math.sqrt(1 - w * w)
      }
      if (lung > 0) tissue.lung[at] = lung
    }
  }
}
