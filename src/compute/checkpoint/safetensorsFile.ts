import { open, type FileHandle } from 'node:fs/promises'
import { basename } from 'node:path'
import { z } from 'zod'
import { HilumError } from '../../shared/errors.ts'
import { DTYPE_BYTES } from './dtype.ts'
import { readFully } from './readFully.ts'
import type { TensorFile, TensorInfo } from './tensorFile.ts'

/** The format's own cap on the header (100 MB). */
const MAX_HEADER = 100_000_000

const Entry = z.object({
  dtype: z.string(),
  shape: z.array(z.number().int().min(0)),
  data_offsets: z.tuple([z.number().int().min(0), z.number().int().min(0)]),
})

/** One tensor of a safetensors file: its type, its shape and where its bytes lie. */
export interface TensorEntry extends TensorInfo {
  /** Byte offset in the file. */
  readonly offset: number
  /** Bytes. */
  readonly length: number
}

/**
 * A safetensors file open for reading: the header is read and checked when it opens, tensors when
 * they are asked for (github.com/huggingface/safetensors, "Format").
 */
export class SafetensorsFile implements TensorFile {
  readonly path: string
  readonly tensors: ReadonlyMap<string, TensorEntry>
  readonly #file: FileHandle

  private constructor(path: string, file: FileHandle, tensors: ReadonlyMap<string, TensorEntry>) {
    this.path = path
    this.#file = file
    this.tensors = tensors
  }

  /** @throws HilumError when the file is missing, cut short or not a safetensors file. */
  static async open(path: string): Promise<SafetensorsFile> {
    const name = basename(path)
    const file = await open(path, 'r').catch((cause: unknown) => {
      throw new HilumError('not-found', `The weights file ${name} cannot be opened.`, {
        mend: 'Check that the folder was copied completely.',
        cause,
      })
    })
    try {
      return new SafetensorsFile(path, file, await readHeader(file, name))
    } catch (error) {
      await file.close()
      throw error
    }
  }

  /** The raw little-endian bytes of a tensor. */
  async read(tensor: string): Promise<Uint8Array> {
    const bytes = new Uint8Array(this.#entry(tensor).length)
    await this.readInto(tensor, 0, bytes)
    return bytes
  }

  /** Fills `bytes` with the raw bytes of a tensor, beginning `offset` bytes into it. */
  async readInto(tensor: string, offset: number, bytes: Uint8Array): Promise<void> {
    await readFully(this.#file, bytes, this.#entry(tensor).offset + offset, basename(this.path))
  }

  #entry(tensor: string): TensorEntry {
    const entry = this.tensors.get(tensor)
    if (entry !== undefined) return entry
    throw new HilumError('not-found', `The tensor ${tensor} is not in ${basename(this.path)}.`)
  }

  async close(): Promise<void> {
    await this.#file.close()
  }
}

async function readHeader(file: FileHandle, name: string): Promise<Map<string, TensorEntry>> {
  const { size } = await file.stat()
  const bad = (why: string, mend: string | null = null): HilumError =>
    new HilumError('bad-input', `The weights file ${name} ${why}.`, mend === null ? {} : { mend })
  if (size < 8) throw bad('is empty or cut short', 'Copy or download it again.')
  const prefix = new Uint8Array(8)
  await readFully(file, prefix, 0, name)
  const length = Number(new DataView(prefix.buffer).getBigUint64(0, true))
  if (length > MAX_HEADER) throw bad('is not a safetensors file')
  if (8 + length > size) throw bad('is cut short inside its header', 'Copy or download it again.')
  const header = new Uint8Array(length)
  await readFully(file, header, 8, name)

  let fields: Record<string, unknown>
  try {
    fields = z.record(z.string(), z.unknown()).parse(JSON.parse(new TextDecoder().decode(header)))
  } catch {
    throw bad('is not a safetensors file')
  }
  const tensors = new Map<string, TensorEntry>()
  for (const [tensor, value] of Object.entries(fields)) {
    if (tensor === '__metadata__') continue
    const entry = Entry.safeParse(value)
    if (!entry.success) throw bad(`describes the tensor ${tensor} in a way the format does not allow`)
    const { dtype, shape, data_offsets: [begin, end] } = entry.data
    const bytes = shape.reduce((product, dim) => product * dim, DTYPE_BYTES[dtype] ?? NaN)
    if (end - begin !== bytes) throw bad(`gives the tensor ${tensor} (${dtype}) a size that does not fit its shape`)
    if (8 + length + end > size) {
      throw bad(`is cut short: the tensor ${tensor} is not all there`, 'Copy or download it again.')
    }
    tensors.set(tensor, { dtype, shape, offset: 8 + length + begin, length: bytes })
  }
  return tensors
}
