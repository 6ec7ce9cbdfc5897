import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { HilumError } from '../../shared/errors.ts'
import { DTYPE_BYTES, FLOAT_DTYPES, widenInto, type FloatDtype } from './dtype.ts'
import { parseModelConfig, type ModelConfig } from './modelConfig.ts'
import { SafetensorsFile, type TensorEntry } from './safetensorsFile.ts'
import { expectedTensors, renamedTensor } from './tensorNames.ts'

const INDEX = 'model.safetensors.index.json'
const SINGLE = 'model.safetensors'
const Index = z.object({ weight_map: z.record(z.string(), z.string().regex(/^[^/\\]+\.safetensors$/)) })

/** Values held at a time while a tensor is read. */
const PIECE = 2 * 2 ** 20

/**
 * A Hugging Face folder with a MAIRA-2 model, open for reading. Opening checks that every tensor is
 * there with the right shape; the weights themselves are read piece by piece.
 */
export class Checkpoint {
  readonly folder: string
  readonly config: ModelConfig
  readonly #files: ReadonlyMap<string, SafetensorsFile>
  /** Snapshot name -> where it is and what it is called there. */
  readonly #places: ReadonlyMap<string, Place>

  private constructor(
    folder: string,
    config: ModelConfig,
    files: ReadonlyMap<string, SafetensorsFile>,
    places: ReadonlyMap<string, Place>,
  ) {
    this.folder = folder
    this.config = config
    this.#files = files
    this.#places = places
  }

  /** @throws HilumError with one sentence: what is missing, cut short or of the wrong shape. */
  static async open(folder: string): Promise<Checkpoint> {
    const { checkpoint, faults } = await Checkpoint.examine(folder)
    const [fault] = faults
    if (checkpoint !== null && fault === undefined) return checkpoint
    await checkpoint?.close()
    throw fault ?? new HilumError('internal', `The checkpoint ${basename(folder)} could not be opened.`)
  }

  /** Opens a folder as far as it can be opened, and says everything that is wrong with its weights. */
  static async examine(folder: string): Promise<ExaminedCheckpoint> {
    const faults: HilumError[] = []
    const attempt = async <T>(work: () => Promise<T>): Promise<T | null> => {
      try {
        return await work()
      } catch (error) {
        if (!(error instanceof HilumError)) throw error
        faults.push(error)
        return null
      }
    }
    const config = await attempt(() => readModelConfig(folder))
    const names = config === null ? null : await attempt(() => weightFiles(folder))
    if (config === null || names === null) return { config, checkpoint: null, faults }
    const files = new Map<string, SafetensorsFile>()
    for (const name of names) {
      const file = await attempt(() => SafetensorsFile.open(join(folder, name)))
      if (file !== null) files.set(name, file)
    }
    const places = new Map<string, Place>()
    // A file that is not there lacks all its tensors: said once.
    const tensorFaults = findTensors(config, files, places)
    faults.push(...tensorFaults.filter((fault) => files.size === names.length || fault.kind !== 'not-found'))
    return { config, checkpoint: new Checkpoint(folder, config, files, places), faults }
  }

  /** Weight files that could be opened. */
  get weightFiles(): readonly SafetensorsFile[] {
    return [...this.#files.values()]
  }

  /** Paths of the weight files, sorted by name. */
  get weightPaths(): readonly string[] {
    return [...this.#files.keys()].sort().map((name) => join(this.folder, name))
  }

  /**
   * One tensor as float32, in row-major order.
   * @param name its name in Microsoft's snapshot, whatever it is called in the files.
   * @throws HilumError when it holds a value that is not finite.
   */
  async read(name: string): Promise<Float32Array> {
    const { entry } = this.#place(name)
    const values = new Float32Array(entry.length / (DTYPE_BYTES[entry.dtype] as number))
    for await (const { offset, values: piece } of this.pieces(name)) values.set(piece, offset)
    return values
  }

  /**
   * One tensor as float32 in pieces of whole rows of `width` values, a few MiB each, so that no tensor
   * is too large. A piece is valid until the next is asked for: they share one buffer.
   * @throws HilumError as `read` does.
   */
  async *pieces(name: string, width = 1): AsyncGenerator<TensorPiece> {
    const { file, storedName, entry } = this.#place(name)
    const dtype = entry.dtype as FloatDtype
    const size = DTYPE_BYTES[dtype] as number
    const count = entry.length / size
    const most = Math.min(count, Math.max(1, Math.floor(PIECE / width)) * width)
    const bytes = new Uint8Array(most * size)
    const values = new Float32Array(most)
    for (let offset = 0; offset < count; offset += most) {
      const piece = values.subarray(0, Math.min(most, count - offset))
      const raw = bytes.subarray(0, piece.length * size)
      await file.readInto(storedName, offset * size, raw)
      widenInto(piece, raw, dtype)
      refuseNonFinite(name, piece)
      yield { offset, values: piece }
    }
  }

  async close(): Promise<void> {
    for (const file of this.#files.values()) await file.close()
  }

  #place(name: string): Place {
    const place = this.#places.get(name)
    if (place === undefined) throw new HilumError('internal', `The tensor ${name} is not one Hilum knows.`)
    return place
  }
}

/** A folder as far as it could be opened. Whoever asked for it closes the checkpoint. */
export interface ExaminedCheckpoint {
  /** Null when config.json is missing or not MAIRA-2's. */
  readonly config: ModelConfig | null
  /** Null when there are no weights to speak of. With faults, some tensors cannot be read. */
  readonly checkpoint: Checkpoint | null
  /** Everything that is wrong, each in one sentence. */
  readonly faults: readonly HilumError[]
}

/** Part of a tensor: values from element `offset` on, in row-major order. */
export interface TensorPiece {
  readonly offset: number
  readonly values: Float32Array
}

interface Place {
  readonly file: SafetensorsFile
  readonly storedName: string
  readonly entry: TensorEntry
}

function refuseNonFinite(name: string, values: Float32Array): void {
  // x * 0 is 0 for every finite x and NaN otherwise, and the sum keeps a NaN: one cheap pass.
  let probe = 0
  for (let i = 0; i < values.length; i++) probe += (values[i] as number) * 0
  if (probe === 0) return
  throw new HilumError('bad-input', `The tensor ${name} holds values that are not numbers (NaN or infinite).`, {
    mend: 'The checkpoint is damaged or came out of a failed training: get it again.',
  })
}

async function weightFiles(folder: string): Promise<readonly string[]> {
  const index = await readJson(folder, INDEX).catch((error: unknown) => {
    if (error instanceof HilumError && error.kind === 'not-found') return null
    throw error
  })
  if (index === null) {
    if ((await readdir(folder)).includes(SINGLE)) return [SINGLE]
    throw new HilumError('not-found', `The folder ${basename(folder)} has neither ${SINGLE} nor ${INDEX}.`, {
      mend: 'Put the weights there as safetensors files; PyTorch .bin files are not read.',
    })
  }
  const parsed = Index.safeParse(index)
  if (!parsed.success) throw new HilumError('bad-input', `${INDEX} in ${basename(folder)} has no usable weight_map.`)
  return [...new Set(Object.values(parsed.data.weight_map))].sort()
}

/** Fills `places` with the tensors that are there and fit, and returns what is wrong with the others. */
function findTensors(
  config: ModelConfig, files: ReadonlyMap<string, SafetensorsFile>, places: Map<string, Place>,
): readonly HilumError[] {
  const stored = new Map<string, { file: SafetensorsFile; entry: TensorEntry }>()
  for (const file of files.values()) {
    for (const [name, entry] of file.tensors) stored.set(name, { file, entry })
  }
  const faults: HilumError[] = []
  const missing: string[] = []
  for (const [name, shape] of expectedTensors(config)) {
    const storedName = stored.has(name) ? name : renamedTensor(name)
    const found = stored.get(storedName)
    if (found === undefined) {
      missing.push(name)
      continue
    }
    const fault = faultOf(name, found.entry, shape)
    if (fault === null) places.set(name, { ...found, storedName })
    else faults.push(fault)
  }
  return missing.length === 0 ? faults : [lacks(missing), ...faults]
}

function lacks(missing: readonly string[]): HilumError {
  const [first] = missing
  const what = missing.length === 1 ? `the tensor ${first}` : `${missing.length} tensors, the first of them ${first}`
  return new HilumError('not-found', `The checkpoint lacks ${what}.`, {
    mend: 'Check that every shard of the checkpoint is in the folder.',
  })
}

function faultOf(name: string, { shape: have, dtype }: TensorEntry, shape: readonly number[]): HilumError | null {
  if (have.join() !== shape.join()) {
    return new HilumError(
      'bad-input',
      `The tensor ${name} has the shape [${have.join(', ')}], but config.json asks for [${shape.join(', ')}].`,
      { mend: 'config.json and the weights belong to different models: get both from the same place.' },
    )
  }
  if (FLOAT_DTYPES.some((known) => known === dtype)) return null
  return new HilumError('unsupported', `The tensor ${name} is stored as ${dtype}, which cannot be read.`, {
    mend: 'Save the checkpoint as float32, float16 or bfloat16.',
  })
}

/** The configuration in a folder with a config.json. */
export async function readModelConfig(folder: string): Promise<ModelConfig> {
  return parseModelConfig(await readJson(folder, 'config.json'))
}

async function readJson(folder: string, name: string): Promise<unknown> {
  let text: string
  try {
    text = await readFile(join(folder, name), 'utf8')
  } catch (cause) {
    throw new HilumError('not-found', `The folder ${basename(folder)} has no ${name}.`, {
      mend: 'Choose a folder with a MAIRA-2 checkpoint.',
      cause,
    })
  }
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new HilumError('bad-input', `${name} in ${basename(folder)} is not valid JSON.`, { cause })
  }
}
