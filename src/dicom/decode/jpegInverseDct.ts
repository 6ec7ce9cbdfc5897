/** BASIS[8 * u + x] = C(u) / 2 * cos((2x + 1) u pi / 16), with C(0) = 1 / sqrt 2 (ITU T.81 A.3.3). */
const BASIS = Float32Array.from({ length: 64 }, (_, i) => {
  const u = i >> 3
  const x = i & 7
  return ((u === 0 ? Math.SQRT1_2 : 1) / 2) * Math.cos(((2 * x + 1) * u * Math.PI) / 16)
})

const scratch = new Float32Array(64)

/** The inverse 8 x 8 DCT in place, rows then columns. */
export function inverseDct(block: Float32Array): void {
  pass(block, scratch, 1, 8)
  pass(scratch, block, 8, 1)
}

/** Transforms eight lines: elements of a line are `step` apart, lines `stride` apart. */
function pass(from: Float32Array, to: Float32Array, step: number, stride: number): void {
  for (let line = 0; line < 8; line++) {
    const start = line * stride
    for (let x = 0; x < 8; x++) {
      let sum = 0
      for (let u = 0; u < 8; u++) sum += (from[start + u * step] ?? 0) * (BASIS[8 * u + x] ?? 0)
      to[start + x * step] = sum
    }
  }
}
