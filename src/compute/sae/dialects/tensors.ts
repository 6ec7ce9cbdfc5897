import { basename } from 'node:path'
import { HilumError } from '../../../shared/errors.ts'
import { FLOAT_DTYPES, toFloat32, type FloatDtype } from '../../checkpoint/dtype.ts'
import type { TensorFile, TensorInfo } from '../../checkpoint/tensorFile.ts'

/** The sizes of a tensor that must have two dimensions. */
export function shapeOf(file: TensorFile, name: string): readonly [number, number] {
  const [rows, columns, ...more] = entryOf(file, name).shape
  if (rows === undefined || columns === undefined || more.length > 0) throw bad(`${name} must have two dimensions`)
  if (rows < 1 || columns < 1) throw bad(`${name} is empty`)
  return [rows, columns]
}

/** A tensor of exactly this shape as float32; its values must be finite. */
export async function readFloats(file: TensorFile, name: string, shape: readonly number[]): Promise<Float32Array> {
  const entry = entryOf(file, name)
  // A scalar may be saved with no dimension or with one.
  const fits = entry.shape.join() === shape.join() || (shape.length === 0 && entry.shape.join() === '1')
  if (!fits) throw bad(`${name} has the shape [${entry.shape.join(', ')}] instead of [${shape.join(', ')}]`)
  if (!FLOAT_DTYPES.some((dtype) => dtype === entry.dtype)) throw bad(`${name} is stored as ${entry.dtype}`)
  const values = toFloat32(await file.read(name), entry.dtype as FloatDtype)
  // x * 0 is 0 for every finite x and NaN otherwise, and the sum keeps a NaN: one cheap pass.
  let probe = 0
  for (let i = 0; i < values.length; i++) probe += (values[i] as number) * 0
  if (probe !== 0) throw bad(`${name} holds values that are not numbers (NaN or infinite)`)
  return values
}

/** A number that must be there. */
export async function readNumber(file: TensorFile, name: string): Promise<number> {
  return (await readFloats(file, name, []))[0] as number
}

export async function readIntegers(file: TensorFile, name: string): Promise<readonly number[]> {
  const { dtype } = entryOf(file, name)
  const { buffer } = await file.read(name)
  if (dtype === 'I64') return Array.from(new BigInt64Array(buffer), Number)
  if (dtype === 'I32') return Array.from(new Int32Array(buffer))
  throw bad(`${name} is stored as ${dtype} instead of integers`)
}

/** A matrix [rows, columns] as [columns, rows]. */
export function transpose(values: Float32Array, rows: number, columns: number): Float32Array {
  const out = new Float32Array(values.length)
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) out[c * rows + r] = values[r * columns + c] as number
  }
  return out
}

/** Sizes of nested groups, which must add up to all features. */
export function checkGroups(groups: readonly number[], size: number): readonly number[] {
  const total = groups.reduce((sum, group) => sum + group, 0)
  if (total !== size || groups.some((group) => group < 1)) throw bad(`group_sizes add up to ${total}, not ${size}`)
  return groups
}

export function bad(why: string, mend: string | null = null): HilumError {
  return new HilumError('bad-input', `The dictionary cannot be used: ${why}.`, mend === null ? {} : { mend })
}

function entryOf(file: TensorFile, name: string): TensorInfo {
  const entry = file.tensors.get(name)
  if (entry === undefined) throw bad(`${name} is missing from ${basename(file.path)}`)
  return entry
}
