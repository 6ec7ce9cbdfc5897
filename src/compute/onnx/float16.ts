const single = new Float32Array(1)
const bits = new Uint32Array(single.buffer)

/**
 * Float32 as IEEE 754 binary16 patterns, rounded to the nearest, ties to even. Values beyond the
 * format's reach (65,504) become infinite, as in every other implementation.
 */
export function toFloat16(values: Float32Array): Uint16Array {
  const out = new Uint16Array(values.length)
  for (let i = 0; i < values.length; i++) out[i] = pattern(values[i] as number)
  return out
}

function pattern(value: number): number {
  single[0] = value
  const word = bits[0] as number
  const sign = (word >>> 16) & 0x8000
  const exponent = ((word >>> 23) & 0xff) - 112
  const fraction = word & 0x7f_ffff
  if (exponent >= 31) return sign | (exponent === 143 && fraction !== 0 ? 0x7e00 : 0x7c00)
  if (exponent <= 0) {
    // Below the smallest normal value the leading one becomes visible and shifts right.
    if (exponent < -10) return sign
    return sign | shiftedToEven(fraction | 0x80_0000, 14 - exponent)
  }
  // A carry out of the fraction rightly counts the exponent up.
  return sign | ((exponent << 10) + shiftedToEven(fraction, 13))
}

function shiftedToEven(value: number, shift: number): number {
  const kept = value >>> shift
  const rest = value & ((1 << shift) - 1)
  const half = 1 << (shift - 1)
  return rest > half || (rest === half && (kept & 1) === 1) ? kept + 1 : kept
}
