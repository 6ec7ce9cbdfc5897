import type { Anatomy } from './anatomy.ts'
import type { Canvas } from './canvas.ts'
import { smoothstep } from './frontalGeometry.ts'

/** Blackens what lies outside the shutters, with a narrow penumbra. */
export function collimate(canvas: Canvas, film: Float32Array, anatomy: Anatomy): void {
  const { columns, rows, scale } = canvas
  const [left, top, right, bottom] = anatomy.collimation
  const open = (distance: number, edge: number) => (edge < 0 ? 1 : smoothstep(edge - 0.002, edge + 0.002, distance))
  const across = Float32Array.from(
    { length: columns },
    (_, i) => open((i + 0.5) / scale, left) * open((columns - i - 0.5) / scale, right),
  )
  for (let row = 0; row < rows; row++) {
    const down = open((row + 0.5) / scale, top) * open((rows - row - 0.5) / scale, bottom)
    for (let column = 0; column < columns; column++) film[row * columns + column]! *= down * across[column]!
  }
}
