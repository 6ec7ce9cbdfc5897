import { mkdir, open, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseModelConfig } from '../../../src/compute/checkpoint/modelConfig.ts'
import { expectedTensors } from '../../../src/compute/checkpoint/tensorNames.ts'
import { Random } from '../../../src/phantom/random.ts'
import type { Shape } from './shape.ts'

const TOKENIZER = fileURLToPath(new URL('../../golden/processor/tokenizer', import.meta.url))
const SHARDS = 6
/** Normal values that weights are drawn from, over and over at other places. */
const DRAWN = 2 ** 23 + 9
const DEVIATION = 0.02
/** MAIRA-2's added tokens begin here. */
const ADDED_FROM = 32_000

/**
 * Writes a checkpoint of random weights with MAIRA-2's files: bf16 shards with an index, configuration, tokenizer.
 * @returns bytes of its weights
 */
export async function writeCheckpoint(folder: string, shape: Shape): Promise<number> {
  await mkdir(folder, { recursive: true })
  const image_token_index = await writeTokenizer(folder)
  const config = { model_type: 'maira2', _name_or_path: 'random weights', image_token_index, ...shape }
  await writeJson(folder, 'config.json', config)
  const side = shape.vision_config.image_size
  await writeJson(folder, 'preprocessor_config.json', {
    size: { shortest_edge: side }, crop_size: { height: side, width: side }, image_mean: [0.5307, 0.5307, 0.5307],
    image_std: [0.2583, 0.2583, 0.2583], rescale_factor: 1 / 255,
  })
  const tensors = [...expectedTensors(parseModelConfig(config))].map(([name, dims]) => ({
    name, dims, bytes: 2 * dims.reduce((product, dim) => product * dim, 1),
  }))
  const total = tensors.reduce((sum, tensor) => sum + tensor.bytes, 0)
  const weight_map: Record<string, string> = {}
  const normal = drawNormal()
  const ones = new Uint16Array(2 ** 14).fill(0x3f80)
  let begun = 0
  for (let shard = 1; shard <= SHARDS; shard++) {
    const name = `model-0000${shard}-of-0000${SHARDS}.safetensors`
    const mine: typeof tensors = []
    let bytes = 0
    while (begun < tensors.length && (shard === SHARDS || bytes < total / SHARDS)) {
      const tensor = tensors[begun++]!
      mine.push(tensor)
      bytes += tensor.bytes
      weight_map[tensor.name] = name
    }
    await writeShard(join(folder, name), mine, (tensor) => (/norm|lambda1/.test(tensor) ? ones : normal))
  }
  await writeJson(folder, 'model.safetensors.index.json', { metadata: { total_size: total }, weight_map })
  return total
}

/** The tokenizer of the tests with as many pieces as MAIRA-2's; returns the id of its image token. */
async function writeTokenizer(folder: string): Promise<number> {
  interface Tokenizer {
    readonly model: { readonly vocab: Record<string, number> }
    readonly added_tokens: { id: number; readonly content: string }[]
  }
  const json = JSON.parse(await readFile(join(TOKENIZER, 'tokenizer.json'), 'utf8')) as Tokenizer
  const pieces = Math.max(...Object.values(json.model.vocab)) + 1
  for (let id = pieces; id < ADDED_FROM; id++) json.model.vocab[`▁piece${id}`] = id
  for (const token of json.added_tokens) if (token.id >= pieces) token.id += ADDED_FROM - pieces
  await writeJson(folder, 'tokenizer.json', json)
  const config = await readFile(join(TOKENIZER, 'tokenizer_config.json'))
  await writeFile(join(folder, 'tokenizer_config.json'), config)
  return json.added_tokens.find((token) => token.content === '<image>')!.id
}

/** Brain floats of deviation 0.02. */
function drawNormal(): Uint16Array {
  const random = new Random(11)
  const single = new Float32Array(1)
  const bits = new Uint32Array(single.buffer)
  return Uint16Array.from({ length: DRAWN }, () => {
    single[0] = DEVIATION * random.normal()
    return bits[0]! >>> 16
  })
}

async function writeShard(
  path: string, tensors: readonly { name: string; dims: readonly number[]; bytes: number }[],
  valuesOf: (tensor: string) => Uint16Array,
): Promise<void> {
  const header: Record<string, unknown> = {}
  let end = 0
  for (const { name, dims, bytes } of tensors) {
    header[name] = { dtype: 'BF16', shape: dims, data_offsets: [end, (end += bytes)] }
  }
  const text = Buffer.from(JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(text.byteLength))
  const file = await open(path, 'w')
  try {
    await file.writeFile(Buffer.concat([length, text]))
    for (const { name, bytes } of tensors) {
      const values = valuesOf(name)
      const piece = new Uint8Array(values.buffer)
      for (let done = 0; done < bytes; ) {
        const { bytesWritten } = await file.write(piece, 0, Math.min(piece.byteLength, bytes - done))
        done += bytesWritten
      }
    }
  } finally {
    await file.close()
  }
}

async function writeJson(folder: string, name: string, value: unknown): Promise<void> {
  await writeFile(join(folder, name), JSON.stringify(value))
}
