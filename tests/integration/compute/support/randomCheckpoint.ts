import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseModelConfig } from '../../../../src/compute/checkpoint/modelConfig.ts'
import { expectedTensors } from '../../../../src/compute/checkpoint/tensorNames.ts'
import { Random } from '../../../../src/phantom/random.ts'
import { floats, writeSafetensors, type RawTensor } from './safetensors.ts'

const TOKENIZER = fileURLToPath(new URL('../../../golden/processor/tokenizer', import.meta.url))
const WIDTH = 32
const FEATURES = 40
const IMAGE = 32

/** A whole checkpoint with a tokenizer, and a dictionary for it, all of random weights: it writes nonsense. */
export async function writeRandomModel(folder: string): Promise<{ modelDir: string; dictionaryDir: string }> {
  const modelDir = join(folder, 'model')
  const dictionaryDir = join(folder, 'dictionary')
  await cp(TOKENIZER, modelDir, { recursive: true })
  await mkdir(dictionaryDir)
  const tokenizer = JSON.parse(await readFile(join(TOKENIZER, 'tokenizer.json'), 'utf8')) as {
    readonly added_tokens: readonly { readonly id: number; readonly content: string }[]
  }
  const config = {
    _name_or_path: 'nonsense',
    image_token_index: tokenizer.added_tokens.find((token) => token.content === '<image>')!.id,
    text_config: {
      hidden_size: WIDTH, intermediate_size: 48, num_hidden_layers: 3, num_attention_heads: 2,
      vocab_size: Math.max(...tokenizer.added_tokens.map((token) => token.id)) + 1, rms_norm_eps: 1e-5,
      rope_scaling: { type: 'linear', factor: 1.5 },
    },
    vision_config: {
      hidden_size: 16, num_hidden_layers: 1, num_attention_heads: 2, image_size: IMAGE, patch_size: 8,
    },
  }
  await writeJson(join(modelDir, 'config.json'), config)
  await writeJson(join(modelDir, 'preprocessor_config.json'), {
    image_processor_type: 'BitImageProcessor', do_convert_rgb: true, do_resize: true, resample: 3,
    size: { shortest_edge: IMAGE }, do_center_crop: true, crop_size: { height: IMAGE, width: IMAGE },
    do_rescale: true, rescale_factor: 1 / 255, do_normalize: true, image_mean: [0.5307, 0.5307, 0.5307],
    image_std: [0.2583, 0.2583, 0.2583],
  })
  const random = new Random(5)
  const tensors: Record<string, RawTensor> = {}
  for (const [name, shape] of expectedTensors(parseModelConfig(config))) tensors[name] = normal(random, shape)
  await writeSafetensors(join(modelDir, 'model.safetensors'), tensors)

  await writeSafetensors(join(dictionaryDir, 'dictionary.safetensors'), {
    W_enc: normal(random, [WIDTH, FEATURES]),
    W_dec: normal(random, [FEATURES, WIDTH]),
    b_enc: floats([FEATURES], new Array<number>(FEATURES).fill(0)),
    b_dec: floats([WIDTH], new Array<number>(WIDTH).fill(0)),
    threshold: floats([], [0.5]),
    k: { dtype: 'I32', shape: [], bytes: new Uint8Array(Int32Array.of(4).buffer) },
    group_sizes: { dtype: 'I64', shape: [1], bytes: new Uint8Array(BigInt64Array.of(BigInt(FEATURES)).buffer) },
  })
  await writeJson(join(dictionaryDir, 'config.json'), { trainer: { layer: 1 } })
  await writeJson(
    join(dictionaryDir, 'features.json'),
    Array.from({ length: FEATURES }, (_, index) => ({
      index, interpretation: '', detectionScore: null, density: 0.1, maxActivation: 4, targets: [], comparison: false,
      effect: null, exemplars: [],
    })),
  )
  return { modelDir, dictionaryDir }
}

/** Normal values whose products keep their size: deviation 1 / sqrt of the inputs; 1 + noise for norms. */
function normal(random: Random, shape: readonly number[]): RawTensor {
  const inputs = shape.length > 1 ? shape.slice(1).reduce((product, dim) => product * dim, 1) : 100
  const count = shape.reduce((product, dim) => product * dim, 1)
  const centre = shape.length === 1 ? 1 : 0
  return floats(shape, Array.from({ length: count }, () => centre + (1.5 * random.normal()) / Math.sqrt(inputs)))
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFile(path, JSON.stringify(value))
}
