import type { GreyImage } from '../../../../src/compute/maira2/resize.ts'

export interface FilmFormula {
  readonly columns: number
  readonly rows: number
  readonly kind: 'noise' | 'film' | 'edges'
  readonly seed: number
  readonly low: number
  readonly span: number
}

/** The made-up film of training/oracle/processor.py (`film`): unsigned 32-bit arithmetic, the same on both sides. */
export function film({ columns, rows, kind, seed, low, span }: FilmFormula): GreyImage {
  const pixels = new Uint8Array(columns * rows)
  const seedHash = Math.imul(seed, 0xc2b2ae3d)
  for (let y = 0; y < rows; y++) {
    const rowHash = Math.imul(y, 0x85ebca77) ^ seedHash
    const rowSlope = Math.trunc((y * 255) / rows)
    for (let x = 0; x < columns; x++) {
      let hash = Math.imul(x, 0x9e3779b1) ^ rowHash
      hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
      const noise = (hash ^ (hash >>> 12)) & 255
      const slope = (Math.trunc((x * 255) / columns) + rowSlope) >> 1
      const edge = (((x >> 3) ^ (y >> 2)) & 1) * 255
      const grey = kind === 'noise' ? noise : kind === 'edges' ? edge : (slope * 3 + noise) >> 2
      pixels[y * columns + x] = low + Math.trunc((grey * span) / 255)
    }
  }
  return { columns, rows, pixels }
}
