import type { GraphBuilder, Value } from '../onnx/graphBuilder.ts'
import { BLOCK, blocksOf } from '../onnx/quantizeBlocks.ts'
import type { StoredWeight } from './compileManifest.ts'

/** MatMulNBits rounds its activations to 8 bits too: several times the speed of widening the weights. */
const ACCURACY_LEVEL = 4

export interface LinearOptions {
  readonly bias: boolean
  /** Names a vector that multiplies output i by its element i (LayerScale, folded into the weights). */
  readonly scale?: string
}

/**
 * What a graph is built with: asks for weights by the names of Microsoft's snapshot. Linear weights stay
 * as Hugging Face stores them, [outputs, inputs]: the graph multiplies by the transpose.
 */
export interface Weights {
  /** A tensor as it is. */
  tensor(name: string, dims: readonly number[]): Value
  /**
   * x [rows, inputs] -> [rows, outputs]: x W^T (+ b). Several names are packed into one product whose
   * outputs stand one after the other.
   */
  linear(x: Value, names: readonly string[], outputs: number, inputs: number, options: LinearOptions): Value
}

/** The weights of a compiled model: refers to where they lie, each in the format it was stored in. */
export class StoredWeights implements Weights {
  readonly #graph: GraphBuilder
  readonly #stored: ReadonlyMap<string, StoredWeight>

  constructor(graph: GraphBuilder, stored: ReadonlyMap<string, StoredWeight>) {
    this.#graph = graph
    this.#stored = stored
  }

  tensor(name: string, dims: readonly number[]): Value {
    const { data } = this.#get(name)
    return this.#graph.weight(name, dims, data)
  }

  linear(x: Value, names: readonly string[], outputs: number, inputs: number, options: LinearOptions): Value {
    const label = names.join('+')
    const weight = this.#get(`${label}.weight`)
    if (weight.format === 'int8' || weight.format === 'int4') {
      return this.#blockProduct(x, label, outputs, inputs, weight.format === 'int8' ? 8 : 4)
    }
    const bias = options.bias ? [this.tensor(`${label}.bias`, [outputs])] : []
    return this.#graph.node('Gemm', [x, this.#matrix(`${label}.weight`, weight, [outputs, inputs]), ...bias], {
      attributes: { transB: { int: 1 } },
    })
  }

  #matrix(name: string, { format, data }: StoredWeight, dims: readonly number[]): Value {
    if (format !== 'fp16') return this.#graph.weight(name, dims, data)
    const halves = this.#graph.weight(name, dims, data, 'float16')
    return this.#graph.node('Cast', [halves], { attributes: { to: { int: 1 } } }) // TensorProto.FLOAT
  }

  #blockProduct(x: Value, label: string, outputs: number, inputs: number, bits: number): Value {
    const blocks = blocksOf(inputs)
    const packed = this.#get(`${label}.weight`).data
    const weight = this.#graph.weight(`${label}.weight`, [outputs, blocks, (BLOCK * bits) / 8], packed, 'uint8')
    const scales = this.#graph.weight(`${label}.scales`, [outputs * blocks], this.#get(`${label}.scales`).data)
    return this.#graph.node('MatMulNBits', [x, weight, scales], {
      domain: 'com.microsoft',
      attributes: {
        K: { int: inputs }, N: { int: outputs }, bits: { int: bits }, block_size: { int: BLOCK },
        accuracy_level: { int: ACCURACY_LEVEL },
      },
    })
  }

  #get(name: string): StoredWeight {
    const stored = this.#stored.get(name)
    if (stored === undefined) throw new Error(`The compiled model lacks ${name}.`)
    return stored
  }
}
