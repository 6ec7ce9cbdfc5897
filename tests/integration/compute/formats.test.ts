import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Tensor } from 'onnxruntime-node'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openModel, type Model } from '../../../src/compute/maira2/model.ts'
import type { StoredWeight } from '../../../src/compute/maira2/compileManifest.ts'
import { StoredWeights } from '../../../src/compute/maira2/weights.ts'
import { GraphBuilder } from '../../../src/compute/onnx/graphBuilder.ts'
import { quantizeBlocks } from '../../../src/compute/onnx/quantizeBlocks.ts'
import { openSession } from '../../../src/compute/onnx/session.ts'
import { WeightFile } from '../../../src/compute/onnx/weightFile.ts'
import { Random } from '../../../src/phantom/random.ts'
import { WEIGHT_FORMATS, type WeightFormat } from '../../../src/shared/domain/model.ts'
import { BASELINE } from '../../../src/shared/domain/intervention.ts'
import {
  CHECKPOINT, DICTIONARY, golden, goldenArray, goldenImages, largestError, temporaryFolder,
} from './support/engineFixture.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeAll(async () => (folder = await temporaryFolder()))
afterAll(() => folder.dispose())

interface Measured {
  /** Of the golden prompt's logits, in logits. */
  readonly error: number
  readonly bytes: number
}

async function measure(format: WeightFormat): Promise<Measured> {
  const paths = { modelDir: CHECKPOINT, dictionaryDir: DICTIONARY, cacheDir: folder.path }
  const model: Model = await openModel({ ...paths, threads: 1, format })
  try {
    const logits = await model.logits({ ids: golden.prompts.two, images: await goldenImages(model) }, BASELINE)
    expect(model.facts.format).toBe(format)
    const { size } = await stat(join(folder.path, model.facts.modelHash, 'head.data'))
    return { error: largestError(logits, await goldenArray('prompt_logits')), bytes: size }
  } finally {
    await model.dispose()
  }
}

it('each smaller format takes fewer bytes and errs more', async () => {
  const all: Measured[] = []
  for (const format of WEIGHT_FORMATS) all.push(await measure(format))
  console.log(WEIGHT_FORMATS.map((format, i) => `${format} ${all[i]!.bytes} bytes, error ${all[i]!.error}`).join('\n'))
  const [fp32, fp16, int8, int4] = all as [Measured, Measured, Measured, Measured]
  expect(fp32.error).toBeLessThan(1e-3)
  expect(fp16.error).toBeGreaterThan(fp32.error)
  expect(int8.error).toBeGreaterThan(fp16.error)
  expect(int4.error).toBeGreaterThan(int8.error)
  expect(fp16.bytes).toBeLessThan(fp32.bytes)
  expect(int8.bytes).toBeLessThan(fp32.bytes)
  expect(int4.bytes).toBeLessThan(int8.bytes)
  // Rounded weights still make the same model: nowhere near the spread of the logits themselves.
  const logits = await goldenArray('prompt_logits')
  const spread = Math.max(...logits) - Math.min(...logits)
  expect(int8.error).toBeLessThan(0.1 * spread)
  expect(int4.error).toBeLessThan(0.5 * spread)
})

it.each([8, 4] as const)('a product of %d bits takes rows that are no whole number of blocks', async (bits) => {
  const [outputs, inputs] = [5, 48]
  const random = new Random(3)
  const values = Float32Array.from({ length: outputs * inputs }, () => random.normal())
  const x = Float32Array.from({ length: inputs }, () => random.normal())
  const { packed, scales } = quantizeBlocks(values, inputs, bits)
  const name = `padded-${bits}`
  const file = await WeightFile.create(join(folder.path, `${name}.data`), `${name}.data`)
  const stored = new Map<string, StoredWeight>()
  stored.set('w.weight', { name: 'w.weight', format: bits === 8 ? 'int8' : 'int4', data: await file.append([packed]) })
  stored.set('w.scales', { name: 'w.scales', format: 'fp32', data: await file.append([scales]) })
  await file.finish()
  const graph = new GraphBuilder(name)
  const input = graph.input('x', 'float32', ['n', inputs])
  const product = new StoredWeights(graph, stored).linear(input, ['w'], outputs, inputs, { bias: false })
  graph.output('y', product, 'float32', ['n', outputs])
  const path = join(folder.path, `${name}.onnx`)
  await writeFile(path, graph.encode())
  const session = await openSession(path, 1)
  const { y } = await session.run({ x: new Tensor('float32', x, [1, inputs]) })
  await session.release()
  const size = Math.hypot(...x)
  for (let row = 0; row < outputs; row++) {
    const exact = x.reduce((sum, value, i) => sum + value * (values[row * inputs + i] as number), 0)
    expect(Math.abs((y?.data[row] as number) - exact)).toBeLessThan((bits === 8 ? 0.02 : 0.2) * size)
  }
})
