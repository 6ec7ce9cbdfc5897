import { Tensor, type InferenceSession } from 'onnxruntime-node'
import type { DecoderConfig } from '../../../src/compute/checkpoint/modelConfig.ts'
import { RotaryTable } from '../../../src/compute/maira2/rotaryTable.ts'
import type { Weights } from '../../../src/compute/maira2/weights.ts'
import { NONE, type GraphBuilder, type Value } from '../../../src/compute/onnx/graphBuilder.ts'

/**
 * The decoder as it is usually exported for onnxruntime (and as transformers.js runs it): one graph with
 * GroupQueryAttention, past keys and values in, present ones out.
 * Inputs: embeddings [1, n, d], seqlens_k [1], total_length, cos and sin [positions, headDim / 2], past_i.
 */
export function buildKvThroughGraph(graph: GraphBuilder, weights: Weights, config: DecoderConfig): void {
  const { hiddenSize: width, intermediateSize: inner, heads, headDim, layers } = config
  const flat = (x: Value): Value => graph.node('Reshape', [x, graph.integers([-1, width])])
  let residual = flat(graph.input('embeddings', 'float32', [1, 'n', width]))
  const seqlens = graph.input('seqlens_k', 'int32', [1])
  const total = graph.input('total_length', 'int32', [])
  const cos = graph.input('cos', 'float32', ['positions', headDim / 2])
  const sin = graph.input('sin', 'float32', ['positions', headDim / 2])
  const norm = (name: string, x: Value): Value =>
    graph.node('SimplifiedLayerNormalization', [x, weights.tensor(`${name}.weight`, [width])], {
      attributes: { axis: { int: -1 }, epsilon: { float: config.rmsNormEps } },
    })
  const linear = (x: Value, names: readonly string[], outputs: number, inputs: number): Value =>
    weights.linear(x, names, outputs, inputs, { bias: false })
  for (let i = 0; i < layers; i++) {
    const name = `language_model.model.layers.${i}`
    const past = ['key', 'value'].map((part) =>
      graph.input(`past_${part}_${i}`, 'float32', [1, heads, 'past', headDim]))
    const names = ['q', 'k', 'v'].map((part) => `${name}.self_attn.${part}_proj`)
    const qkv = linear(norm(`${name}.input_layernorm`, residual), names, 3 * width, width)
    const packed = graph.node('Reshape', [qkv, graph.integers([1, -1, 3 * width])])
    const [attended, key, value] = graph.nodes(
      'GroupQueryAttention', [packed, NONE, NONE, ...past, seqlens, total, cos, sin], 3,
      {
        domain: 'com.microsoft',
        attributes: { num_heads: { int: heads }, kv_num_heads: { int: heads }, do_rotary: { int: 1 } },
      },
    ) as [Value, Value, Value]
    graph.output(`present_key_${i}`, key, 'float32', [1, heads, 'total', headDim])
    graph.output(`present_value_${i}`, value, 'float32', [1, heads, 'total', headDim])
    const middle = graph.node('Add', [residual, linear(flat(attended), [`${name}.self_attn.o_proj`], width, width)])
    const pair = [`${name}.mlp.gate_proj`, `${name}.mlp.up_proj`]
    const gateUp = linear(norm(`${name}.post_attention_layernorm`, middle), pair, 2 * inner, width)
    const [gate, up] = graph.nodes('Split', [gateUp, graph.integers([inner, inner])], 2, {
      attributes: { axis: { int: 1 } },
    }) as [Value, Value]
    const silu = graph.node('QuickGelu', [gate], { domain: 'com.microsoft', attributes: { alpha: { float: 1 } } })
    residual = graph.node('Add', [
      middle, linear(graph.node('Mul', [silu, up]), [`${name}.mlp.down_proj`], width, inner),
    ])
  }
  const end = graph.integers([Number.MAX_SAFE_INTEGER])
  const last = graph.node('Slice', [residual, graph.integers([-1]), end, graph.integers([0])])
  const logits = linear(norm('language_model.model.norm', last), ['language_model.lm_head'], config.vocabSize, width)
  graph.output('logits', logits, 'float32', [1, config.vocabSize])
}

/** Runs that graph: every pass takes the present keys and values of the one before. */
export class KvThroughLoop {
  readonly #session: InferenceSession
  readonly #config: DecoderConfig
  readonly #rotary: RotaryTable
  #past: Record<string, Tensor> = {}
  #length = 0

  constructor(session: InferenceSession, config: DecoderConfig) {
    this.#session = session
    this.#config = config
    this.#rotary = new RotaryTable(config)
    this.reset()
  }

  reset(): void {
    const { heads, headDim, layers } = this.#config
    this.#length = 0
    this.#past = {}
    for (let i = 0; i < layers; i++) {
      for (const part of ['key', 'value']) {
        this.#past[`past_${part}_${i}`] = new Tensor('float32', new Float32Array(0), [1, heads, 0, headDim])
      }
    }
  }

  /** Rows [n, d] of the next positions -> logits of the last. */
  async pass(rows: Float32Array): Promise<Float32Array> {
    const { hiddenSize, headDim } = this.#config
    const n = rows.length / hiddenSize
    const total = this.#length + n
    const { cos, sin } = this.#rotary.rows(0, total)
    const results = await this.#session.run({
      embeddings: new Tensor('float32', rows, [1, n, hiddenSize]),
      seqlens_k: new Tensor('int32', Int32Array.of(total - 1), [1]),
      total_length: new Tensor('int32', Int32Array.of(total), []),
      cos: new Tensor('float32', cos, [total, headDim / 2]),
      sin: new Tensor('float32', sin, [total, headDim / 2]),
      ...this.#past,
    })
    for (const [name, tensor] of Object.entries(results)) {
      if (name.startsWith('present_')) this.#past[name.replace('present', 'past')] = tensor as Tensor
    }
    this.#length = total
    return results.logits?.data as Float32Array
  }
}
