import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { Feature } from '../../shared/domain/feature.ts'
import { HilumError } from '../../shared/errors.ts'
import { FLOAT_DTYPES, toFloat32, type FloatDtype } from '../checkpoint/dtype.ts'
import { SafetensorsFile } from '../checkpoint/safetensorsFile.ts'

const WEIGHTS = 'dictionary.safetensors'

const Config = z.object({
  trainer: z.object({
    layer: z.number().int().min(0),
    activation_dim: z.number().int().positive().optional(),
    dict_size: z.number().int().positive().optional(),
  }),
})

/**
 * A sparse autoencoder as dictionary_learning saves it (MatryoshkaBatchTopKSAE), with what is known
 * of its features. F features over residuals of width d.
 */
export interface DictionaryData {
  /** The residual it reads is the output of this decoder block, counted from 0. */
  readonly layer: number
  readonly width: number
  readonly size: number
  /** Encoder, [F, d]: one row per feature (the file has [d, F]). */
  readonly encoder: Float32Array
  readonly encoderBias: Float32Array
  /** Decoder, [F, d]: one direction per feature. */
  readonly decoder: Float32Array
  readonly decoderBias: Float32Array
  /** Mean number of active features it was trained for. */
  readonly k: number
  /** A feature counts when its activation is greater; negative means never estimated: everything positive counts. */
  readonly threshold: number
  readonly groupSizes: readonly number[]
  readonly features: readonly Feature[]
}

/**
 * Reads dictionary.safetensors, config.json and features.json from a folder.
 * @throws HilumError naming the part that is missing or does not fit.
 */
export async function readDictionary(folder: string): Promise<DictionaryData> {
  const { trainer } = parse(Config, await readJson(folder, 'config.json'), 'config.json')
  const features = parse(z.array(Feature), await readJson(folder, 'features.json'), 'features.json')
  const file = await SafetensorsFile.open(join(folder, WEIGHTS))
  try {
    const [width, size] = shapeOf(file, 'W_enc')
    if (trainer.activation_dim !== undefined && trainer.activation_dim !== width) {
      throw bad(`config.json says activation_dim ${trainer.activation_dim}, but W_enc has ${width} rows`)
    }
    if (features.length !== size || features.some((feature, i) => feature.index !== i)) {
      throw bad(`features.json must describe features 0 to ${size - 1} in order`)
    }
    const groupSizes = await readIntegers(file, 'group_sizes')
    const total = groupSizes.reduce((sum, group) => sum + group, 0)
    if (total !== size) throw bad(`group_sizes add up to ${total}, not ${size}`)
    return {
      layer: trainer.layer,
      width,
      size,
      encoder: transpose(await readFloats(file, 'W_enc', [width, size]), width, size),
      encoderBias: await readFloats(file, 'b_enc', [size]),
      decoder: await readFloats(file, 'W_dec', [size, width]),
      decoderBias: await readFloats(file, 'b_dec', [width]),
      k: (await readIntegers(file, 'k'))[0] ?? 0,
      threshold: (await readFloats(file, 'threshold', []))[0] as number,
      groupSizes,
      features,
    }
  } finally {
    await file.close()
  }
}

function shapeOf(file: SafetensorsFile, name: string): readonly [number, number] {
  const [rows, columns, ...more] = entryOf(file, name).shape
  if (rows === undefined || columns === undefined || more.length > 0) throw bad(`${name} must have two dimensions`)
  return [rows, columns]
}

async function readFloats(file: SafetensorsFile, name: string, shape: readonly number[]): Promise<Float32Array> {
  const entry = entryOf(file, name)
  // A scalar may be saved with no dimension or with one.
  const fits = entry.shape.join() === shape.join() || (shape.length === 0 && entry.shape.join() === '1')
  if (!fits) throw bad(`${name} has the shape [${entry.shape.join(', ')}] instead of [${shape.join(', ')}]`)
  if (!FLOAT_DTYPES.some((dtype) => dtype === entry.dtype)) throw bad(`${name} is stored as ${entry.dtype}`)
  const values = toFloat32(await file.read(name), entry.dtype as FloatDtype)
  if (!values.every(Number.isFinite)) throw bad(`${name} holds values that are not numbers`)
  return values
}

async function readIntegers(file: SafetensorsFile, name: string): Promise<readonly number[]> {
  const { dtype } = entryOf(file, name)
  const bytes = await file.read(name)
  if (dtype === 'I64') return Array.from(new BigInt64Array(bytes.buffer), Number)
  if (dtype === 'I32') return Array.from(new Int32Array(bytes.buffer))
  throw bad(`${name} is stored as ${dtype} instead of integers`)
}

function entryOf(file: SafetensorsFile, name: string): { readonly dtype: string; readonly shape: readonly number[] } {
  const entry = file.tensors.get(name)
  if (entry === undefined) throw bad(`${name} is missing from ${WEIGHTS}`)
  return entry
}

function transpose(values: Float32Array, rows: number, columns: number): Float32Array {
  const out = new Float32Array(values.length)
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) out[c * rows + r] = values[r * columns + c] as number
  }
  return out
}

async function readJson(folder: string, name: string): Promise<unknown> {
  let text: string
  try {
    text = await readFile(join(folder, name), 'utf8')
  } catch (cause) {
    throw new HilumError('not-found', `The dictionary folder ${basename(folder)} has no ${name}.`, { cause })
  }
  try {
    return JSON.parse(text)
  } catch {
    throw bad(`${name} is not valid JSON`)
  }
}

function parse<T>(schema: z.ZodType<T>, json: unknown, name: string): T {
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw bad(`${name} is wrong at ${issue?.path.join('.') || 'its top'}: ${issue?.message ?? ''}`)
}

function bad(why: string): HilumError {
  return new HilumError('bad-input', `The dictionary cannot be used: ${why}.`)
}
