import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Checkpoint } from '../../../src/compute/checkpoint/checkpoint.ts'
import { toFloat32, type FloatDtype } from '../../../src/compute/checkpoint/dtype.ts'
import { compileModel, type CompiledModel } from '../../../src/compute/maira2/compile.ts'
import { BASELINE } from '../../../src/shared/domain/intervention.ts'
import {
  CHECKPOINT, copyCheckpoint, golden, goldenArray, goldenImages, largestError, openFixture, rawTensors, SHARDS,
  temporaryFolder,
} from './support/engineFixture.ts'
import { writeSafetensors, type RawTensor } from './support/safetensors.ts'

let temporary: Awaited<ReturnType<typeof temporaryFolder>>
let cacheDir = ''
beforeEach(async () => {
  temporary = await temporaryFolder()
  cacheDir = join(temporary.path, 'cache')
})
afterEach(() => temporary.dispose())

async function compile(hookLayer: number = golden.hook, signal?: AbortSignal): Promise<CompiledModel> {
  const checkpoint = await Checkpoint.open(CHECKPOINT)
  try {
    return await compileModel({ checkpoint, hookLayer, cacheDir, format: 'fp32', signal })
  } finally {
    await checkpoint.close()
  }
}

/** The fixture as one file, each tensor passed through `change`. */
async function rewritten(change: (name: string, tensor: RawTensor) => readonly [string, RawTensor]): Promise<string> {
  const folder = await copyCheckpoint(temporary.path)
  const tensors: Record<string, RawTensor> = {}
  for (const shard of SHARDS) {
    for (const [name, tensor] of Object.entries(await rawTensors(join(folder, shard)))) {
      const [newName, newTensor] = change(name, tensor)
      tensors[newName] = newTensor
    }
    await rm(join(folder, shard))
  }
  await rm(join(folder, 'model.safetensors.index.json'))
  await writeSafetensors(join(folder, 'model.safetensors'), tensors)
  return folder
}

async function firstLogits(modelDir: string): Promise<Float32Array> {
  const model = await openFixture(cacheDir, modelDir)
  try {
    return await model.logits({ ids: golden.prompts.two, images: await goldenImages(model) }, BASELINE)
  } finally {
    await model.dispose()
  }
}

describe('compiling a checkpoint', () => {
  it('leaves graphs, weights and a manifest under the name of the model', async () => {
    const { folder, manifest } = await compile()
    expect(folder).toBe(join(cacheDir, manifest.modelHash))
    expect((await readdir(folder)).sort()).toEqual([
      'back.data', 'back.onnx', 'embeddings.data', 'front.data', 'front.onnx', 'manifest.json', 'vision.data',
      'vision.onnx',
    ])
    expect(await readdir(cacheDir)).toEqual([manifest.modelHash])
  })

  it('is done once', async () => {
    const { folder } = await compile()
    const { mtimeMs, ino } = await stat(join(folder, 'manifest.json'))
    expect(await stat(join((await compile()).folder, 'manifest.json'))).toMatchObject({ mtimeMs, ino })
  })

  it('gives other hooks other names, and each its own cut', async () => {
    const [first, second] = [await compile(1), await compile(2)]
    expect(first.manifest.modelHash).not.toBe(second.manifest.modelHash)
    const size = async ({ folder }: CompiledModel): Promise<number> => (await stat(join(folder, 'front.data'))).size
    expect(await size(second)).toBeGreaterThan(await size(first))
  })

  it('is done again when a compiled file was damaged', async () => {
    const { folder } = await compile()
    const path = join(folder, 'back.data')
    const good = await readFile(path)
    const bad = Buffer.from(good)
    bad[5000] = bad[5000]! ^ 1
    await writeFile(path, bad)
    await compile()
    expect(await readFile(path)).toEqual(good)
  })

  it('leaves nothing behind when it is cancelled, and clears what a killed run left', async () => {
    await expect(compile(golden.hook, AbortSignal.abort())).rejects.toMatchObject({ kind: 'cancelled' })
    expect(await readdir(cacheDir)).toEqual([])
    const { manifest, folder } = await compile()
    await rm(folder, { recursive: true })
    // No process has this id: it is above what Linux, macOS and Windows give out by default.
    await mkdir(join(cacheDir, `${manifest.modelHash}.partial-99999999-abc`))
    await compile()
    expect(await readdir(cacheDir)).toEqual([manifest.modelHash])
  })

  it('can be asked for by two at once', async () => {
    const both = await Promise.all([compile(), compile()])
    expect(both[0].folder).toBe(both[1].folder)
    expect(await readdir(cacheDir)).toEqual([both[0].manifest.modelHash])
  })

  it.each([-1, 3, 40])('refuses a hook after block %i of four', async (layer) => {
    await expect(compile(layer)).rejects.toThrow(`A hook after block ${layer} does not fit a decoder of 4 blocks.`)
  })
})

describe('what a checkpoint may look like', () => {
  it('computes the same from the tensor names of transformers 5', async () => {
    const renamed = (name: string): string =>
      name
        .replace(/^language_model\.lm_head/, 'lm_head')
        .replace(/^language_model\.model/, 'model.language_model')
        .replace(/^(vision_tower|multi_modal_projector)/, 'model.$1')
    const folder = await rewritten((name, tensor) => [renamed(name), tensor])
    expect(await firstLogits(folder)).toEqual(await firstLogits(CHECKPOINT))
  })

  it('computes the same from float32, and nearly the same from float16', async () => {
    const logits = await firstLogits(CHECKPOINT)
    const wide = await rewritten((name, tensor) => {
      const values = toFloat32(tensor.bytes, tensor.dtype as FloatDtype)
      return [name, { ...tensor, dtype: 'F32', bytes: new Uint8Array(values.buffer) }]
    })
    expect(await firstLogits(wide)).toEqual(logits)
    await rm(wide, { recursive: true })
    const half = await rewritten((name, tensor) => [name, { ...tensor, dtype: 'F16', bytes: toHalf(tensor) }])
    expect(largestError(await firstLogits(half), await goldenArray('prompt_logits'))).toBeLessThan(1e-3)
  })
})

/** Brain floats as half floats. Exact for the fixture's values that half floats can hold; the rest go to zero. */
function toHalf(tensor: RawTensor): Uint8Array {
  const words = Array.from(toFloat32(tensor.bytes, 'BF16'), (value) => {
    const bits = new Uint32Array(Float32Array.of(value).buffer)[0]!
    const sign = (bits >>> 16) & 0x8000
    const exponent = ((bits >>> 23) & 0xff) - 127 + 15
    if (exponent >= 31) throw new Error(`${value} is too large for a half float`)
    if (exponent > 0) return sign | (exponent << 10) | ((bits >>> 13) & 0x3ff)
    return exponent < -10 ? sign : sign | ((0x400 | ((bits >>> 13) & 0x3ff)) >>> (1 - exponent))
  })
  return new Uint8Array(Uint16Array.from(words).buffer)
}
