import type { Anatomy } from './anatomy.ts'
import { hash } from './noise.ts'
import type { PhantomFindings, Side, Zone } from './phantom.ts'
import { Random } from './random.ts'

/**
 * Where everything lies on a frontal film. Body coordinates: u runs from the midline to the patient's left, v from
 * head to feet, both in units of the square crop's side; `frame` places them on the film.
 */
export interface Geometry {
  readonly frame: Frame
  readonly apex: number
  readonly dome: Readonly<Record<Side, number>> // height of the top of each hemidiaphragm
  readonly angle: Readonly<Record<Side, number>> // height of each costophrenic angle
  readonly halfWidth: number
  readonly carina: number
  readonly shift: number // of the mediastinum to the patient's left, by a large effusion or pneumothorax
  readonly hilum: Readonly<Record<Side, { readonly u: number; readonly v: number }>>
  readonly heart: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number }
  readonly knob: { readonly u: number; readonly v: number; readonly radius: number }
  /** Outer border of the lung: distance from the midline by height. */
  readonly lateral: (v: number) => number
  /** Height of the hemidiaphragm's crest by distance from the midline. */
  readonly diaphragm: (side: Side, a: number) => number
  /** Inner border of the lung beside the mediastinum above the heart. */
  readonly medial: (side: Side, v: number) => number
  /** The heart's borders at a height, signed u. */
  readonly heartBorders: (v: number) => { readonly right: number; readonly left: number; readonly depth: number }
  /** Outer border of the lung under a pneumothorax, or null. */
  readonly pleura: ((v: number) => number) | null
  /** Midline of the trachea by height, signed u. */
  readonly trachea: (v: number) => number
}

export interface Frame {
  readonly toFilm: (u: number, v: number) => { readonly x: number; readonly y: number }
  readonly cos: number
  readonly sin: number
  readonly centre: number
}

/** +1 for the patient's left (right half of the film), -1 for the right. */
export const signOf = (side: Side): 1 | -1 => (side === 'left' ? 1 : -1)
export const other = (side: Side): Side => (side === 'left' ? 'right' : 'left')
export const smoothstep = (low: number, high: number, x: number): number => {
  const t = Math.min(1, Math.max(0, (x - low) / (high - low)))
  return t * t * (3 - 2 * t)
}

/** The patient's own source of randomness for one thing, the same whatever else is drawn. */
export const stream = (anatomy: Anatomy, label: number): Random => new Random(hash(anatomy.seed, label))

export function frontalGeometry(anatomy: Anatomy, findings: PhantomFindings): Geometry {
  const a = anatomy
  const cos = Math.cos(a.tilt)
  const sin = Math.sin(a.tilt)
  const frame: Frame = {
    cos,
    sin,
    centre: a.centre,
    toFilm: (u, v) => ({ x: a.centre + u * cos - (v - 0.5) * sin, y: 0.5 + u * sin + (v - 0.5) * cos }),
  }
  const height = findings.lowVolumes ? a.lowLungHeight : a.lungHeight
  const dome = { right: a.apex + height, left: a.apex + height + a.leftDomeDrop }
  const sulcus = a.sulcus * (findings.lowVolumes ? 0.85 : 1)
  const angle = { right: dome.right + sulcus, left: dome.left + sulcus * 0.92 }
  const widest = a.apex + height * 0.98
  const lateral = (v: number) => {
    const t = (v - a.apex) / (widest - a.apex)
    if (t <= 0) return 0
    const rest = 1 - Math.min(1, t)
    return a.apexOffset + (a.halfWidth - a.apexOffset) * (1 - rest ** a.shape) ** 0.5
  }
  const diaphragm = (side: Side, d: number) => {
    const crest = 0.15
    const fall = angle[side] - dome[side]
    return d > crest
      ? dome[side] + fall * ((d - crest) / (a.halfWidth - crest)) ** 2.4
      : dome[side] + 0.035 * ((crest - d) / crest) ** 2
  }
  const shift = mediastinalShift(findings)
  const medial = (side: Side, v: number) => {
    const t = Math.min(1, Math.max(0, (v - a.apex) / 0.085))
    const bow = side === 'right' ? 0.007 * smoothstep(0, 0.2, v - a.apex) : -0.006 * smoothstep(0.1, 0.3, v - a.apex)
    const width = a.medial + bow
    return a.apexOffset - (a.apexOffset - width) * Math.sqrt(1 - (1 - t) ** 2) + signOf(side) * shift * t
  }
  const carina = a.apex + a.carina * (findings.lowVolumes ? 0.86 : 1)
  const drift = shift + 0.4 * a.turn
  const hilum = {
    right: { u: -(a.medial + 0.028) + drift, v: carina + 0.085 * (height / 0.65) },
    left: { u: a.medial + 0.032 + drift, v: carina + 0.058 * (height / 0.65) },
  }
  const heart = heartOf(a, findings, dome, carina, shift + a.turn)
  const heartBorders = (v: number) => {
    const t = (v - heart.top) / (heart.bottom - heart.top)
    const rise = Math.sin(Math.min(1, Math.max(0, t) / 0.78) * (Math.PI / 2)) ** 1.15
    const past = Math.max(0, t - 0.78) / 0.56
    const base = a.medial + 0.016 + shift
    const left = base + (heart.left - base) * rise * Math.sqrt(Math.max(0, 1 - past * past))
    const bulge = Math.sin(Math.PI * Math.min(1, Math.max(0, 0.06 + t * 0.68))) ** 0.8
    const right = -(a.medial - shift) + (heart.right + a.medial - shift) * bulge
    const middle = 1 - ((t - 0.6) / 0.68) ** 2
    return { left, right, depth: middle > 0 ? Math.sqrt(middle) : 0 }
  }
  return {
    frame,
    apex: a.apex,
    dome,
    angle,
    halfWidth: a.halfWidth,
    carina,
    shift,
    hilum,
    heart,
    knob: {
      u: a.medial - 0.004 + shift + a.turn,
      v: a.apex + a.knobHeight * (findings.lowVolumes ? 0.92 : 1),
      radius: a.knob,
    },
    lateral,
    diaphragm,
    medial,
    heartBorders,
    pleura: pleuraOf(a, findings, lateral, height),
    trachea: (v) =>
      (shift + 0.3 * a.turn) * smoothstep(a.apex - 0.05, carina, v) -
      0.008 * smoothstep(carina - 0.12, carina - 0.02, v),
  }
}

function heartOf(
  a: Anatomy,
  findings: PhantomFindings,
  dome: Geometry['dome'],
  carina: number,
  shift: number,
): Geometry['heart'] {
  const width = a.heartRatio[findings.cardiomegaly] * 2 * a.halfWidth
  const top = carina + 0.045 - 0.008 * findings.cardiomegaly
  const bottom = (dome.right + dome.left) / 2 + 0.035
  return {
    left: width * (1 - a.heartRightShare) + shift,
    right: -width * a.heartRightShare + shift,
    top,
    bottom,
  }
}

/** Fluid or air under tension pushes the mediastinum to the other side. */
function mediastinalShift(f: PhantomFindings): number {
  const fluid = (f.effusion.right === 3 ? 0.035 : 0) - (f.effusion.left === 3 ? 0.035 : 0)
  const air = f.pneumothorax?.size === 3 ? -signOf(f.pneumothorax.side) * 0.018 : 0
  return fluid + air
}

function pleuraOf(
  a: Anatomy,
  findings: PhantomFindings,
  lateral: Geometry['lateral'],
  height: number,
): Geometry['pleura'] {
  if (findings.pneumothorax === null) return null
  const random = stream(a, 11)
  const { size } = findings.pneumothorax
  const cap = [0.055, 0.1, 0.2][size - 1]! * random.uniform(0.9, 1.15) // lung apex below the chest's apex
  const gap = [0.032, 0.065, 0.15][size - 1]! * random.uniform(0.9, 1.15) // at the widest separation
  const meets = a.apex + height * [0.42, 0.9, 1.6][size - 1]! // where the lung touches the wall again
  return (v) => {
    if (v <= a.apex + cap) return 0
    const outer = lateral(v)
    if (v >= meets) return outer + 0.02
    const rim =
      lateral(a.apex + (v - a.apex - cap) * 1.25) - gap * smoothstep(meets, meets - 0.55 * (meets - a.apex), v)
    return Math.min(outer + 0.02 * smoothstep(meets - 0.06, meets, v), Math.max(a.medial + 0.03, rim))
  }
}

/** Middle height of a lung zone: thirds of the lung from apex to dome. */
export function zoneCentre(geometry: Geometry, side: Side, zone: Zone): number {
  const share = { upper: 0.27, mid: 0.53, lower: 0.8 }[zone]
  return geometry.apex + share * (geometry.dome[side] - geometry.apex)
}
