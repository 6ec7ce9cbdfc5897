import { existsSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { HilumError } from '../../shared/errors.ts'
import { SafetensorsFile } from '../checkpoint/safetensorsFile.ts'
import type { TensorFile } from '../checkpoint/tensorFile.ts'
import { TorchFile } from '../checkpoint/torchFile.ts'

/** What a dictionary is called in a folder of Hilum, and in one of dictionary_learning. */
export const WEIGHTS = 'dictionary.safetensors'
const KNOWN_NAMES = [WEIGHTS, 'ae.safetensors', 'ae.pt', 'sae.safetensors', 'sae.pt']
const TORCH = ['.pt', '.pth', '.bin']
const SAFETENSORS = '.safetensors'

/** The files of one dictionary. */
export interface DictionaryFiles {
  readonly weights: string
  /** config.json, or null. */
  readonly config: string | null
  /** features.json of Hilum, or null. */
  readonly features: string | null
}

/**
 * Finds a dictionary: a weights file, with what lies beside it, or a folder that holds one.
 * @throws HilumError when there is none, or more than one of which none has a known name.
 */
export async function findDictionaryFiles(path: string): Promise<DictionaryFiles> {
  const found = await stat(path).catch(() => null)
  if (found === null) throw new HilumError('not-found', `There is no file or folder ${path}.`)
  const folder = found.isDirectory() ? path : dirname(path)
  const beside = (name: string): string | null => (existsSync(join(folder, name)) ? join(folder, name) : null)
  const weights = found.isDirectory() ? join(path, await weightsIn(path)) : path
  return { weights, config: beside('config.json'), features: beside('features.json') }
}

/** Opens a weights file by its ending. */
export async function openTensorFile(path: string): Promise<TensorFile> {
  const ending = extname(path).toLowerCase()
  if (ending === SAFETENSORS) return SafetensorsFile.open(path)
  if (TORCH.includes(ending)) return TorchFile.open(path)
  throw new HilumError('unsupported', `${basename(path)} is no weights file: Hilum reads .safetensors and PyTorch's .pt.`)
}

async function weightsIn(folder: string): Promise<string> {
  const endings = [SAFETENSORS, ...TORCH]
  const names = (await readdir(folder)).filter((name) => endings.includes(extname(name).toLowerCase())).sort()
  const known = KNOWN_NAMES.find((name) => names.includes(name))
  if (known !== undefined) return known
  const [only, ...more] = names
  if (only === undefined) {
    throw new HilumError('not-found', `The folder ${basename(folder)} holds no dictionary: no .safetensors or .pt file.`)
  }
  if (more.length === 0) return only
  throw new HilumError('bad-input', `The folder ${basename(folder)} holds ${names.length} weights files: ${names.slice(0, 4).join(', ')}.`, {
    mend: 'Name one of them.',
  })
}
