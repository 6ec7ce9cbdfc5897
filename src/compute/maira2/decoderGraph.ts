import type { DecoderConfig } from '../checkpoint/modelConfig.ts'
import type { GraphBuilder, Value } from '../onnx/graphBuilder.ts'
import type { Dimension } from '../onnx/model.ts'
import type { KvShape } from './kvLayout.ts'
import { tileParts } from './kvTiles.ts'
import type { Weights } from './weights.ts'

/** Element types as ONNX numbers them (TensorProto.DataType). */
const [FLOAT, UINT8] = [1, 2]

/** Which blocks of the decoder a graph holds, first and last included, and whether the head follows. */
export interface DecoderSlice {
  readonly first: number
  readonly last: number
  readonly head: boolean
  /** How full tiles of keys and values are kept. */
  readonly tiles: KvShape['tiles']
}

/**
 * A slice of the LLaMA decoder over new positions of one or several sequences (s) that share a prompt:
 * n rows in all, `count` of each sequence; either s or count is 1.
 *
 * Inputs: residual [n, d]; cos and sin [count, headDim / 2], the rotary angles of the new positions; per
 * block the keys and values of the positions before (kvLayout.ts) in three groups, shared_keys,
 * shared_values, own_keys, own_values (tiles) and open_keys, open_values (rows); blank_rows, zeros that
 * fill the open rows and the new ones up to whole tiles; groups [3], positions in each group; mask
 * [count, sum of groups], added to the attention scores; and shapes: rows_shape, heads_shape,
 * query_shape, scores_shape, tiles_shape. With a head also logits_from [1], the first new position that
 * logits are wanted of, and the shapes of the wanted positions (_wanted).
 *
 * Outputs: residual_out [n, d], or with a head logits [wanted rows, vocabulary]; and new_rows
 * [2 x blocks, n, d], the new rows' keys and values (key, value, key, ...). The cache itself never
 * leaves the graph: returning it would copy all of it for every token.
 *
 * A row's numbers do not depend on the rows beside it: products with weights treat every row alike, and
 * attention gives a decoding row products of its own, of the same shapes whatever its pass looks like.
 * rowCheck.ts tests this on the machine at hand; draft verification and batched sweeps stand on it.
 */
export function buildDecoderGraph(
  graph: GraphBuilder,
  weights: Weights,
  config: DecoderConfig,
  slice: DecoderSlice,
): void {
  const { hiddenSize: width, headDim, heads } = config
  const kv: KvShape = { blocks: slice.last - slice.first + 1, heads, headDim, tiles: slice.tiles }
  let residual = graph.input('residual', 'float32', ['n', width])
  const pass: PassInputs = {
    cos: graph.input('cos', 'float32', ['count', headDim / 2]),
    sin: graph.input('sin', 'float32', ['count', headDim / 2]),
    blankRows: graph.input('blank_rows', 'float32', ['blank', 's', heads, headDim]),
    groups: graph.input('groups', 'int64', [3]),
    rowsShape: graph.input('rows_shape', 'int64', [3]),
    headsShape: graph.input('heads_shape', 'int64', [4]),
  }
  const mask = graph.input('mask', 'float32', ['count', 'total'])
  const all: Queries = { from: null, mask, ...queryShapes(graph, '') }
  const wanted = slice.head ? wantedQueries(graph, mask) : all
  const rows: Value[] = []
  for (let i = slice.first; i <= slice.last; i++) {
    const before = pastInputs(graph, config, kv, i - slice.first)
    // Of the last block before the head, only what leads to wanted logits is computed.
    const queries = i === slice.last ? wanted : all
    const block = decoderBlock(graph, weights, config, i, residual, { ...pass, ...before, queries })
    residual = block.residual
    rows.push(block.key, block.value)
  }
  if (slice.head) {
    const norm = rmsNorm(graph, weights, config, 'language_model.model.norm', residual)
    const logits = weights.linear(norm, ['language_model.lm_head'], config.vocabSize, width, { bias: false })
    graph.output('logits', logits, 'float32', ['m', config.vocabSize])
  } else {
    graph.output('residual_out', residual, 'float32', ['n', width])
  }
  const newRows = graph.node('Concat', rows, { attributes: { axis: { int: 0 } } })
  graph.output('new_rows', newRows, 'float32', [rows.length, 'n', width])
}

/** The rows that look at others: all new ones, or those from `from` on. */
interface Queries {
  readonly from: Value | null
  /** [count, total] */
  readonly mask: Value
  /** [1, s, heads, rows alone, rows together, headDim] */
  readonly queryShape: Value
  /** [s, heads, count, -1] */
  readonly scoresShape: Value
  /** [s, heads, rows alone, rows together, -1, TILE] */
  readonly tilesShape: Value
}
interface PassInputs {
  readonly cos: Value
  readonly sin: Value
  readonly blankRows: Value
  readonly groups: Value
  /** [s, count, 2 d] */
  readonly rowsShape: Value
  /** [count, s, heads, headDim] */
  readonly headsShape: Value
}
/** The parts of a group of tiles by their names. */
type TileValues = ReadonlyMap<string, Value>
interface PastValues {
  readonly shared: TileValues
  readonly own: TileValues
  readonly open: { readonly keys: Value; readonly values: Value }
}
interface BlockInputs extends PassInputs, PastValues {
  readonly queries: Queries
}

function queryShapes(graph: GraphBuilder, suffix: string): Omit<Queries, 'from' | 'mask'> {
  return {
    queryShape: graph.input(`query_shape${suffix}`, 'int64', [6]),
    scoresShape: graph.input(`scores_shape${suffix}`, 'int64', [4]),
    tilesShape: graph.input(`tiles_shape${suffix}`, 'int64', [6]),
  }
}

function wantedQueries(graph: GraphBuilder, mask: Value): Queries {
  const from = graph.input('logits_from', 'int64', [1])
  return { from, mask: rowsFrom(graph, mask, from), ...queryShapes(graph, '_wanted') }
}

function pastInputs(graph: GraphBuilder, { heads, headDim }: DecoderConfig, kv: KvShape, block: number): PastValues {
  const tiles = (group: string, sequences: Dimension): TileValues =>
    new Map(tileParts(kv).map(({ name, type, inner }) =>
      [name, graph.input(`${group}_${name}_${block}`, type, [`${group}_tiles`, sequences, heads, 1, ...inner])]))
  const open = (name: string): Value => graph.input(`${name}_${block}`, 'float32', ['open', 's', heads, headDim])
  return {
    shared: tiles('shared', 1), own: tiles('own', 's'), open: { keys: open('open_keys'), values: open('open_values') },
  }
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
  const { from } = inputs.queries
  const middle = graph.node('Add', [from === null ? residual : rowsFrom(graph, residual, from), attended])

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
 * Attention of the new rows to the three groups before them and to each other, under one softmax.
 *
 * Full tiles: each row alone is a product of one row (decoding), or all rows of a head form one product
 * (prompt chunks); query_shape says which. Keys lie transposed, so that the runtime's one-row product
 * reads them straight through. Open and new rows are joined and filled up to whole tiles; their products
 * carry a factor other than 1, which keeps the runtime from a one-row shortcut that rounds differently.
 */
function attention(
  graph: GraphBuilder,
  config: DecoderConfig,
  qkv: Value,
  inputs: BlockInputs,
): { context: Value; key: Value; value: Value } {
  const { hiddenSize: width, headDim } = config
  const { headsShape, groups, queries, shared, own, open } = inputs
  const [queryKey, value] = split(graph, qkv, 1, [2 * width, width]) as [Value, Value]
  const turned = graph.node(
    'RotaryEmbedding',
    [graph.node('Reshape', [queryKey, inputs.rowsShape]), graph.integers([0]), inputs.cos, inputs.sin],
    { domain: 'com.microsoft' },
  )
  const [allQueries, key] = split(graph, turned, 2, [width, width]) as [Value, Value]
  const perHead = (x: Value): Value => graph.node('Reshape', [x, headsShape])
  const query = queries.from === null
    ? perHead(allQueries)
    : rowsFrom(graph, perHead(allQueries), queries.from)

  const tiles = tileProducts(graph, query, headDim, queries)
  const joined = (before: Value, now: Value): Value =>
    graph.node('Concat', [before, perHead(now), inputs.blankRows], { attributes: { axis: { int: 0 } } })
  const openScores = graph.node('FusedMatMul', [query, joined(open.keys, key)], {
    domain: 'com.microsoft',
    attributes: {
      transBatchA: { int: 1 }, transBatchB: { int: 1 }, transB: { int: 1 }, alpha: { float: headDim ** -0.5 },
    },
  })
  const scores = graph.node('Concat', [tiles.scores(shared), tiles.scores(own), openScores], {
    attributes: { axis: { int: 3 } },
  })
  const shares = graph.node('Softmax', [graph.node('Add', [scores, queries.mask])], { attributes: { axis: { int: 3 } } })

  const [toShared, toOwn, toOpen] = graph.nodes('Split', [shares, groups], 3, { attributes: { axis: { int: 3 } } })
  const full = graph.node('Add', [
    tiles.weighted(toShared as Value, shared), tiles.weighted(toOwn as Value, own),
  ])
  const half = graph.node('FusedMatMul', [toOpen as Value, joined(open.values, value)], {
    domain: 'com.microsoft',
    attributes: { transBatchB: { int: 1 }, alpha: { float: 0.5 } },
  })
  // Doubled by adding: the runtime would fold a factor of 2 into the product and be back at 1.
  const open2 = graph.node('Add', [half, half])
  const context = graph.node('Add', [graph.node('Reshape', [full, queries.scoresShape]), open2])
  const asRow = (x: Value): Value => graph.node('Reshape', [x, graph.integers([1, -1, width])])
  return {
    context: graph.node('Reshape', [transpose(graph, context, [2, 0, 1, 3]), graph.integers([-1, width])]),
    key: asRow(key),
    value: asRow(value),
  }
}

/** Scores of the queries at a group of tiles [s, heads, count, positions], and what its values weigh in at. */
interface TileProducts {
  scores(tiles: TileValues): Value
  /** @param shares [s, heads, count, positions]; the result is [s, heads, rows alone, rows together, headDim] */
  weighted(shares: Value, tiles: TileValues): Value
}

/**
 * Products with full tiles. In whole numbers, a row's queries are rounded to -127 to 127 times a scale and
 * moved up by 128; its shares of a tile to 0 to 255 times a scale. The sums are exact: they stay below
 * 2^24, so float32 holds them too.
 */
function tileProducts(graph: GraphBuilder, query: Value, headDim: number, queries: Queries): TileProducts {
  const part = (tiles: TileValues, name: string): Value => tiles.get(name) as Value
  const whole = (tiles: TileValues): boolean => tiles.has('key_scales')
  const laidOut = (x: Value): Value =>
    graph.node('Reshape', [transpose(graph, x, [1, 2, 0, 3]), queries.queryShape])
  const alone = laidOut(graph.node('Mul', [query, graph.scalar(headDim ** -0.5)]))
  const largest = (x: Value): Value =>
    graph.node('Max', [
      graph.node('ReduceMax', [x, graph.integers([-1])], { attributes: { keepdims: { int: 1 } } }), graph.scalar(1e-30),
    ])
  const product = (rounded: Value, tile: Value): Value =>
    graph.node('Cast', [graph.node('MatMulInteger', [rounded, tile])], { attributes: { to: { int: FLOAT } } })
  const unsigned = (x: Value): Value => graph.node('Cast', [x], { attributes: { to: { int: UINT8 } } })
  const roundQuery = once(() => {
    const scale = graph.node('Mul', [largest(graph.node('Abs', [alone])), graph.scalar(1 / 127)])
    const rounded = graph.node('Round', [graph.node('Div', [alone, scale])])
    return { scale, rounded: unsigned(graph.node('Add', [rounded, graph.scalar(128)])) }
  })
  const inTiles = (tiles: TileValues): Value => {
    if (!whole(tiles)) return graph.node('MatMul', [alone, part(tiles, 'keys')])
    const { scale, rounded } = roundQuery()
    const sums = graph.node('Sub', [product(rounded, part(tiles, 'keys')), part(tiles, 'key_offsets')])
    return graph.node('Mul', [graph.node('Mul', [sums, part(tiles, 'key_scales')]), scale])
  }
  const perTile = (shares: Value, tiles: TileValues): Value => {
    if (!whole(tiles)) return graph.node('MatMul', [shares, part(tiles, 'values')])
    const scale = graph.node('Mul', [largest(shares), graph.scalar(1 / 255)])
    const rounded = unsigned(graph.node('Round', [graph.node('Div', [shares, scale])]))
    const sums = product(rounded, part(tiles, 'values'))
    return graph.node('Mul', [graph.node('Mul', [sums, part(tiles, 'value_scales')]), scale])
  }
  return {
    scores: (tiles) =>
      graph.node('Reshape', [transpose(graph, inTiles(tiles), [1, 2, 3, 4, 0, 5]), queries.scoresShape]),
    weighted(shares, tiles) {
      const laid = transpose(graph, graph.node('Reshape', [shares, queries.tilesShape]), [4, 0, 1, 2, 3, 5])
      return graph.node('ReduceSum', [perTile(laid, tiles), graph.integers([0])], {
        attributes: { keepdims: { int: 0 } },
      })
    },
  }
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null
  return () => (made ??= { value: make() }).value
}

/** Rows `from` on of x [n, ...]. */
function rowsFrom(graph: GraphBuilder, x: Value, from: Value): Value {
  const end = graph.integers([Number.MAX_SAFE_INTEGER])
  return graph.node('Slice', [x, from, end, graph.integers([0])])
}

function transpose(graph: GraphBuilder, x: Value, perm: readonly number[]): Value {
  return graph.node('Transpose', [x], { attributes: { perm: { ints: perm } } })
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
