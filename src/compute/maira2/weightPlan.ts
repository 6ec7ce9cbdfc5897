import type { ModelConfig } from '../checkpoint/modelConfig.ts'
import { GraphBuilder, type Value } from '../onnx/graphBuilder.ts'
import { buildDecoderGraph, type DecoderSlice } from './decoderGraph.ts'
import { buildVisionGraph } from './visionGraph.ts'
import type { LinearOptions, Weights } from './weights.ts'

/** A tensor that a graph asks for as it is, or the weights of a linear layer. */
export type WeightRequest =
  | { readonly kind: 'tensor'; readonly name: string; readonly count: number }
  | {
      readonly kind: 'linear'
      readonly names: readonly string[]
      readonly outputs: number
      readonly inputs: number
      readonly options: LinearOptions
    }

/** Weights that lie in one file: the unit in which a compilation is resumed. */
export interface WeightPart {
  /** The file is `${name}.data`. */
  readonly name: string
  readonly weights: readonly WeightRequest[]
}

/** The part that holds the token embeddings, [vocabulary, d]: read row by row, part of no graph. */
export const EMBEDDINGS = 'embeddings'
const EMBED = 'language_model.model.embed_tokens.weight'
const BLOCK_NAME = /^language_model\.model\.layers\.(\d+)\./

/**
 * Which weights a model's graphs ask for, in parts: vision tower and projector, each block of the decoder,
 * the head, and the embeddings. The graphs themselves are asked, so that no list can differ from them.
 */
export function planWeights(config: ModelConfig): readonly WeightPart[] {
  const parts = new Map<string, WeightRequest[]>()
  const put = (part: string, request: WeightRequest): void => {
    parts.set(part, [...(parts.get(part) ?? []), request])
  }
  const graph = new GraphBuilder('plan')
  buildVisionGraph(graph, new Recorder((_name, request) => put('vision', request)), config)
  const whole: DecoderSlice = { first: 0, last: config.decoder.layers - 1, head: true, tiles: 'fp32' }
  const decoder = new Recorder((name, request) => {
    const block = BLOCK_NAME.exec(name)?.[1]
    put(block === undefined ? 'head' : `block-${block.padStart(2, '0')}`, request)
  })
  buildDecoderGraph(new GraphBuilder('plan'), decoder, config.decoder, whole)
  put(EMBEDDINGS, { kind: 'tensor', name: EMBED, count: config.decoder.vocabSize * config.decoder.hiddenSize })
  return [...parts].map(([name, weights]) => ({ name, weights }))
}

/** Parameters that a request carries. */
export function parametersOf(request: WeightRequest): number {
  if (request.kind === 'tensor') return request.count
  return request.outputs * (request.inputs + (request.options.bias ? 1 : 0))
}

/** Takes note of what a graph asks for. */
class Recorder implements Weights {
  readonly #note: (name: string, request: WeightRequest) => void

  constructor(note: (name: string, request: WeightRequest) => void) {
    this.#note = note
  }

  tensor(name: string, dims: readonly number[]): Value {
    this.#note(name, { kind: 'tensor', name, count: dims.reduce((product, dim) => product * dim, 1) })
    return { name }
  }

  linear(_x: Value, names: readonly string[], outputs: number, inputs: number, options: LinearOptions): Value {
    const name = names.join('+')
    this.#note(name, { kind: 'linear', names, outputs, inputs, options })
    return { name }
  }
}
