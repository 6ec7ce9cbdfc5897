import type { Box } from '../../shared/domain/generation.ts'

/** Boxes that a report draws for a finding, and those where it is. Boxes of one key belong together. */
export interface BoxPair {
  readonly drawn: readonly KeyedBox[]
  readonly reference: readonly KeyedBox[]
}
export interface KeyedBox {
  /** What is boxed, with its side. */
  readonly key: string
  readonly box: Box
}

export interface BoxAgreement {
  /** Drawn boxes, and those that overlap their reference enough; a box without a reference is a miss. */
  readonly drawn: number
  readonly right: number
  /** Drawn boxes whose finding is there, and the mean overlap (IoU) over them. */
  readonly withReference: number
  readonly meanOverlap: number | null
  /** Boxes there are to draw. */
  readonly reference: number
}

/** Intersection over union of two boxes; 0 for boxes without area. */
export function overlap(a: Box, b: Box): number {
  const across = Math.min(a.xMax, b.xMax) - Math.max(a.xMin, b.xMin)
  const down = Math.min(a.yMax, b.yMax) - Math.max(a.yMin, b.yMin)
  const shared = Math.max(across, 0) * Math.max(down, 0)
  const union = area(a) + area(b) - shared
  return union > 0 ? shared / union : 0
}

const area = (box: Box): number => Math.max(box.xMax - box.xMin, 0) * Math.max(box.yMax - box.yMin, 0)

/** How drawn boxes agree with the reference over many reports. Each reference box answers for one drawn box. */
export function boxAgreement(pairs: readonly BoxPair[], enough = 0.5): BoxAgreement {
  let right = 0
  let withReference = 0
  let overlaps = 0
  for (const { drawn, reference } of pairs) {
    const left = [...reference]
    for (const { key, box } of drawn) {
      const candidates = left.filter((one) => one.key === key)
      const match = candidates.toSorted((a, b) => overlap(b.box, box) - overlap(a.box, box))[0]
      if (match === undefined) continue
      left.splice(left.indexOf(match), 1)
      withReference++
      overlaps += overlap(match.box, box)
      if (overlap(match.box, box) >= enough) right++
    }
  }
  const sum = (of: (pair: BoxPair) => number): number => pairs.reduce((total, pair) => total + of(pair), 0)
  return {
    drawn: sum((pair) => pair.drawn.length),
    right,
    withReference,
    meanOverlap: withReference === 0 ? null : overlaps / withReference,
    reference: sum((pair) => pair.reference.length),
  }
}
