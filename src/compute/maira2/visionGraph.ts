import type { ModelConfig, VisionConfig } from '../checkpoint/modelConfig.ts'
import type { GraphBuilder, Value } from '../onnx/graphBuilder.ts'
import type { Weights } from './weights.ts'

/**
 * DINOv2 with LayerScale, its final LayerNorm, CLS dropped, then the projector:
 * pixels [n, 3, S, S] -> image_tokens [n, patches, d], patches row by row from the top left.
 * The position table is used as it is: MAIRA-2 always sees images of the size it was made for.
 */
export function buildVisionGraph(graph: GraphBuilder, weights: Weights, config: ModelConfig): void {
  const { vision, decoder, projectorLayers } = config
  const width = vision.hiddenSize
  const pixels = graph.input('pixels', 'float32', ['n', 3, vision.imageSize, vision.imageSize])
  let x = embedPatches(graph, weights, vision, pixels)
  x = graph.node('Reshape', [x, graph.integers([-1, width])])
  for (let i = 0; i < vision.layers; i++) x = block(graph, weights, vision, i, x)

  x = graph.node('Reshape', [x, graph.integers([-1, vision.patches + 1, width])])
  x = graph.node('Slice', [x, graph.integers([1]), graph.integers([vision.patches + 1]), graph.integers([1])])
  x = graph.node('Reshape', [x, graph.integers([-1, width])])
  x = layerNorm(graph, weights, 'vision_tower.layernorm', vision, x)
  for (let i = 0; i < projectorLayers; i++) {
    if (i > 0) x = graph.node('Gelu', [x])
    const name = `multi_modal_projector.layers.${2 * i}`
    x = weights.linear(x, [name], decoder.hiddenSize, i === 0 ? width : decoder.hiddenSize, { bias: true })
  }
  x = graph.node('Reshape', [x, graph.integers([-1, vision.patches, decoder.hiddenSize])])
  graph.output('image_tokens', x, 'float32', ['n', vision.patches, decoder.hiddenSize])
}

function embedPatches(
  graph: GraphBuilder,
  weights: Weights,
  vision: VisionConfig,
  pixels: Value,
): Value {
  const { hiddenSize: width, patchSize: side } = vision
  const name = 'vision_tower.embeddings'
  const kernel = weights.tensor(`${name}.patch_embeddings.projection.weight`, [width, 3, side, side])
  const bias = weights.tensor(`${name}.patch_embeddings.projection.bias`, [width])
  const grid = graph.node('Conv', [pixels, kernel, bias], { attributes: { strides: { ints: [side, side] } } })
  const columns = graph.node('Reshape', [grid, graph.integers([0, width, -1])])
  const patches = graph.node('Transpose', [columns], { attributes: { perm: { ints: [0, 2, 1] } } })

  const images = graph.node('Shape', [pixels], { attributes: { start: { int: 0 }, end: { int: 1 } } })
  const shape = graph.node('Concat', [images, graph.integers([1, width])], { attributes: { axis: { int: 0 } } })
  const cls = graph.node('Expand', [weights.tensor(`${name}.cls_token`, [1, 1, width]), shape])
  const tokens = graph.node('Concat', [cls, patches], { attributes: { axis: { int: 1 } } })
  return graph.node('Add', [
    tokens,
    weights.tensor(`${name}.position_embeddings`, [1, vision.patches + 1, width]),
  ])
}

function block(graph: GraphBuilder, weights: Weights, vision: VisionConfig, i: number, x: Value): Value {
  const width = vision.hiddenSize
  const name = `vision_tower.encoder.layer.${i}`
  const attention = `${name}.attention.attention`
  const qkv = weights.linear(
    layerNorm(graph, weights, `${name}.norm1`, vision, x),
    [`${attention}.query`, `${attention}.key`, `${attention}.value`],
    3 * width,
    width,
    { bias: true },
  )
  const tokens = graph.node('Reshape', [qkv, graph.integers([-1, vision.patches + 1, 3 * width])])
  const parts = graph.nodes('Split', [tokens], 3, { attributes: { axis: { int: 2 }, num_outputs: { int: 3 } } })
  const heads = graph.node('MultiHeadAttention', parts, {
    domain: 'com.microsoft',
    attributes: { num_heads: { int: vision.heads } },
  })
  const attended = weights.linear(
    graph.node('Reshape', [heads, graph.integers([-1, width])]),
    [`${name}.attention.output.dense`],
    width,
    width,
    { bias: true, scale: `${name}.layer_scale1.lambda1` },
  )
  const middle = graph.node('Add', [x, attended])

  const inner = vision.intermediateSize
  const norm = layerNorm(graph, weights, `${name}.norm2`, vision, middle)
  const hidden = graph.node('Gelu', [weights.linear(norm, [`${name}.mlp.fc1`], inner, width, { bias: true })])
  const mlp = weights.linear(hidden, [`${name}.mlp.fc2`], width, inner, {
    bias: true,
    scale: `${name}.layer_scale2.lambda1`,
  })
  return graph.node('Add', [middle, mlp])
}

function layerNorm(
  graph: GraphBuilder,
  weights: Weights,
  name: string,
  vision: VisionConfig,
  x: Value,
): Value {
  const dims = [vision.hiddenSize]
  return graph.node(
    'LayerNormalization',
    [x, weights.tensor(`${name}.weight`, dims), weights.tensor(`${name}.bias`, dims)],
    { attributes: { axis: { int: -1 }, epsilon: { float: vision.layerNormEps } } },
  )
}
