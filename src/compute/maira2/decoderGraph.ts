import type { DecoderConfig } from '../checkpoint/modelConfig.ts'
import type { GraphBuilder, Value } from '../onnx/graphBuilder.ts'
import type { Weights } from './weights.ts'

/** Which blocks of the decoder a graph holds, first and last included, and whether the head follows. */
export interface DecoderSlice {
  readonly first: number
  readonly last: number
  readonly head: boolean
}

/**
 * A slice of the LLaMA decoder over `n` new tokens after `past` cached rows.
 *
 * Inputs: residual [n, d]; cos and sin [n, headDim / 2], the rotary angles of the new positions;
 * mask [n, past + n], added to the attention scores; past_key_i and past_value_i [past, heads, headDim]
 * per block (past >= 1: row 0 is a blank row the mask hides, because the runtime cannot multiply by
 * an empty matrix); with a head also logits_from [1], the first new row that logits are wanted of.
 *
 * Outputs: residual [n, d], or with a head logits [n - logits_from, vocabulary]; and new_rows
 * [2 x blocks, n, d], the new tokens' keys and values (key, value, key, ...). The cache itself never
 * leaves the graph: returning it would copy all of it for every token.
 */
export function buildDecoderGraph(
  graph: GraphBuilder,
  weights: Weights,
  config: DecoderConfig,
  slice: DecoderSlice,
): void {
  const { hiddenSize: width, headDim, heads } = config
  let residual = graph.input('residual', 'float32', ['n', width])
  const context: AttentionInputs = {
    cos: graph.input('cos', 'float32', ['n', headDim / 2]),
    sin: graph.input('sin', 'float32', ['n', headDim / 2]),
    mask: graph.input('mask', 'float32', ['n', 'total']),
  }
  const rows: Value[] = []
  for (let i = slice.first; i <= slice.last; i++) {
    const pastKey = graph.input(`past_key_${i - slice.first}`, 'float32', ['past', heads, headDim])
    const pastValue = graph.input(`past_value_${i - slice.first}`, 'float32', ['past', heads, headDim])
    const block = decoderBlock(graph, weights, config, i, residual, { ...context, pastKey, pastValue })
    residual = block.residual
    rows.push(block.key, block.value)
  }
  if (slice.head) {
    const from = graph.input('logits_from', 'int64', [1])
    const end = graph.integers([Number.MAX_SAFE_INTEGER])
    const wanted = graph.node('Slice', [residual, from, end, graph.integers([0])])
    const norm = rmsNorm(graph, weights, config, 'language_model.model.norm', wanted)
    const logits = weights.linear(norm, ['language_model.lm_head'], config.vocabSize, width, { bias: false })
    graph.output('logits', logits, 'float32', ['m', config.vocabSize])
  } else {
    graph.output('residual_out', residual, 'float32', ['n', width])
  }
  const newRows = graph.node('Concat', rows, { attributes: { axis: { int: 0 } } })
  graph.output('new_rows', newRows, 'float32', [rows.length, 'n', width])
}

interface AttentionInputs {
  readonly cos: Value
  readonly sin: Value
  readonly mask: Value
}
interface BlockInputs extends AttentionInputs {
  readonly pastKey: Value
  readonly pastValue: Value
}

/** One LLaMA block. `key` and `value` are the new rows as [1, n, d]. */
function decoderBlock(
  graph: GraphBuilder,
  weights: Weights,
  config: DecoderConfig,
  i: number,
  residual: Value,
  inputs: BlockInputs,
): { residual: Value; key: Value; value: Value } {
  const { hiddenSize: width, intermediateSize: inner } = config
  const name = `language_model.model.layers.${i}`
  const norm = rmsNorm(graph, weights, config, `${name}.input_layernorm`, residual)
  const projections = ['q', 'k', 'v'].map((part) => `${name}.self_attn.${part}_proj`)
  const qkv = weights.linear(norm, projections, 3 * width, width, { bias: false })
  const { context, key, value } = attention(graph, config, qkv, inputs)
  const attended = weights.linear(context, [`${name}.self_attn.o_proj`], width, width, { bias: false })
  const middle = graph.node('Add', [residual, attended])

  const norm2 = rmsNorm(graph, weights, config, `${name}.post_attention_layernorm`, middle)
  const gateUp = weights.linear(norm2, [`${name}.mlp.gate_proj`, `${name}.mlp.up_proj`], 2 * inner, width, {
    bias: false,
  })
  const [gate, up] = split(graph, gateUp, 1, [inner, inner])
  // x sigmoid(alpha x) with alpha 1 is SiLU.
  const silu = graph.node('QuickGelu', [gate as Value], { domain: 'com.microsoft', attributes: { alpha: { float: 1 } } })
  const hidden = graph.node('Mul', [silu, up as Value])
  const mlp = weights.linear(hidden, [`${name}.mlp.down_proj`], width, inner, { bias: false })
  return { residual: graph.node('Add', [middle, mlp]), key, value }
}

/**
 * Attention of the new tokens to the cached rows and to each other, in two parts that share one
 * softmax. Keys and values stay [rows, heads, headDim], so the cache grows at its end and a view of
 * its beginning is a valid input; the products step over the rows instead of transposing them.
 */
function attention(
  graph: GraphBuilder,
  config: DecoderConfig,
  qkv: Value,
  inputs: BlockInputs,
): { context: Value; key: Value; value: Value } {
  const { hiddenSize: width, headDim, heads } = config
  const batch = graph.node('Reshape', [qkv, graph.integers([1, -1, 3 * width])])
  const [queryKey, value] = split(graph, batch, 2, [2 * width, width]) as [Value, Value]
  const turned = graph.node('RotaryEmbedding', [queryKey, graph.integers([0]), inputs.cos, inputs.sin], {
    domain: 'com.microsoft',
  })
  const [query, key] = split(graph, turned, 2, [width, width]) as [Value, Value]
  const perHead = (x: Value): Value => graph.node('Reshape', [x, graph.integers([-1, heads, headDim])])
  const q = perHead(query)
  const scores = (keys: Value): Value =>
    graph.node('FusedMatMul', [q, keys], {
      domain: 'com.microsoft',
      attributes: {
        transBatchA: { int: 1 }, transBatchB: { int: 1 }, transB: { int: 1 }, alpha: { float: headDim ** -0.5 },
      },
    })
  const weighted = (weights: Value, values: Value): Value =>
    graph.node('FusedMatMul', [weights, values], { domain: 'com.microsoft', attributes: { transBatchB: { int: 1 } } })

  const all = graph.node('Concat', [scores(inputs.pastKey), scores(perHead(key))], { attributes: { axis: { int: 2 } } })
  const masked = graph.node('Add', [all, inputs.mask])
  const shares = graph.node('Softmax', [masked], { attributes: { axis: { int: 2 } } })
  const rowsOf = (x: Value): Value =>
    graph.node('Shape', [x], { attributes: { start: { int: 0 }, end: { int: 1 } } })
  const lengths = graph.node('Concat', [rowsOf(inputs.pastKey), rowsOf(q)], { attributes: { axis: { int: 0 } } })
  const [toPast, toNew] = graph.nodes('Split', [shares, lengths], 2, { attributes: { axis: { int: 2 } } })
  const context = graph.node('Add', [
    weighted(toPast as Value, inputs.pastValue),
    weighted(toNew as Value, perHead(value)),
  ])
  const rows = graph.node('Transpose', [context], { attributes: { perm: { ints: [1, 0, 2] } } })
  return { context: graph.node('Reshape', [rows, graph.integers([-1, width])]), key, value }
}

function split(graph: GraphBuilder, x: Value, axis: number, sizes: readonly number[]): readonly Value[] {
  return graph.nodes('Split', [x, graph.integers(sizes)], sizes.length, { attributes: { axis: { int: axis } } })
}

function rmsNorm(
  graph: GraphBuilder,
  weights: Weights,
  config: DecoderConfig,
  name: string,
  x: Value,
): Value {
  const weight = weights.tensor(`${name}.weight`, [config.hiddenSize])
  return graph.node('SimplifiedLayerNormalization', [x, weight], {
    attributes: { axis: { int: -1 }, epsilon: { float: config.rmsNormEps } },
  })
}
