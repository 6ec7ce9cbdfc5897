import type { Anatomy } from './anatomy.ts'
import type { Canvas } from './canvas.ts'
import { smoothstep } from './frontalGeometry.ts'
import type { LateralGeometry } from './lateralGeometry.ts'
import type { Side } from './phantom.ts'

/** Thicknesses along the beam of a lateral film: the body, and each lung by itself. */
export interface LateralTissue {
  readonly body: Float32Array
  readonly lungs: Readonly<Record<Side, Float32Array>>
}

const STEPS = 3072
const FIRST = -0.75
const PER_UNIT = STEPS / 2.5
const table = (at: (value: number) => number): Float32Array =>
  Float32Array.from({ length: STEPS + 1 }, (_, i) => at(FIRST + i / PER_UNIT))

/** Fills the thickness of trunk, neck and raised arms, and of both lungs around heart and mediastinum. */
export function drawLateralTissue(canvas: Canvas, a: Anatomy, g: LateralGeometry, tissue: LateralTissue): void {
  const { columns, rows, scale, left, top } = canvas
  const { right: lungRight, left: lungLeft } = tissue.lungs
  const wall = 0.03 + 0.42 * a.wall
  const width = 2 * (a.halfWidth + a.wall) * 40
  const lungWidth = (a.halfWidth - 0.045) * 40
  const bottom = (g.dome.left + g.dome.right) / 2
  const skinFront = table((v) => {
    const neck = smoothstep(g.apex + 0.2, g.apex - 0.1, v)
    const belly = (a.abdomen - 0.96) * 0.5 * smoothstep(bottom - 0.1, bottom + 0.3, v)
    const breast = 0.085 * a.breast * Math.exp(-(((v - a.breastHeight) / 0.13) ** 2))
    return g.front(v) + wall * 0.75 + belly + breast + 0.06 * neck
  })
  const skinBack = table((v) => g.back(v) - wall - 0.025 * smoothstep(g.apex + 0.1, g.apex + 0.3, v))
  const thickness = table((v) => {
    const neck = smoothstep(g.apex + 0.02, g.apex - 0.2, v)
    return (width * (1 - neck) + 12 * neck) * (1 + 0.06 * smoothstep(bottom - 0.05, bottom + 0.1, v))
  })
  const front = table(g.front)
  const back = table(g.back)
  const lungTop = table((v) => lungWidth * Math.sqrt(smoothstep(g.apex, g.apex + 0.24, v)))
  const crest = { right: table((p) => g.diaphragm('right', p)), left: table((p) => g.diaphragm('left', p)) }
  for (let row = 0; row < rows; row++) {
    const v = top + (row + 0.5) / scale
    const i = Math.min(STEPS, Math.max(0, ((v - FIRST) * PER_UNIT) | 0))
    const middle = (skinFront[i]! + skinBack[i]!) / 2
    const half = (skinFront[i]! - skinBack[i]!) / 2
    const lungMiddle = (front[i]! + back[i]!) / 2
    const lungHalf = (front[i]! - back[i]!) / 2
    // Raised arms and shoulder girdle lie over the upper chest.
    const arms = 17 * smoothstep(g.apex + 0.2, g.apex - 0.02, v)
    for (let column = 0; column < columns; column++) {
      const p = g.centre - (left + (column + 0.5) / scale)
      const at = row * columns + column
      const s = (p - middle) / half
      const inside = 1 - Math.abs(s) ** 2.6
      let body = inside > 0 ? thickness[i]! * Math.sqrt(inside) : 0
      if (arms > 0) {
        const q = 1 - ((p - 0.03 - 0.25 * (g.apex + 0.12 - v)) / (0.2 + 0.1 * (g.apex + 0.12 - v))) ** 2
        if (q > 0) body = Math.hypot(body, arms * Math.sqrt(q))
      }
      tissue.body[at] = body
      const l = (p - lungMiddle) / lungHalf
      const open = 1 - l * l
      if (open <= 0 || lungTop[i]! === 0) continue
      // Behind the heart and in front of it the lungs meet; between the hila the mediastinum keeps them apart.
      const apart = 2.2 * Math.exp(-(((p + 0.02) / 0.09) ** 2))
      const full = Math.max(0, lungTop[i]! * Math.sqrt(open) - apart)
      const hp = (p - g.heart.p + 0.35 * (v - g.heart.v)) / g.heart.rp
      const hv = (v - g.heart.v) / g.heart.rv
      const h = 1 - Math.abs(hp) ** 2.1 - Math.abs(hv) ** 2.1
      const heart = h > 0 ? Math.sqrt(h) * lungWidth : 0
      const j = Math.min(STEPS, Math.max(0, ((p - FIRST) * PER_UNIT) | 0))
      lungRight[at] = under(full - 0.36 * heart, v - crest.right[j]!)
      lungLeft[at] = under(full - 0.66 * heart, v - crest.left[j]!)
    }
  }
}

/** What is left of a lung below the crest of its dome. */
function under(lung: number, depth: number): number {
  if (lung <= 0 || depth >= 0.05) return 0
  if (depth <= 0) return lung
  const rest = 1 - Math.sqrt(depth / 0.05)
  return lung * rest * 0.8
}
