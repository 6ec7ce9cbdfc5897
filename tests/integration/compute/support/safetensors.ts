import { writeFile } from 'node:fs/promises'

/** A tensor to be written: raw little-endian bytes and what they mean. */
export interface RawTensor {
  readonly dtype: string
  readonly shape: readonly number[]
  readonly bytes: Uint8Array
}

export function floats(shape: readonly number[], values: readonly number[]): RawTensor {
  return { dtype: 'F32', shape, bytes: new Uint8Array(Float32Array.from(values).buffer) }
}

/** The bytes of a safetensors file. */
export function encodeSafetensors(tensors: Readonly<Record<string, RawTensor>>): Uint8Array {
  const header: Record<string, unknown> = {}
  let offset = 0
  for (const [name, { dtype, shape, bytes }] of Object.entries(tensors)) {
    header[name] = { dtype, shape, data_offsets: [offset, (offset += bytes.byteLength)] }
  }
  const text = Buffer.from(JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(text.byteLength))
  return Buffer.concat([length, text, ...Object.values(tensors).map((tensor) => tensor.bytes)])
}

export async function writeSafetensors(path: string, tensors: Readonly<Record<string, RawTensor>>): Promise<void> {
  await writeFile(path, encodeSafetensors(tensors))
}
