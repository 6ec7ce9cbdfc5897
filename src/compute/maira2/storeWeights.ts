import type { WeightFormat } from '../../shared/domain/model.ts'
import type { Checkpoint } from '../checkpoint/checkpoint.ts'
import { toFloat16 } from '../onnx/float16.ts'
import { BLOCK, blocksOf, quantizeBlocks } from '../onnx/quantizeBlocks.ts'
import type { WeightFile } from '../onnx/weightFile.ts'
import type { StoredWeight } from './compileManifest.ts'
import type { WeightRequest } from './weightPlan.ts'

type LinearRequest = Extract<WeightRequest, { kind: 'linear' }>

const BITS: Readonly<Record<WeightFormat, number>> = { fp32: 32, fp16: 16, int8: 8, int4: 4 }

/** The format a part is stored in when the decoder is to have `format`. */
export function formatOfPart(part: string, format: WeightFormat): WeightFormat {
  // The vision tower is a small part of the whole, and every token of an image depends on it: never rounded to blocks.
  return part === 'vision' && format !== 'fp16' ? 'fp32' : format
}

/** Bytes that a request takes on disk, but for the file's alignment. */
export function storedBytes(request: WeightRequest, format: WeightFormat): number {
  if (request.kind === 'tensor') return 4 * request.count
  const { outputs, inputs, options } = request
  const bias = options.bias ? 4 * outputs : 0
  if (format === 'fp32' || format === 'fp16') return (outputs * inputs * BITS[format]) / 8 + bias
  return outputs * blocksOf(inputs) * ((BLOCK * BITS[format]) / 8 + 4) + bias
}

/**
 * Writes weights from a checkpoint into a file, a few MiB in memory at a time whatever their size.
 * @param format of linear weights; everything else, a thousandth of the whole, is stored as float32
 * @param onPiece told of the parameters of every piece that was read; what it throws ends the writing
 * @returns what was stored, by name
 */
export async function storeWeights(
  checkpoint: Checkpoint, file: WeightFile, requests: readonly WeightRequest[], format: WeightFormat,
  onPiece: (parameters: number) => void,
): Promise<readonly StoredWeight[]> {
  const stored: StoredWeight[] = []
  for (const request of requests) {
    if (request.kind === 'tensor') {
      const data = await file.append(counted(pieces(checkpoint, [request.name], 1, null), onPiece))
      stored.push({ name: request.name, format: 'fp32', data })
    } else {
      stored.push(...(await storeLinear(checkpoint, file, request, format, onPiece)))
    }
  }
  return stored
}

async function storeLinear(
  checkpoint: Checkpoint, file: WeightFile, { names, outputs, inputs, options }: LinearRequest, format: WeightFormat,
  onPiece: (parameters: number) => void,
): Promise<readonly StoredWeight[]> {
  const label = names.join('+')
  const scale = options.scale === undefined ? null : await checkpoint.read(options.scale)
  const rows = counted(pieces(checkpoint, names.map((name) => `${name}.weight`), inputs, scale), onPiece)
  if (format === 'int8' || format === 'int4') {
    // The runtime's block product takes no bias; the decoder's layers have none.
    if (options.bias) throw new Error(`${label} has a bias and cannot be stored as ${format}.`)
    const scales = new Float32Array(outputs * blocksOf(inputs))
    let done = 0
    const packed = mapped(rows, (values) => {
      const blocks = quantizeBlocks(values, inputs, format === 'int8' ? 8 : 4)
      scales.set(blocks.scales, done)
      done += blocks.scales.length
      return blocks.packed
    })
    const weight = { name: `${label}.weight`, format, data: await file.append(packed) }
    return [weight, { name: `${label}.scales`, format: 'fp32', data: await file.append([scales]) }]
  }
  const data = await file.append(format === 'fp16' ? mapped(rows, toFloat16) : rows)
  const weight: StoredWeight = { name: `${label}.weight`, format, data }
  if (!options.bias) return [weight]
  const biases = counted(pieces(checkpoint, names.map((name) => `${name}.bias`), 1, scale), onPiece)
  return [weight, { name: `${label}.bias`, format: 'fp32', data: await file.append(biases) }]
}

/** Tensors one after the other in pieces of whole rows, row i multiplied by scale[i]. */
async function* pieces(
  checkpoint: Checkpoint, names: readonly string[], width: number, scale: Float32Array | null,
): AsyncGenerator<Float32Array> {
  for (const name of names) {
    for await (const { offset, values } of checkpoint.pieces(name, width)) {
      if (scale !== null) scaleRows(values, width, scale.subarray(offset / width))
      yield values
    }
  }
}

function scaleRows(values: Float32Array, width: number, scale: Float32Array): void {
  for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) * (scale[Math.floor(i / width)] as number)
}

async function* counted(pieces: AsyncIterable<Float32Array>, onPiece: (parameters: number) => void) {
  for await (const piece of pieces) {
    onPiece(piece.length)
    yield piece
  }
}

async function* mapped<T>(pieces: AsyncIterable<Float32Array>, change: (piece: Float32Array) => T): AsyncGenerator<T> {
  for await (const piece of pieces) yield change(piece)
}
