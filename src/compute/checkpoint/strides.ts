/** Elements of a tensor of this shape. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}

/** Offset, in elements, of the last element of a tensor that is not empty. */
export function lastElement(shape: readonly number[], strides: readonly number[]): number {
  return shape.reduce((sum, size, i) => sum + (size - 1) * (strides[i] as number), 0)
}

/** True when the elements lie one after the other in the order of their indices. */
export function isRowMajor(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1
  for (let i = shape.length - 1; i >= 0; i--) {
    const size = shape[i] as number
    if (size !== 1 && strides[i] !== expected) return false
    expected *= size
  }
  return true
}

/** The elements of a strided tensor in row-major order; `itemBytes` is 1, 2, 4 or 8. */
export function gather(
  bytes: Uint8Array, itemBytes: number, shape: readonly number[], strides: readonly number[],
): Uint8Array {
  // Eight bytes are moved as two fours: as floats, some of their patterns would not survive.
  if (itemBytes === 8) return gather(bytes, 4, [...shape, 2], [...strides.map((stride) => 2 * stride), 1])
  const Items = itemBytes === 1 ? Uint8Array : itemBytes === 2 ? Uint16Array : Uint32Array
  const items = new Items(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength / itemBytes)
  const out = new Items(elementCount(shape))
  const columns = shape.at(-1) ?? 1
  const columnStride = strides.at(-1) ?? 1
  const index = new Array<number>(Math.max(shape.length - 1, 0)).fill(0)
  for (let at = 0; at < out.length; at += columns) {
    let from = index.reduce((sum, value, axis) => sum + value * (strides[axis] as number), 0)
    for (let c = 0; c < columns; c++, from += columnStride) out[at + c] = items[from] as number
    for (let axis = index.length - 1; axis >= 0 && ++(index[axis] as number) === shape[axis]; axis--) index[axis] = 0
  }
  return new Uint8Array(out.buffer)
}
