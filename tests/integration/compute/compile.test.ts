import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { utimesSync } from 'node:fs'
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Checkpoint } from '../../../src/compute/checkpoint/checkpoint.ts'
import { toFloat32, type FloatDtype } from '../../../src/compute/checkpoint/dtype.ts'
import {
  compileModel, type CompiledModel, type CompileOptions, type CompileStep,
} from '../../../src/compute/maira2/compile.ts'
import { checkedManifest } from '../../../src/compute/maira2/compileManifest.ts'
import { writeGraphs } from '../../../src/compute/maira2/modelGraphs.ts'
import { HilumError } from '../../../src/shared/errors.ts'
import { BASELINE } from '../../../src/shared/domain/intervention.ts'
import {
  CHECKPOINT, copyCheckpoint, golden, goldenArray, goldenImages, largestError, openFixture, rawTensors, SHARDS,
  temporaryFolder,
} from './support/engineFixture.ts'
import { writeSafetensors, type RawTensor } from './support/safetensors.ts'

/** Hilum's own Node runs TypeScript; the one that runs the tests may be older. */
const NODE = fileURLToPath(new URL('../../../node_modules/node/bin/node', import.meta.url))
const KILLED_COMPILATION = fileURLToPath(new URL('support/killedCompilation.ts', import.meta.url))

let temporary: Awaited<ReturnType<typeof temporaryFolder>>
let cacheDir = ''
beforeEach(async () => {
  temporary = await temporaryFolder()
  cacheDir = join(temporary.path, 'cache')
})
afterEach(() => temporary.dispose())

async function compile(options: Partial<CompileOptions> = {}): Promise<CompiledModel> {
  const checkpoint = await Checkpoint.open(CHECKPOINT)
  try {
    return await compileModel({ checkpoint, cacheDir, format: 'fp32', ...options })
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

const FILES = [
  'block-00.data', 'block-01.data', 'block-02.data', 'block-03.data', 'embeddings.data', 'head.data', 'manifest.json', 'vision.data',
]
const modelsIn = async (folder: string): Promise<readonly string[]> => (await readdir(folder)).filter((name) => !name.includes('.'))

describe('compiling a checkpoint', () => {
  it('leaves weights and a manifest under the name of the model', async () => {
    const { folder, manifest } = await compile()
    expect(folder).toBe(join(cacheDir, manifest.modelHash))
    expect((await readdir(folder)).sort()).toEqual(FILES)
    expect(await readdir(cacheDir)).toEqual([manifest.modelHash])
    expect(Object.keys(manifest.source)).toEqual(SHARDS)
    expect(manifest.source[SHARDS[0]]).toBe(createHash('sha256').update(await readFile(join(CHECKPOINT, SHARDS[0]))).digest('hex'))
  })

  it('is done once', async () => {
    const { folder } = await compile()
    const { mtimeMs, ino } = await stat(join(folder, 'manifest.json'))
    expect(await stat(join((await compile()).folder, 'manifest.json'))).toMatchObject({ mtimeMs, ino })
  })

  it('is done again when a compiled file was damaged', async () => {
    const { folder } = await compile()
    const path = join(folder, 'head.data')
    const good = await readFile(path)
    const bad = Buffer.from(good)
    bad[5000] = bad[5000]! ^ 1
    await writeFile(path, bad)
    await compile()
    expect(await readFile(path)).toEqual(good)
  })

  it('tells how far it is', async () => {
    const told: [CompileStep, number, number][] = []
    await compile({ onProgress: (...step) => void told.push(step) })
    for (const step of ['hashing', 'storing'] as const) {
      const mine = told.filter(([name]) => name === step)
      expect(mine.at(-1)![1]).toBe(mine.at(-1)![2])
      expect(mine.map(([, done]) => done)).toEqual(mine.map(([, done]) => done).toSorted((a, b) => a - b))
    }
  })

  it('leaves nothing behind when it is cancelled, before or in the middle', async () => {
    await expect(compile({ signal: AbortSignal.abort() })).rejects.toMatchObject({ kind: 'cancelled' })
    const abort = new AbortController()
    const onProgress = (step: CompileStep, done: number, total: number): void => {
      if (step === 'storing' && done > total / 2) abort.abort()
    }
    await expect(compile({ signal: abort.signal, onProgress })).rejects.toMatchObject({ kind: 'cancelled' })
    expect(await readdir(cacheDir)).toEqual([])
  })

  it('killed in the middle goes on from the parts that were finished, and makes the same', async () => {
    const killed = spawnSync(NODE, [KILLED_COMPILATION, CHECKPOINT, cacheDir, '3'], { encoding: 'utf8' })
    expect([killed.signal, killed.stderr]).toEqual(['SIGKILL', ''])
    const [left, ...more] = await readdir(cacheDir)
    expect(more).toEqual([])
    const finished = (await readdir(join(cacheDir, left!))).filter((name) => name.endsWith('.part.json'))
    expect(finished).toHaveLength(3)
    const vision = await stat(join(cacheDir, left!, 'vision.data'))

    const { manifest, folder } = await compile()
    expect(await readdir(cacheDir)).toEqual([manifest.modelHash])
    expect((await readdir(folder)).sort()).toEqual(FILES)
    expect(await stat(join(folder, 'vision.data'))).toMatchObject({ ino: vision.ino, mtimeMs: vision.mtimeMs })
    cacheDir = join(temporary.path, 'fresh')
    expect((await compile()).manifest).toEqual(manifest)
  })

  it('whose caller is gone in the middle leaves its finished parts too', async () => {
    const abort = new AbortController()
    const onProgress = (step: CompileStep, done: number, total: number): void => {
      if (step === 'storing' && done > total / 2) abort.abort(new HilumError('unavailable', 'Whoever asked is gone.'))
    }
    await expect(compile({ signal: abort.signal, onProgress })).rejects.toMatchObject({ kind: 'unavailable' })
    const [left] = await readdir(cacheDir)
    const vision = await stat(join(cacheDir, left!, 'vision.data'))
    const { folder, manifest } = await compile()
    expect((await stat(join(folder, 'vision.data'))).ino).toBe(vision.ino)
    expect(await readdir(cacheDir)).toEqual([manifest.modelHash])
  })

  it('does not go on from a part that was damaged since', async () => {
    spawnSync(NODE, [KILLED_COMPILATION, CHECKPOINT, cacheDir, '3'])
    const [left] = await readdir(cacheDir)
    const path = join(cacheDir, left!, 'vision.data')
    const bytes = await readFile(path)
    bytes[9]! ^= 1
    await writeFile(path, bytes)
    const { folder } = await compile()
    expect(await checkedManifest(folder, true)).not.toBeNull()
  })

  it('refuses a checkpoint that changes while it is read', async () => {
    const folder = await copyCheckpoint(temporary.path)
    const checkpoint = await Checkpoint.open(folder)
    const shard = join(folder, SHARDS[1])
    const onProgress = (step: CompileStep): void => {
      if (step === 'storing') utimesSync(shard, 1, 1)
    }
    await expect(compileModel({ checkpoint, cacheDir, format: 'fp32', onProgress })).rejects.toThrow('changed while it was read')
    await checkpoint.close()
    expect(await readdir(cacheDir)).toEqual([])
  })

  it('can be asked for by two at once', async () => {
    const both = await Promise.all([compile(), compile()])
    expect(both[0].folder).toBe(both[1].folder)
    expect(await readdir(cacheDir)).toEqual([both[0].manifest.modelHash])
  })

  it('cuts one model at any hook', async () => {
    const compiled = await compile()
    const checkpoint = await Checkpoint.open(CHECKPOINT)
    for (const hook of [1, 2]) expect((await writeGraphs(compiled, checkpoint.config, hook)).hookLayer).toBe(hook)
    const size = async (name: string): Promise<number> => (await stat(join(compiled.folder, `${name}.onnx`))).size
    expect(await size('front-2')).toBeGreaterThan(await size('front-1'))
    expect(await size('back-2')).toBeLessThan(await size('back-1'))
    for (const hook of [-1, 3, 40]) {
      await expect(writeGraphs(compiled, checkpoint.config, hook)).rejects.toThrow(
        `A hook after block ${hook} does not fit a decoder of 4 blocks.`)
    }
    await checkpoint.close()
    expect(await modelsIn(cacheDir)).toHaveLength(1)
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
