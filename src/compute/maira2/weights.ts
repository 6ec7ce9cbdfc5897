import type { Checkpoint } from '../checkpoint/checkpoint.ts'
import { toFloat16 } from '../onnx/float16.ts'
import type { GraphBuilder, Value } from '../onnx/graphBuilder.ts'
import { BLOCK, quantizeBlocks, type QuantizedBits } from '../onnx/quantizeBlocks.ts'
import type { WeightFile } from '../onnx/weightFile.ts'
import type { WeightFormat } from './compileManifest.ts'

/** MatMulNBits rounds its activations to 8 bits too: several times the speed of widening the weights. */
const ACCURACY_LEVEL = 4

/**
 * Carries weights from a checkpoint into a graph, one tensor in memory at a time. Linear weights stay
 * as Hugging Face stores them, [outputs, inputs]: the graph multiplies by the transpose.
 */
export class Weights {
  readonly #checkpoint: Checkpoint
  readonly #graph: GraphBuilder
  readonly #file: WeightFile
  readonly #format: WeightFormat

  /** @param format of the linear weights; everything else, a thousandth of the whole, stays float32 */
  constructor(checkpoint: Checkpoint, graph: GraphBuilder, file: WeightFile, format: WeightFormat) {
    this.#checkpoint = checkpoint
    this.#graph = graph
    this.#file = file
    this.#format = format
  }

  /** A tensor as it is. */
  async tensor(name: string, dims: readonly number[]): Promise<Value> {
    return this.#graph.weight(name, dims, await this.#file.append(this.#pieces([name], null)))
  }

  /**
   * x [rows, inputs] -> [rows, outputs]: x W^T (+ b). Several names are packed into one product whose
   * outputs stand one after the other. `scale` multiplies output i by scale[i] (LayerScale, folded in).
   */
  async linear(
    x: Value,
    names: readonly string[],
    outputs: number,
    inputs: number,
    options: { readonly bias: boolean; readonly scale?: string },
  ): Promise<Value> {
    const scale = options.scale === undefined ? null : await this.#checkpoint.read(options.scale)
    const label = names.join('+')
    const pieces = this.#pieces(names.map((name) => `${name}.weight`), scale)
    const bias = async (): Promise<readonly Value[]> => {
      if (!options.bias) return []
      const data = await this.#file.append(this.#pieces(names.map((name) => `${name}.bias`), scale))
      return [this.#graph.weight(`${label}.bias`, [outputs], data)]
    }
    if ((this.#format === 'int8' || this.#format === 'int4') && !options.bias && inputs % BLOCK === 0) {
      return this.#quantized(x, label, pieces, outputs, inputs, this.#format === 'int8' ? 8 : 4)
    }
    const weight = await this.#matrix(label, pieces, [outputs, inputs])
    return this.#graph.node('Gemm', [x, weight, ...await bias()], { attributes: { transB: { int: 1 } } })
  }

  async #matrix(label: string, pieces: AsyncIterable<Float32Array>, dims: readonly number[]): Promise<Value> {
    const name = `${label}.weight`
    if (this.#format !== 'fp16') return this.#graph.weight(name, dims, await this.#file.append(pieces))
    const halves = this.#graph.weight(name, dims, await this.#file.append(mapped(pieces, toFloat16)), 'float16')
    return this.#graph.node('Cast', [halves], { attributes: { to: { int: 1 } } }) // TensorProto.FLOAT
  }

  async #quantized(
    x: Value,
    label: string,
    pieces: AsyncIterable<Float32Array>,
    outputs: number,
    inputs: number,
    bits: QuantizedBits,
  ): Promise<Value> {
    const scales: Float32Array[] = []
    const blocks = inputs / BLOCK
    const packed = await this.#file.append(mapped(pieces, (piece) => {
      const quantized = quantizeBlocks(piece, bits)
      scales.push(quantized.scales)
      return quantized.packed
    }))
    const weight = this.#graph.weight(`${label}.weight`, [outputs, blocks, (BLOCK * bits) / 8], packed, 'uint8')
    const scale = this.#graph.weight(`${label}.scales`, [outputs * blocks], await this.#file.append(scales))
    return this.#graph.node('MatMulNBits', [x, weight, scale], {
      domain: 'com.microsoft',
      attributes: {
        K: { int: inputs }, N: { int: outputs }, bits: { int: bits }, block_size: { int: BLOCK },
        accuracy_level: { int: ACCURACY_LEVEL },
      },
    })
  }

  async *#pieces(names: readonly string[], scale: Float32Array | null): AsyncGenerator<Float32Array> {
    for (const name of names) {
      const values = await this.#checkpoint.read(name)
      if (scale !== null) scaleRows(values, scale)
      yield values
    }
  }
}

function scaleRows(values: Float32Array, scale: Float32Array): void {
  const width = values.length / scale.length
  for (let i = 0; i < values.length; i++) {
    values[i] = (values[i] as number) * (scale[Math.floor(i / width)] as number)
  }
}

async function* mapped<T>(pieces: AsyncIterable<Float32Array>, change: (piece: Float32Array) => T): AsyncGenerator<T> {
  for await (const piece of pieces) yield change(piece)
}
