/** A well mixed 32-bit hash of two integers. */
export function hash(a: number, b: number): number {
  let h = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b + 0x165667b1, 0xc2b2ae35)
  h ^= h >>> 15
  h = Math.imul(h, 0x2c1b3c6d)
  h ^= h >>> 12
  h = Math.imul(h, 0x297a2d39)
  return (h ^ (h >>> 15)) >>> 0
}

/** Smooth noise of the plane with `cells` grid cells per unit, about -1..1, the same at any resolution. */
export function smoothNoise(seed: number, cells: number): (x: number, y: number) => number {
  const size = 128
  const lattice = Float32Array.from({ length: size * size }, (_, i) => (hash(seed, i) / 4294967296) * 2 - 1)
  return (x, y) => {
    // Turned out of the film's axes, so that the grid does not show.
    const gx = (0.8253 * x - 0.5646 * y) * cells + 512
    const gy = (0.5646 * x + 0.8253 * y) * cells + 512
    const ix = Math.floor(gx)
    const iy = Math.floor(gy)
    let fx = gx - ix
    let fy = gy - iy
    fx = fx * fx * (3 - 2 * fx)
    fy = fy * fy * (3 - 2 * fy)
    const r0 = (iy & 127) << 7
    const r1 = ((iy + 1) & 127) << 7
    const c0 = ix & 127
    const c1 = (ix + 1) & 127
    const a = lattice[r0 | c0]!
    const b = lattice[r1 | c0]!
    const upper = a + (lattice[r0 | c1]! - a) * fx
    const lower = b + (lattice[r1 | c1]! - b) * fx
    return upper + (lower - upper) * fy
  }
}

/** A stream of nearly normal values (variance 1): four bytes of a 32-bit generator summed. */
export function grainSource(seed: number): () => number {
  let state = seed | 0 || 0x2545f491
  const width = 1 / Math.sqrt((4 * (256 * 256 - 1)) / 12)
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    const h = Math.imul(state, 0x9e3779b1)
    return ((h & 255) + ((h >>> 8) & 255) + ((h >>> 16) & 255) + (h >>> 24) - 510) * width
  }
}
