import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readModelConfig } from '../../../src/compute/checkpoint/checkpoint.ts'
import { readManifest } from '../../../src/compute/maira2/compileManifest.ts'
import { Decoder } from '../../../src/compute/maira2/decoder.ts'
import { TILE } from '../../../src/compute/maira2/kvLayout.ts'
import { writeGraphs } from '../../../src/compute/maira2/modelGraphs.ts'
import { openModel } from '../../../src/compute/maira2/model.ts'
import { CHECKPOINT, DICTIONARY, golden, largestError, temporaryFolder } from './support/engineFixture.ts'

const IDS = Array.from({ length: 3 * TILE + 20 }, (_, i) => 5 + ((i * 37) % 200))

let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeAll(async () => (folder = await temporaryFolder()))
afterAll(() => folder.dispose())

/** Logits of every position of IDS, with exact weights and full tiles kept one way or the other. */
async function logits(compiled: string, tiles: 'fp32' | 'int8'): Promise<Float32Array> {
  const own = join(folder.path, tiles)
  await cp(compiled, own, { recursive: true })
  const manifest = (await readManifest(own))!
  const config = await readModelConfig(CHECKPOINT)
  // What an int4 model is opened with, on weights that are not rounded: what is left is the tiles' own error.
  const graphs = await writeGraphs({ folder: own, manifest: { ...manifest, format: tiles === 'int8' ? 'int4' : 'fp32' } },
    config, golden.hook)
  expect(graphs.tiles).toBe(tiles)
  const decoder = await Decoder.open(config, graphs, 1)
  try {
    const residual = await decoder.runFront(await decoder.embedTokens(IDS), decoder.front.newPrompt(IDS.length), {})
    return await decoder.allLogits(residual, {})
  } finally {
    await decoder.release()
  }
}

it('keys and values in whole numbers move the logits by a few hundredths of their spread at most', async () => {
  const model = await openModel({ modelDir: CHECKPOINT, dictionaryDir: DICTIONARY, cacheDir: folder.path, threads: 1 })
  const compiled = join(folder.path, model.facts.modelHash)
  await model.dispose()
  const [exact, rounded] = [await logits(compiled, 'fp32'), await logits(compiled, 'int8')]
  let [least, most] = [Infinity, -Infinity]
  for (const value of exact) [least, most] = [Math.min(least, value), Math.max(most, value)]
  const error = largestError(rounded, exact)
  console.log(`largest error ${error.toFixed(4)} of logits from ${least.toFixed(2)} to ${most.toFixed(2)}`)
  expect(error).toBeGreaterThan(0)
  expect(error).toBeLessThan(0.03 * (most - least))
  // Positions before the first full tile see no tile at all.
  const vocabulary = exact.length / IDS.length
  expect(rounded.subarray(0, TILE * vocabulary)).toEqual(exact.subarray(0, TILE * vocabulary))
}, 60_000)
