import { sampleAnatomy, type Anatomy } from '../../../src/phantom/anatomy.ts'
import { NO_FINDINGS, type PhantomBox, type PhantomFindings } from '../../../src/phantom/phantom.ts'
import { Random } from '../../../src/phantom/random.ts'

export const patient = (seed: number): Anatomy => sampleAnatomy(new Random(seed))
/** The same patient on a detector without noise. */
export const quiet = (anatomy: Anatomy): Anatomy => ({ ...anatomy, grain: 0 })
export const withFinding = (part: Partial<PhantomFindings>): PhantomFindings => ({ ...NO_FINDINGS, ...part })

export interface Picture {
  readonly pixels: Float32Array
  readonly size: number
}

/** Averages a square picture down over areas and stretches it to 0..1, as a model's image processor would. */
export function reduced({ pixels, size }: Picture, to: number): Float32Array {
  const out = new Float64Array(to * to)
  const across = new Float64Array(size * to)
  for (let x = 0; x < size; x++) {
    forOverlaps(x, size, to, (c, share) => {
      for (let y = 0; y < size; y++) across[y * to + c]! += share * pixels[y * size + x]!
    })
  }
  for (let y = 0; y < size; y++) {
    forOverlaps(y, size, to, (r, share) => {
      for (let c = 0; c < to; c++) out[r * to + c]! += share * across[y * to + c]!
    })
  }
  const low = Math.min(...out)
  const high = Math.max(...out)
  return Float32Array.from(out, (v) => (v - low) / (high - low))
}

function forOverlaps(i: number, size: number, to: number, use: (cell: number, share: number) => void): void {
  const step = to / size
  for (let c = Math.floor(i * step); c < to && c < (i + 1) * step; c++) {
    const share = Math.min((i + 1) * step, c + 1) - Math.max(i * step, c)
    if (share > 1e-12) use(c, share)
  }
}

export const meanDifference = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, v, i) => sum + Math.abs(v - b[i]!), 0) / a.length

/** Mean value inside a box of the unit square. */
export function meanIn({ pixels, size }: Picture, box: PhantomBox): number {
  let sum = 0
  let count = 0
  for (let y = Math.floor(box.yMin * size); y < box.yMax * size; y++) {
    for (let x = Math.floor(box.xMin * size); x < box.xMax * size; x++) {
      sum += pixels[y * size + x]!
      count++
    }
  }
  return sum / count
}

/**
 * Compares two pictures: the share of their absolute difference inside a box, and the box that holds 95 % of it.
 * Columns for which `counts` is false are left out.
 */
export function differenceAgainst(
  a: Picture,
  b: Picture,
  box: PhantomBox,
  counts: (x: number) => boolean = () => true,
): { inside: number; extent: PhantomBox } {
  const { size } = a
  const columns = new Float64Array(size)
  const rows = new Float64Array(size)
  let total = 0
  let inside = 0
  for (let r = 0; r < size; r++) {
    for (let c = 0; c < size; c++) {
      const x = (c + 0.5) / size
      const y = (r + 0.5) / size
      if (!counts(x)) continue
      const d = Math.abs(a.pixels[r * size + c]! - b.pixels[r * size + c]!)
      total += d
      columns[c]! += d
      rows[r]! += d
      if (x >= box.xMin && x <= box.xMax && y >= box.yMin && y <= box.yMax) inside += d
    }
  }
  const [xMin, xMax] = middle(columns, total)
  const [yMin, yMax] = middle(rows, total)
  return { inside: inside / total, extent: { xMin, xMax, yMin, yMax } }
}

/** Where a profile's mass begins and ends when 1.25 % are cut off at either end, in 0..1. */
function middle(mass: Float64Array, total: number): [number, number] {
  const cut = 0.0125 * total
  let from = 0
  for (let sum = mass[0]!; sum < cut; sum += mass[++from]!);
  let to = mass.length - 1
  for (let sum = mass[to]!; sum < cut; sum += mass[--to]!);
  return [from / mass.length, (to + 1) / mass.length]
}

export const areaOf = (box: PhantomBox): number => (box.xMax - box.xMin) * (box.yMax - box.yMin)

/** FNV-1a over values rounded to 1/16, so that a last bit of Math.exp does not count. */
export function coarseHash(values: Float32Array): string {
  let hash = 0x811c9dc5
  for (const value of values) hash = Math.imul(hash ^ Math.round(value * 16), 0x01000193)
  return (hash >>> 0).toString(16).padStart(8, '0')
}
