import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { StoredWeight } from '../../../src/compute/maira2/compileManifest.ts'
import { buildDecoderGraph } from '../../../src/compute/maira2/decoderGraph.ts'
import type { ModelGraphs } from '../../../src/compute/maira2/modelGraphs.ts'
import { StoredWeights } from '../../../src/compute/maira2/weights.ts'
import { GraphBuilder } from '../../../src/compute/onnx/graphBuilder.ts'
import { WeightFile } from '../../../src/compute/onnx/weightFile.ts'
import { GgufFile, type GgufTensor, type GgufValue } from './ggufFile.ts'
import { buildKvThroughGraph } from './kvThroughGraph.ts'
import { asQ4_0, interleavedHeads, randomBlocks, rowsOf, wideScales, type Blocks } from './randomWeights.ts'
import { configOf, NORM_EPSILON, ROPE_FACTOR, type Shape } from './shape.ts'

/** As int4 models have them. */
const TILES = 'int8'

/** One set of random int4 weights, as Hilum, the usual export and llama.cpp read it. */
export interface RandomModel {
  readonly graphs: ModelGraphs
  /** The decoder as it is usually exported: one graph, keys and values in and out. */
  readonly kvThrough: string
  readonly gguf: string
  /** Bytes of weights that a decoding pass reads. */
  readonly weightBytes: number
}

/** Writes the model into a folder, or finds it there. */
export async function writeRandomModel(folder: string, shape: Shape): Promise<RandomModel> {
  const paths = {
    data: join(folder, 'weights.data'), stored: join(folder, 'stored.json'), gguf: join(folder, 'model.gguf'),
    embeddings: join(folder, 'embeddings.data'),
  }
  if (!(await access(paths.stored).then(() => true, () => false))) {
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder, { recursive: true })
    await writeFile(paths.stored, JSON.stringify(await writeWeights(paths, shape)))
  }
  const weights = JSON.parse(await readFile(paths.stored, 'utf8')) as readonly StoredWeight[]
  const stored = new Map(weights.map((weight) => [weight.name, weight]))
  const { decoder } = configOf(shape)
  const write = async (name: string, build: (graph: GraphBuilder, from: StoredWeights) => void): Promise<string> => {
    const graph = new GraphBuilder(name)
    build(graph, new StoredWeights(graph, stored))
    await writeFile(join(folder, `${name}.onnx`), graph.encode())
    return join(folder, `${name}.onnx`)
  }
  const { hook, layers } = shape
  return {
    graphs: {
      hookLayer: hook,
      tiles: TILES,
      vision: '',
      front: await write('front', (graph, from) =>
        buildDecoderGraph(graph, from, decoder, { first: 0, last: hook, head: false, tiles: TILES })),
      back: await write('back', (graph, from) =>
        buildDecoderGraph(graph, from, decoder, { first: hook + 1, last: layers - 1, head: true, tiles: TILES })),
      embeddings: paths.embeddings,
    },
    kvThrough: await write('kvThrough', (graph, from) => buildKvThroughGraph(graph, from, decoder)),
    gguf: paths.gguf,
    weightBytes: weights.reduce((sum, { data }) => sum + data.length, 0),
  }
}

async function writeWeights(
  paths: { readonly data: string; readonly gguf: string; readonly embeddings: string }, shape: Shape,
): Promise<readonly StoredWeight[]> {
  const { hidden, layers, heads, inner, vocabulary } = shape
  const file = await WeightFile.create(paths.data, 'weights.data')
  const stored: StoredWeight[] = []
  const linear = async (label: string, blocks: Blocks): Promise<void> => {
    stored.push({ name: `${label}.weight`, format: 'int4', data: await file.append([blocks.packed]) })
    stored.push({ name: `${label}.scales`, format: 'fp32', data: await file.append([wideScales(blocks)]) })
  }
  const ones = async (name: string): Promise<void> => {
    stored.push({ name, format: 'fp32', data: await file.append([new Float32Array(hidden).fill(1)]) })
  }
  const gguf = await GgufFile.create(paths.gguf, metadata(shape), tensors(shape))
  const embeddings = Float32Array.from({ length: vocabulary * hidden }, (_, i) => Math.fround(Math.sin(i * 1.7 + 0.3)))
  await writeFile(paths.embeddings, embeddings)
  await gguf.append(new Uint8Array(embeddings.buffer))
  const oneRow = new Uint8Array(new Float32Array(hidden).fill(1).buffer)
  let seed = 1
  for (let i = 0; i < layers; i++) {
    const name = `language_model.model.layers.${i}`
    const qkv = randomBlocks(seed++, 3 * hidden, hidden)
    const out = randomBlocks(seed++, hidden, hidden)
    const gateUp = randomBlocks(seed++, 2 * inner, hidden)
    const down = randomBlocks(seed++, hidden, inner)
    await ones(`${name}.input_layernorm.weight`)
    await ones(`${name}.post_attention_layernorm.weight`)
    await linear(['q', 'k', 'v'].map((part) => `${name}.self_attn.${part}_proj`).join('+'), qkv)
    await linear(`${name}.self_attn.o_proj`, out)
    await linear(`${name}.mlp.gate_proj+${name}.mlp.up_proj`, gateUp)
    await linear(`${name}.mlp.down_proj`, down)
    await gguf.append(oneRow)
    for (const part of [0, 1]) {
      await gguf.append(asQ4_0(interleavedHeads(rowsOf(qkv, part * hidden, (part + 1) * hidden), heads)))
    }
    await gguf.append(asQ4_0(rowsOf(qkv, 2 * hidden, 3 * hidden)))
    await gguf.append(asQ4_0(out))
    await gguf.append(oneRow)
    await gguf.append(asQ4_0(rowsOf(gateUp, 0, inner)))
    await gguf.append(asQ4_0(rowsOf(gateUp, inner, 2 * inner)))
    await gguf.append(asQ4_0(down))
  }
  const head = randomBlocks(seed, vocabulary, hidden)
  await ones('language_model.model.norm.weight')
  await linear('language_model.lm_head', head)
  await gguf.append(oneRow)
  await gguf.append(asQ4_0(head))
  await gguf.close()
  await file.finish()
  return stored
}

/** In the order in which they are written. */
function tensors({ hidden, layers, inner, vocabulary }: Shape): readonly GgufTensor[] {
  const vector = (name: string): GgufTensor => ({ name, type: 'F32', dims: [hidden], bytes: hidden * 4 })
  const matrix = (name: string, inputs: number, outputs: number): GgufTensor =>
    ({ name, type: 'Q4_0', dims: [inputs, outputs], bytes: (inputs * outputs * 18) / 32 })
  return [
    { name: 'token_embd.weight', type: 'F32', dims: [hidden, vocabulary], bytes: vocabulary * hidden * 4 },
    ...Array.from({ length: layers }, (_, i) => [
      vector(`blk.${i}.attn_norm.weight`),
      ...['q', 'k', 'v', 'output'].map((part) => matrix(`blk.${i}.attn_${part}.weight`, hidden, hidden)),
      vector(`blk.${i}.ffn_norm.weight`),
      matrix(`blk.${i}.ffn_gate.weight`, hidden, inner),
      matrix(`blk.${i}.ffn_up.weight`, hidden, inner),
      matrix(`blk.${i}.ffn_down.weight`, inner, hidden),
    ]).flat(),
    vector('output_norm.weight'),
    matrix('output.weight', hidden, vocabulary),
  ]
}

function metadata({ hidden, layers, heads, inner, vocabulary, prompt, written }: Shape): Record<string, GgufValue> {
  const bytes = Array.from({ length: 256 }, (_, i) => `<0x${i.toString(16).toUpperCase().padStart(2, '0')}>`)
  const special = ['<unk>', '<s>', '</s>']
  const tokens = Array.from({ length: vocabulary }, (_, i) => special[i] ?? bytes[i - 3] ?? `t${i}`)
  const kinds = tokens.map((_, i) => (i === 0 ? 2 : i < 3 ? 3 : i < 259 ? 6 : 1)) // unknown, control, byte, normal
  return {
    'general.architecture': { string: 'llama' },
    'general.name': { string: 'random' },
    'general.file_type': { uint32: 2 },
    'llama.context_length': { uint32: Math.max(4096, prompt + written) },
    'llama.embedding_length': { uint32: hidden },
    'llama.block_count': { uint32: layers },
    'llama.feed_forward_length': { uint32: inner },
    'llama.attention.head_count': { uint32: heads },
    'llama.attention.head_count_kv': { uint32: heads },
    'llama.attention.layer_norm_rms_epsilon': { float32: NORM_EPSILON },
    'llama.rope.dimension_count': { uint32: hidden / heads },
    'llama.rope.freq_base': { float32: 10_000 },
    'llama.rope.scaling.type': { string: 'linear' },
    'llama.rope.scaling.factor': { float32: ROPE_FACTOR },
    'llama.vocab_size': { uint32: vocabulary },
    'tokenizer.ggml.model': { string: 'llama' },
    'tokenizer.ggml.tokens': { strings: tokens },
    'tokenizer.ggml.scores': { float32s: tokens.map((_, i) => -i) },
    'tokenizer.ggml.token_type': { int32s: kinds },
    'tokenizer.ggml.bos_token_id': { uint32: 1 },
    'tokenizer.ggml.eos_token_id': { uint32: 2 },
    'tokenizer.ggml.unknown_token_id': { uint32: 0 },
  }
}
