/** Element types of safetensors that a weight may have. */
export const FLOAT_DTYPES = ['F32', 'F16', 'BF16'] as const
export type FloatDtype = (typeof FLOAT_DTYPES)[number]

/** Bytes per element of every dtype of the safetensors format. */
export const DTYPE_BYTES: Readonly<Record<string, number>> = {
  BOOL: 1, U8: 1, I8: 1, F8_E4M3: 1, F8_E5M2: 1, U16: 2, I16: 2, F16: 2, BF16: 2, U32: 4, I32: 4, F32: 4, U64: 8,
  I64: 8, F64: 8,
}

/** Little-endian bytes as float32. Half and brain floats widen without loss. */
export function toFloat32(bytes: Uint8Array, dtype: FloatDtype): Float32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice()
  const out = new Float32Array(bytes.byteLength / (DTYPE_BYTES[dtype] as number))
  widenInto(out, aligned, dtype)
  return out
}

/** Widens little-endian bytes (aligned to their elements) into `out`, which has as many elements. */
export function widenInto(out: Float32Array, bytes: Uint8Array, dtype: FloatDtype): void {
  if (dtype === 'F32') {
    new Uint8Array(out.buffer, out.byteOffset, out.byteLength).set(bytes)
    return
  }
  const words = new Uint16Array(bytes.buffer, bytes.byteOffset, out.length)
  if (dtype === 'BF16') {
    const bits = new Uint32Array(out.buffer, out.byteOffset, out.length)
    for (let i = 0; i < words.length; i++) bits[i] = (words[i] as number) << 16
  } else {
    const table = halfTable()
    for (let i = 0; i < words.length; i++) out[i] = table[words[i] as number] as number
  }
}

let halves: Float32Array | null = null

/** The value of each of the 65,536 half-precision patterns (IEEE 754 binary16). */
function halfTable(): Float32Array {
  if (halves !== null) return halves
  halves = new Float32Array(65_536)
  for (let bits = 0; bits < 65_536; bits++) {
    const sign = bits & 0x8000 ? -1 : 1
    const exponent = (bits >> 10) & 0x1f
    const fraction = bits & 0x3ff
    const magnitude =
      exponent === 0
        ? fraction * 2 ** -24
        : exponent === 31
          ? fraction === 0 ? Infinity : NaN
          : (1024 + fraction) * 2 ** (exponent - 25)
    halves[bits] = sign * magnitude
  }
  return halves
}
