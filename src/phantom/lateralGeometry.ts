import type { Anatomy } from './anatomy.ts'
import { smoothstep, stream } from './frontalGeometry.ts'
import type { PhantomFindings, Side } from './phantom.ts'

/**
 * Where everything lies on a left lateral film: p runs from the back (negative) to the front (positive) and v from
 * head to feet, in the frontal film's units and heights. The patient faces the film's left edge.
 */
export interface LateralGeometry {
  readonly toFilm: (p: number, v: number) => { readonly x: number; readonly y: number }
  readonly centre: number
  readonly half: number // half of the inner chest's depth
  readonly apex: number
  readonly dome: Readonly<Record<Side, number>>
  readonly angle: Readonly<Record<Side, number>> // posterior costophrenic angles
  readonly carina: number
  readonly hilum: { readonly p: number; readonly v: number }
  readonly heart: { readonly p: number; readonly v: number; readonly rp: number; readonly rv: number }
  readonly front: (v: number) => number // inner surface of the sternum and anterior chest wall
  readonly back: (v: number) => number // inner surface of the posterior ribs
  readonly spine: (v: number) => number // middle of the vertebral bodies
  readonly trachea: (v: number) => number
  readonly diaphragm: (side: Side, p: number) => number
}

export function lateralGeometry(a: Anatomy, findings: PhantomFindings): LateralGeometry {
  const random = stream(a, 200)
  const half = 0.0098 * a.bodyDepth * random.uniform(0.93, 1.02)
  const centre = 0.5 + random.uniform(-0.025, 0.025)
  const height = findings.lowVolumes ? a.lowLungHeight : a.lungHeight
  const dome = { right: a.apex + height + 0.01, left: a.apex + height + 0.01 + a.leftDomeDrop * 1.4 }
  const fall = a.sulcus * (findings.lowVolumes ? 1 : 1.25)
  const angle = { right: dome.right + fall, left: dome.left + fall }
  const kyphosis = random.uniform(0.02, 0.045)
  const bottom = a.apex + a.lungHeight
  const along = (v: number) => (v - a.apex) / (bottom - a.apex)
  const back = (v: number) =>
    -half * (0.62 + 0.38 * Math.sin(Math.PI * Math.min(0.62, 0.1 + 0.62 * Math.max(0, along(v))))) - 0.01
  const spine = (v: number) => -half + 0.075 - kyphosis * Math.sin(Math.PI * Math.min(1.15, Math.max(-0.15, along(v))))
  const front = (v: number) => {
    const t = Math.max(0, along(v))
    return -0.22 * half + 1.16 * half * (1 - (1 - Math.min(1, t)) ** 2.3) - 0.1 * half * smoothstep(0.75, 1.3, t)
  }
  const carina = a.apex + a.carina * (findings.lowVolumes ? 0.86 : 1)
  const ratio = a.heartRatio[findings.cardiomegaly]
  const rp = half * (0.12 + 1.0 * ratio)
  const rv = 0.142 + 0.16 * (ratio - 0.45)
  const heart = {
    p: Math.min(front(dome.left - rv) - 0.8 * rp, half * 0.36),
    v: (dome.left + dome.right) / 2 - 0.66 * rv,
    rp,
    rv,
  }
  const diaphragm = (side: Side, p: number) => {
    const crest = 0.22 * half
    return p < crest
      ? dome[side] + fall * ((crest - p) / (crest + half)) ** 2.3
      : dome[side] + 0.05 * ((p - crest) / (half - crest)) ** 2
  }
  return {
    toFilm: (p, v) => ({ x: centre - p, y: v }),
    centre,
    half,
    apex: a.apex,
    dome,
    angle,
    carina,
    hilum: { p: -0.02, v: carina + 0.05 },
    heart,
    front,
    back,
    spine,
    trachea: (v) => 0.012 - 0.055 * smoothstep(a.apex - 0.1, carina + 0.03, v),
    diaphragm,
  }
}
