import { open, type FileHandle } from 'node:fs/promises'

// https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, version 3
const TYPES = { uint32: 4, int32: 5, float32: 6, string: 8, array: 9 } as const
const TENSOR_TYPES = { F32: 0, Q4_0: 2 } as const
const ALIGNMENT = 32

type Scalar = { readonly uint32: number } | { readonly float32: number } | { readonly string: string }
type List =
  | { readonly strings: readonly string[] }
  | { readonly float32s: readonly number[] }
  | { readonly int32s: readonly number[] }
export type GgufValue = Scalar | List

export interface GgufTensor {
  readonly name: string
  readonly type: keyof typeof TENSOR_TYPES
  /** The fastest dimension first. */
  readonly dims: readonly number[]
  readonly bytes: number
}

/** Writes a GGUF file front to back: what it holds is announced, then the tensors follow in that order. */
export class GgufFile {
  readonly #file: FileHandle

  private constructor(file: FileHandle) {
    this.#file = file
  }

  static async create(
    path: string, metadata: Readonly<Record<string, GgufValue>>, tensors: readonly GgufTensor[],
  ): Promise<GgufFile> {
    const out = new ByteWriter()
    out.bytes(Buffer.from('GGUF'))
    out.uint32(3)
    out.uint64(tensors.length)
    out.uint64(Object.keys(metadata).length)
    for (const [key, value] of Object.entries(metadata)) {
      out.string(key)
      writeValue(out, value)
    }
    let offset = 0
    for (const { name, type, dims, bytes } of tensors) {
      out.string(name)
      out.uint32(dims.length)
      dims.forEach((dim) => out.uint64(dim))
      out.uint32(TENSOR_TYPES[type])
      out.uint64(offset)
      offset += padded(bytes)
    }
    const head = out.end()
    const file = await open(path, 'w')
    await file.appendFile(head)
    await file.appendFile(new Uint8Array(padded(head.length) - head.length))
    return new GgufFile(file)
  }

  async append(tensor: Uint8Array): Promise<void> {
    await this.#file.appendFile(tensor)
    await this.#file.appendFile(new Uint8Array(padded(tensor.length) - tensor.length))
  }

  async close(): Promise<void> {
    await this.#file.close()
  }
}

function padded(size: number): number {
  return Math.ceil(size / ALIGNMENT) * ALIGNMENT
}

function writeValue(out: ByteWriter, value: GgufValue): void {
  if ('uint32' in value) {
    out.uint32(TYPES.uint32)
    out.uint32(value.uint32)
  } else if ('float32' in value) {
    out.uint32(TYPES.float32)
    out.float32(value.float32)
  } else if ('string' in value) {
    out.uint32(TYPES.string)
    out.string(value.string)
  } else if ('strings' in value) {
    list(out, TYPES.string, value.strings, (text) => out.string(text))
  } else if ('float32s' in value) {
    list(out, TYPES.float32, value.float32s, (number) => out.float32(number))
  } else {
    list(out, TYPES.int32, value.int32s, (number) => out.uint32(number))
  }
}

function list<T>(out: ByteWriter, type: number, values: readonly T[], write: (value: T) => void): void {
  out.uint32(TYPES.array)
  out.uint32(type)
  out.uint64(values.length)
  values.forEach(write)
}

class ByteWriter {
  readonly #parts: Buffer[] = []

  bytes(bytes: Buffer): void {
    this.#parts.push(bytes)
  }

  uint32(value: number): void {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32LE(value)
    this.bytes(bytes)
  }

  uint64(value: number): void {
    const bytes = Buffer.alloc(8)
    bytes.writeBigUInt64LE(BigInt(value))
    this.bytes(bytes)
  }

  float32(value: number): void {
    const bytes = Buffer.alloc(4)
    bytes.writeFloatLE(value)
    this.bytes(bytes)
  }

  string(text: string): void {
    const bytes = Buffer.from(text)
    this.uint64(bytes.length)
    this.bytes(bytes)
  }

  end(): Buffer {
    return Buffer.concat(this.#parts)
  }
}
