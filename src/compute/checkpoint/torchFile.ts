import { open, type FileHandle } from 'node:fs/promises'
import { basename } from 'node:path'
import { HilumError } from '../../shared/errors.ts'
import { DTYPE_BYTES } from './dtype.ts'
import { PICKLE_CAPS, PickleDict, PickleObject, readPickle, type PickleValue } from './pickle.ts'
import { readFully } from './readFully.ts'
import { readStoredZip, type StoredEntry } from './storedZip.ts'
import { elementCount, gather, isRowMajor, lastElement } from './strides.ts'
import type { TensorFile } from './tensorFile.ts'
import { torchNames, torchStorage, type TorchTensor } from './torchNames.ts'

/** Keys under which a training script may keep the weights beside its other state. */
const NESTED = ['state_dict', 'model_state_dict']
const ZIP = 0x04034b50

/**
 * A weights file as torch.save writes it since PyTorch 1.6: a zip archive with a pickled list of tensors and one part
 * per storage. Nothing of it is executed (see `readPickle`). Files of the format before that are refused.
 */
export class TorchFile implements TensorFile {
  readonly path: string
  readonly tensors: ReadonlyMap<string, TorchTensor>
  readonly #file: FileHandle
  readonly #parts: ReadonlyMap<string, StoredEntry>
  readonly #root: string

  private constructor(
    path: string, file: FileHandle, parts: ReadonlyMap<string, StoredEntry>, root: string,
    tensors: ReadonlyMap<string, TorchTensor>,
  ) {
    this.path = path
    this.#file = file
    this.#parts = parts
    this.#root = root
    this.tensors = tensors
  }

  /** @throws HilumError in one sentence when the file is missing, damaged, hostile or not a state_dict. */
  static async open(path: string): Promise<TorchFile> {
    const name = basename(path)
    const file = await open(path, 'r').catch((cause: unknown) => {
      throw new HilumError('not-found', `The weights file ${name} cannot be opened.`, {
        mend: 'Check that the folder was copied completely.', cause,
      })
    })
    try {
      await refuseOther(file, name)
      const parts = await readStoredZip(file, name)
      const root = rootOf(parts, name)
      const byteOrder = await textOf(file, parts.get(`${root}byteorder`), name)
      if (byteOrder !== null && byteOrder.trim() !== 'little') {
        throw new HilumError('unsupported', `The weights file ${name} was written on a big-endian machine.`)
      }
      const list = parts.get(`${root}data.pkl`) as StoredEntry
      if (list.length > PICKLE_CAPS.bytes) {
        throw new HilumError('limit', `The weights file ${name} is refused: its list of tensors is longer than ${PICKLE_CAPS.bytes} bytes.`)
      }
      const pickle = new Uint8Array(list.length)
      await readFully(file, pickle, list.offset, name)
      const value = readPickle(pickle, { names: torchNames(), persistent: torchStorage })
      const tensors = tensorsOf(value, name)
      for (const [tensor, found] of tensors) checkTensor(tensor, found, parts.get(root + found.storage.key), name)
      return new TorchFile(path, file, parts, root, tensors)
    } catch (error) {
      await file.close()
      throw error
    }
  }

  async read(tensor: string): Promise<Uint8Array> {
    const found = this.tensors.get(tensor)
    if (found === undefined) {
      throw new HilumError('not-found', `The tensor ${tensor} is not in ${basename(this.path)}.`)
    }
    const { dtype, shape, strides, offset, storage } = found
    const itemBytes = DTYPE_BYTES[dtype] as number
    const count = elementCount(shape)
    const span = count === 0 ? 0 : lastElement(shape, strides) + 1
    const bytes = new Uint8Array(span * itemBytes)
    const part = this.#parts.get(this.#root + storage.key) as StoredEntry
    await readFully(this.#file, bytes, part.offset + offset * itemBytes, basename(this.path))
    return isRowMajor(shape, strides) ? bytes : gather(bytes, itemBytes, shape, strides)
  }

  async close(): Promise<void> {
    await this.#file.close()
  }
}

async function refuseOther(file: FileHandle, name: string): Promise<void> {
  const start = Buffer.alloc(4)
  await file.read(start, 0, 4, 0)
  if (start.readUInt32LE(0) === ZIP) return
  const pickled = start[0] === 0x80 && (start[1] as number) <= 5
  throw new HilumError(
    'unsupported',
    pickled
      ? `The weights file ${name} is in the format PyTorch wrote before 1.6, which Hilum does not read.`
      : `The weights file ${name} is not one that PyTorch wrote.`,
    pickled ? { mend: 'Load it in a newer PyTorch and save it again, or save it as safetensors.' } : {},
  )
}

/** The folder inside the archive that holds data.pkl, with its slash. */
function rootOf(parts: ReadonlyMap<string, StoredEntry>, name: string): string {
  const lists = [...parts.keys()].filter((part) => /^[^/]+\/data\.pkl$/.test(part))
  const [list] = lists
  if (list === undefined || lists.length > 1) {
    throw new HilumError('bad-input', `The archive ${name} is not a weights file of PyTorch: it has no data.pkl.`)
  }
  const root = list.slice(0, -'data.pkl'.length)
  if ([...parts.keys()].some((part) => part.startsWith(`${root}code/`))) {
    throw new HilumError('unsupported', `The file ${name} is a program (TorchScript), not weights: it is not run.`, {
      mend: 'Save the state_dict of the dictionary instead.',
    })
  }
  if ([...parts.values()].some(({ packed }) => packed)) {
    throw new HilumError('unsupported', `The weights file ${name} was packed again with compression.`, {
      mend: 'Use the file as PyTorch wrote it.',
    })
  }
  return root
}

async function textOf(file: FileHandle, part: StoredEntry | undefined, name: string): Promise<string | null> {
  if (part === undefined || part.length > 64) return null
  const bytes = new Uint8Array(part.length)
  await readFully(file, bytes, part.offset, name)
  return new TextDecoder().decode(bytes)
}

function tensorsOf(value: PickleValue, name: string): ReadonlyMap<string, TorchTensor> {
  if (!(value instanceof PickleDict)) {
    throw new HilumError('bad-input', `The weights file ${name} holds no state_dict: tensors by name.`)
  }
  const inner = NESTED.map((key) => value.entries.get(key)).find((found) => found instanceof PickleDict)
  const tensors = new Map<string, TorchTensor>()
  for (const [key, found] of (inner ?? value).entries) {
    if (typeof key === 'string' && found instanceof PickleObject) tensors.set(key, found.value as TorchTensor)
  }
  if (tensors.size === 0) throw new HilumError('bad-input', `The weights file ${name} holds no tensors.`)
  return tensors
}

/** @throws HilumError when a tensor claims more than the bytes that are there. */
function checkTensor(tensor: string, found: TorchTensor, part: StoredEntry | undefined, name: string): void {
  const { dtype, shape, strides, offset, storage } = found
  const bad = (why: string): HilumError =>
    new HilumError('bad-input', `The weights file ${name} is refused: the tensor ${tensor.slice(0, 80)} ${why}.`, {
      mend: 'Copy or download it again.',
    })
  if (part === undefined) throw bad('is not in the archive')
  const elements = part.length / (DTYPE_BYTES[dtype] as number)
  if (storage.elements > elements) throw bad('is cut short')
  const count = elementCount(shape)
  if (count > elements) throw bad('claims more values than there are')
  if (count > 0 && offset + lastElement(shape, strides) >= elements) throw bad('reaches beyond its values')
}
