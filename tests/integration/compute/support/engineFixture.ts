import { readFileSync } from 'node:fs'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { toFloat32 } from '../../../../src/compute/checkpoint/dtype.ts'
import { SafetensorsFile } from '../../../../src/compute/checkpoint/safetensorsFile.ts'
import { openModel, type Model } from '../../../../src/compute/maira2/model.ts'
import type { ImageTokens } from '../../../../src/compute/maira2/vision.ts'
import type { Intervention } from '../../../../src/shared/domain/intervention.ts'
import type { RawTensor } from './safetensors.ts'

/** The tiny random checkpoint and what PyTorch computes with it; made by training/oracle/engine.py. */
export const GOLDEN = fileURLToPath(new URL('../../../golden/engine', import.meta.url))
export const CHECKPOINT = join(GOLDEN, 'checkpoint')
export const DICTIONARY = join(GOLDEN, 'dictionary')
export const SHARDS = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'] as const

interface GoldenRun {
  readonly prompt: 'one' | 'two'
  readonly ids: readonly number[]
  readonly intervention?: Intervention
}
export const golden = JSON.parse(readFileSync(join(GOLDEN, 'golden.json'), 'utf8')) as {
  readonly prompts: Readonly<Record<'one' | 'two', readonly number[]>>
  readonly hook: number
  readonly runs: Readonly<Record<string, GoldenRun>>
}

/** One array of golden.safetensors. */
export async function goldenArray(name: string): Promise<Float32Array> {
  const file = await SafetensorsFile.open(join(GOLDEN, 'golden.safetensors'))
  try {
    return toFloat32(await file.read(name), 'F32')
  } finally {
    await file.close()
  }
}

/** Every tensor of a weights file, raw. */
export async function rawTensors(path: string): Promise<Record<string, RawTensor>> {
  const file = await SafetensorsFile.open(path)
  const tensors: Record<string, RawTensor> = {}
  for (const [name, { dtype, shape }] of file.tensors) tensors[name] = { dtype, shape, bytes: await file.read(name) }
  await file.close()
  return tensors
}

/** An empty folder that is removed when `dispose` is called. */
export async function temporaryFolder(): Promise<{ path: string; dispose(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'hilum-engine-'))
  return { path, dispose: () => rm(path, { recursive: true, force: true }) }
}

/** A copy of the fixture checkpoint that a test may damage. */
export async function copyCheckpoint(into: string): Promise<string> {
  const folder = join(into, 'checkpoint')
  await cp(CHECKPOINT, folder, { recursive: true })
  return folder
}

export function openFixture(cacheDir: string, modelDir = CHECKPOINT, cacheBytes?: number): Promise<Model> {
  return openModel({ modelDir, dictionaryDir: DICTIONARY, cacheDir, threads: 1, cacheBytes })
}

/** The image tokens of both golden images. */
export async function goldenImages(model: Model): Promise<readonly [ImageTokens, ImageTokens]> {
  const pixels = await goldenArray('pixels')
  const half = pixels.length / 2
  return [
    await model.imageTokens(pixels.slice(0, half), 'first'),
    await model.imageTokens(pixels.slice(half), 'second'),
  ]
}

/** The largest difference of two arrays, over the length of the second. */
export function largestError(actual: Float32Array, expected: Float32Array): number {
  let largest = 0
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs((actual[i] ?? NaN) - (expected[i] as number))
    if (!(error <= largest)) largest = error
  }
  return largest
}
