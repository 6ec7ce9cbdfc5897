import { open } from 'node:fs/promises'

type Values = Float32Array | Int32Array | BigInt64Array

/** A tensor to be written; its values may be made only when it is their turn. */
export interface WrittenTensor {
  readonly name: string
  readonly shape: readonly number[]
  readonly dtype: 'F32' | 'I32' | 'I64'
  readonly values: () => Values
}

const BYTES = { F32: 4, I32: 4, I64: 8 } as const
/** Node writes at most 2 GiB at a time. */
const PIECE = 2 ** 28

/** Writes a safetensors file, one tensor in memory at a time, and waits until it is on disk. */
export async function writeSafetensors(path: string, tensors: readonly WrittenTensor[]): Promise<void> {
  let end = 0
  const entries = tensors.map(({ name, shape, dtype }) => {
    const bytes = shape.reduce((product, size) => product * size, BYTES[dtype])
    return [name, { dtype, shape, data_offsets: [end, (end += bytes)] }]
  })
  const header = Buffer.from(JSON.stringify(Object.fromEntries(entries)))
  const padded = Buffer.concat([header, Buffer.alloc((8 - (header.length % 8)) % 8, ' ')])
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(padded.length))
  const file = await open(path, 'wx')
  try {
    await file.writeFile(Buffer.concat([length, padded]))
    for (const { values } of tensors) {
      const made = values()
      const bytes = new Uint8Array(made.buffer, made.byteOffset, made.byteLength)
      for (let at = 0; at < bytes.length; at += PIECE) await file.writeFile(bytes.subarray(at, at + PIECE))
    }
    await file.sync()
  } finally {
    await file.close()
  }
}
