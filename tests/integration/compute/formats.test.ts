import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openModel, type Model } from '../../../src/compute/maira2/model.ts'
import { WEIGHT_FORMATS, type WeightFormat } from '../../../src/compute/maira2/compileManifest.ts'
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
    const { size } = await stat(join(folder.path, model.facts.modelHash, 'back.data'))
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
