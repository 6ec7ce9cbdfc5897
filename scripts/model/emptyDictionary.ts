import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { blankFeature } from '../../src/compute/sae/blankFeature.ts'
import { writeFeatures } from '../dictionary/featureFile.ts'

/** A dictionary of one feature that is never active: a model without one cannot be opened. Returns its folder. */
export async function writeEmptyDictionary(parent: string, modelDir: string): Promise<string> {
  const Config = z.object({ text_config: z.object({ hidden_size: z.number().int().positive() }) })
  const { text_config } = Config.parse(JSON.parse(await readFile(join(modelDir, 'config.json'), 'utf8')))
  const d = text_config.hidden_size
  const folder = join(parent, 'empty-dictionary')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'dictionary.safetensors'), encode([
    ['W_enc', 'F32', [d, 1], new Float32Array(d)],
    ['b_enc', 'F32', [1], new Float32Array(1)],
    ['W_dec', 'F32', [1, d], new Float32Array(d).fill(1 / Math.sqrt(d))],
    ['b_dec', 'F32', [d], new Float32Array(d)],
    ['threshold', 'F32', [], Float32Array.of(1)],
    ['k', 'I32', [], Int32Array.of(1)],
    ['group_sizes', 'I64', [1], BigInt64Array.of(1n)],
  ]))
  await writeFile(join(folder, 'config.json'), JSON.stringify({ trainer: { layer: 0, activation_dim: d, dict_size: 1 } }))
  await writeFeatures(folder, [blankFeature(0)])
  return folder
}

type Values = Float32Array | Int32Array | BigInt64Array
type Tensor = readonly [name: string, dtype: string, shape: readonly number[], values: Values]

/** The bytes of a safetensors file: length of the header (8 bytes, little endian), header (JSON), tensors. */
function encode(tensors: readonly Tensor[]): Uint8Array {
  let end = 0
  const entries = tensors.map(([name, dtype, shape, values]) => {
    const data_offsets = [end, (end += values.byteLength)]
    return [name, { dtype, shape, data_offsets }]
  })
  const header = Buffer.from(JSON.stringify(Object.fromEntries(entries)))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(header.byteLength))
  return Buffer.concat([length, header, ...tensors.map(([, , , values]) => new Uint8Array(values.buffer))])
}
