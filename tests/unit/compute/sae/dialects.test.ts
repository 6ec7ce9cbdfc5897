import { cp, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toFloat32 } from '../../../../src/compute/checkpoint/dtype.ts'
import { SafetensorsFile } from '../../../../src/compute/checkpoint/safetensorsFile.ts'
import { Dictionary } from '../../../../src/compute/sae/dictionary.ts'
import { readDictionarySource, unfolded } from '../../../../src/compute/sae/dictionaryFile.ts'
import { prepareSteering } from '../../../../src/compute/sae/steering.ts'
import { largestError, rawTensors, temporaryFolder } from '../../../integration/compute/support/engineFixture.ts'
import { encodeSafetensors, floats, type RawTensor } from '../../../integration/compute/support/safetensors.ts'

/** Dictionaries as their trainers save them, and what PyTorch computes with them (training/oracle/dictionaries.py). */
const GOLDEN = fileURLToPath(new URL('../../../golden/dictionaries', import.meta.url))
const golden = new Map<string, Float32Array>()
let folder: Awaited<ReturnType<typeof temporaryFolder>>

beforeAll(async () => {
  folder = await temporaryFolder()
  const file = await SafetensorsFile.open(join(GOLDEN, 'golden.safetensors'))
  for (const name of file.tensors.keys()) golden.set(name, toFloat32(await file.read(name), 'F32'))
  await file.close()
})
afterAll(() => folder.dispose())

async function open(path: string, maxActivation = 0): Promise<Dictionary> {
  const { weights, hook, features } = await readDictionarySource(path)
  const scaled = features.map((one) => ({ ...one, maxActivation }))
  return Dictionary.fromData({ ...unfolded(weights, hook.normFactor), layer: hook.layer ?? 0, features: scaled })
}

const LAYER = 2
describe.each<[string, string, string, number | null]>([
  ['a MatryoshkaBatchTopKSAE of dictionary_learning', 'matryoshka', 'matryoshka', LAYER],
  ['the same as safetensors', 'safetensors', 'matryoshka', LAYER],
  ['in half precision', 'half', 'half', LAYER],
  ['in bfloat16', 'bfloat16', 'bfloat16', LAYER],
  ['a BatchTopKSAE', 'batch-top-k', 'batch-top-k', LAYER],
  ['one trained on divided residuals', 'divided', 'divided', LAYER],
  ['one of bartbussmann/matryoshka_sae, whose b_enc is not used', 'unused-bias', 'unused-bias', LAYER],
  ['one that standardises every residual', 'token-normalised', 'token-normalised', LAYER],
  ['one of noanabeshima/matryoshka-saes', 'running-average', 'running-average', null],
])('%s', (_what, path, name, layer) => {
  it('encodes and decodes as PyTorch does, to 1e-5', async () => {
    const dictionary = await open(join(GOLDEN, path))
    const x = golden.get('x')!
    const codes = await dictionary.encode(x)
    const expected = golden.get(`${name}/codes`)!
    expect(codes).toHaveLength(expected.length)
    expect(largestError(codes, expected)).toBeLessThan(1e-5)
    expect(codes.map((z) => (z > 0 ? 1 : 0))).toEqual(expected.map((z) => (z > 0 ? 1 : 0)))
    expect(largestError(dictionary.decode(expected, x), golden.get(`${name}/decoded`)!)).toBeLessThan(1e-5)
    const { size } = dictionary
    const single = codes.map((_, i) => dictionary.activation(x, Math.floor(i / size), i % size))
    expect(largestError(single, expected)).toBeLessThan(1e-5)
    await dictionary.release()
  })

  it('takes away by ablation what its feature adds to the reconstruction', async () => {
    const dictionary = await open(join(GOLDEN, path), 1)
    const x = golden.get('x')!
    const codes = golden.get(`${name}/codes`)!
    const feature = codes.findIndex((z) => z > 0) % dictionary.size
    const without = codes.map((z, i) => (i % dictionary.size === feature ? 0 : z))
    const rows = x.slice()
    prepareSteering(dictionary, { method: 'ablate', positions: 'all', terms: [{ feature, strength: 1 }] })
      ?.apply(rows, 0, x.length / dictionary.width)
    const [whole, rest] = [dictionary.decode(codes, x), dictionary.decode(without, x)]
    expect(largestError(rows, x.map((value, i) => value - (whole[i]! - rest[i]!)))).toBeLessThan(1e-5)
    await dictionary.release()
  })

  it('says which block it reads, where its files do', async () => {
    expect((await readDictionarySource(join(GOLDEN, path))).hook.layer).toBe(layer)
  })
})

describe('a dictionary is refused in one sentence', () => {
  type Change = (tensors: Record<string, RawTensor>) => Record<string, RawTensor | undefined>
  const told = async (change: Change, config: unknown = { trainer: { layer: 2 } }): Promise<string> => {
    const path = join(folder.path, 'changed')
    await rm(path, { recursive: true, force: true })
    await mkdir(path)
    const changed = Object.entries(change(await rawTensors(join(GOLDEN, 'safetensors', 'ae.safetensors'))))
    const kept = changed.filter((entry): entry is [string, RawTensor] => entry[1] !== undefined)
    await writeFile(join(path, 'ae.safetensors'), encodeSafetensors(Object.fromEntries(kept)))
    if (config !== null) await writeFile(join(path, 'config.json'), typeof config === 'string' ? config : JSON.stringify(config))
    return readDictionarySource(path).then(() => 'accepted', (error: unknown) => (error as Error).message)
  }
  const without = (...names: string[]): Change => (tensors) =>
    Object.fromEntries(Object.entries(tensors).filter(([name]) => !names.includes(name)))

  it.each<[string, Change, unknown, string]>([
    ['nothing wrong', (t) => t, { trainer: { layer: 2 } }, 'accepted'],
    ['no threshold', without('threshold'), {}, 'The dictionary cannot be used: it has no threshold, without which nobody can say which features are active.'],
    ['no threshold in the other dialect', without('threshold', 'group_sizes', 'k'), { act_size: 16, top_k: 5 },
      'The dictionary cannot be used: it has no threshold, without which nobody can say which features are active.'],
    ['no decoder', without('W_dec'), {}, 'The dictionary cannot be used: W_dec is missing from ae.safetensors.'],
    ['NaN weights', (t) => ({ ...t, b_dec: floats([16], new Array<number>(16).fill(NaN)) }), {},
      'The dictionary cannot be used: b_dec holds values that are not numbers (NaN or infinite).'],
    ['infinite weights', (t) => ({ ...t, b_enc: floats([40], new Array<number>(40).fill(-Infinity)) }), {},
      'The dictionary cannot be used: b_enc holds values that are not numbers (NaN or infinite).'],
    ['another width', (t) => t, { trainer: { layer: 2, activation_dim: 32 } },
      'The dictionary cannot be used: config.json says activation_dim 32, but W_enc has 16 rows.'],
    ['another size', (t) => t, { trainer: { layer: 2, dict_size: 64 } },
      'The dictionary cannot be used: config.json says dict_size 64, but there are 40 features.'],
    ['a decoder that does not fit', (t) => ({ ...t, W_dec: floats([40, 2], new Array<number>(80).fill(0)) }), {},
      'The dictionary cannot be used: W_dec has the shape [40, 2] instead of [40, 16].'],
    ['groups that do not add up', without('group_sizes'), { act_size: 16, top_k: 5, group_sizes: [3, 4] },
      'The dictionary cannot be used: group_sizes add up to 7, not 40.'],
    ['weights stored as integers', (t) => ({ ...t, b_enc: { dtype: 'I32', shape: [40], bytes: new Uint8Array(160) } }), {},
      'The dictionary cannot be used: b_enc is stored as I32.'],
    ['something else', () => ({ 'lm_head.weight': floats([1], [1]) }), {},
      'The dictionary cannot be used: ae.safetensors holds lm_head.weight, which is no sparse autoencoder Hilum knows.'],
    ['a layer that is no number', (t) => t, { trainer: { layer: 'two' } },
      'The dictionary cannot be used: config.json is wrong at trainer.layer: Invalid input: expected number, received string.'],
    ['a config that is no JSON', (t) => t, 'layer 2', 'The dictionary cannot be used: config.json is not valid JSON.'],
    ['a config that is a list', (t) => t, '[]', 'The dictionary cannot be used: config.json is not an object.'],
  ])('%s', async (_what, change, config, sentence) => {
    expect(await told(change, config)).toBe(sentence)
  })

  it.each<[string, string[], string]>([
    ['none', [], 'The folder several holds no dictionary: no .safetensors or .pt file.'],
    ['two of unknown name', ['a.pt', 'b.safetensors'], 'The folder several holds 2 weights files: a.pt, b.safetensors.'],
  ])('a folder with %s', async (_what, names, sentence) => {
    const path = join(folder.path, 'several')
    await rm(path, { recursive: true, force: true })
    await mkdir(path)
    for (const name of names) await cp(join(GOLDEN, 'matryoshka', 'ae.pt'), join(path, name))
    await expect(readDictionarySource(path)).rejects.toThrow(sentence)
  })

  it('a file of another kind, and a path that is not there', async () => {
    await expect(readDictionarySource(join(GOLDEN, 'torch', 'views.json'))).rejects.toThrow('views.json is no weights file')
    await expect(readDictionarySource(join(GOLDEN, 'none'))).rejects.toThrow('There is no file or folder')
  })
})
