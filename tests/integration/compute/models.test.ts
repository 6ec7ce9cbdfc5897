import { spawnSync } from 'node:child_process'
import type * as FsPromises from 'node:fs/promises'
import { cp, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { openModel } from '../../../src/compute/maira2/model.ts'
import { addModel } from '../../../src/compute/models/add.ts'
import { listModels, removeModel, verifyModel } from '../../../src/compute/models/shelf.ts'
import { surveyCheckpoint } from '../../../src/compute/models/survey.ts'
import { Reporter } from '../../../src/compute/reporter.ts'
import { BASELINE } from '../../../src/shared/domain/intervention.ts'
import { MAIRA2_LICENCE, type WeightFormat } from '../../../src/shared/domain/model.ts'
import { rawTensors, temporaryFolder } from './support/engineFixture.ts'
import { writeRandomModel } from './support/randomCheckpoint.ts'
import { floats, writeSafetensors } from './support/safetensors.ts'

/** Hilum's own Node runs TypeScript; the one that runs the tests may be older. */
const NODE = fileURLToPath(new URL('../../../node_modules/node/bin/node', import.meta.url))
const ADDING_MEMORY = fileURLToPath(new URL('support/addingMemory.ts', import.meta.url))

const room = vi.hoisted(() => ({ free: Infinity, disk: Infinity }))
vi.mock('node:fs/promises', async (original) => {
  const fs = await original<typeof FsPromises>()
  return {
    ...fs,
    /** A disk with `room.free` bytes, if that is less than the real one. */
    statfs: async (path: string) => {
      const real = await fs.statfs(path)
      return { ...real, bavail: Math.min(real.bavail, room.free / real.bsize) }
    },
    /** Files that take `room.disk` bytes in all. */
    open: async (...args: Parameters<typeof fs.open>) => {
      const file = await fs.open(...args)
      const write = file.write.bind(file)
      file.write = (async (bytes: Uint8Array, ...rest: [number]) => {
        room.disk -= bytes.byteLength
        if (room.disk < 0) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
        return write(bytes, ...rest)
      }) as typeof file.write
      return file
    },
  }
})

let temporary: Awaited<ReturnType<typeof temporaryFolder>>
let folder = ''
let modelsDir = ''
let dictionaryDir = ''
let pristine: Awaited<ReturnType<typeof temporaryFolder>>
beforeAll(async () => {
  pristine = await temporaryFolder()
  await writeRandomModel(pristine.path)
})
afterAll(() => pristine.dispose())
beforeEach(async () => {
  room.free = room.disk = Infinity
  temporary = await temporaryFolder()
  await cp(pristine.path, temporary.path, { recursive: true })
  folder = join(temporary.path, 'model')
  dictionaryDir = join(temporary.path, 'dictionary')
  modelsDir = join(temporary.path, 'models')
})
afterEach(() => temporary.dispose())

const add = (format: WeightFormat = 'int8', signal?: AbortSignal) =>
  addModel({ folder, format, modelsDir, hilumVersion: '1', at: '2026-11-24T20:00:00.000Z', signal })
const faults = async (): Promise<readonly string[]> =>
  (await surveyCheckpoint(folder)).survey.faults.map(({ message }) => message)
const left = (): Promise<string[]> => readdir(modelsDir).catch(() => [])
const edit = async (name: string, change: (json: Record<string, never>) => unknown): Promise<void> => {
  const json = JSON.parse(await readFile(join(folder, name), 'utf8')) as Record<string, never>
  await writeFile(join(folder, name), JSON.stringify(change(json)))
}
const question = {
  frontal: { hash: '', columns: 48, rows: 48, pixels: Uint8Array.from({ length: 48 * 48 }, (_, i) => (i * 11) % 256) },
  lateral: null, prior: null, priorReport: null, indication: null, technique: null, comparison: null,
  mode: 'findings', phrase: null, intervention: BASELINE, maxNewTokens: 12,
} as const

describe('a folder that somebody wants to add', () => {
  it('is described, with what each format needs', async () => {
    const { survey, checkpoint } = await surveyCheckpoint(folder)
    await checkpoint?.close()
    expect(survey.faults).toEqual([])
    expect(survey.found).toMatchObject({
      name: 'nonsense', embedded: false, licence: MAIRA2_LICENCE, layers: 3, width: 32, imageTokens: 16, weightFiles: 1,
    })
    const tensors = Object.values(await rawTensors(join(folder, 'model.safetensors')))
    expect(survey.found!.weightBytes).toBe(tensors.reduce((sum, tensor) => sum + tensor.bytes.byteLength, 0))
    expect(survey.found!.parameters).toBeLessThanOrEqual(survey.found!.weightBytes / 4) // LayerScale is folded in
    const disk = survey.found!.formats.map((one) => one.diskBytes)
    expect(disk).toEqual(disk.toSorted((a, b) => b - a))
    const added = await add('int4')
    expect(added.bytes / disk[3]!).toBeGreaterThan(1)
    expect(added.bytes - disk[3]!).toBeLessThan(4096 * 200) // alignment alone
  })

  it.each<[string, () => Promise<unknown>, string | RegExp]>([
    ['is not there', () => rm(folder, { recursive: true }), /^There is no folder .*model\.$/],
    ['has no config.json', () => rm(join(folder, 'config.json')), 'The folder model has no config.json.'],
    ['is of another kind', () => edit('config.json', (json) => ({ ...json, model_type: 'bert' })),
      'config.json describes a model of type "bert", not MAIRA-2.'],
    ['has no weights', () => rm(join(folder, 'model.safetensors')),
      'The folder model has neither model.safetensors nor model.safetensors.index.json.'],
    ['has half a weight file', () => truncate(join(folder, 'model.safetensors'), 9000),
      /^The weights file model\.safetensors is cut short/],
    ['has a tokenizer that is cut short', () => truncate(join(folder, 'tokenizer.json'), 5000),
      'tokenizer.json of the checkpoint is not valid JSON.'],
    ['has no tokenizer', () => rm(join(folder, 'tokenizer_config.json')), 'The checkpoint has no tokenizer_config.json.'],
    ['does not say how films are prepared', () => rm(join(folder, 'preprocessor_config.json')),
      'The checkpoint has no readable preprocessor_config.json.'],
    ['prepares films for another model',
      () => edit('preprocessor_config.json', (json) => ({ ...json, size: { shortest_edge: 64 }, crop_size: { height: 64, width: 64 } })),
      "The checkpoint's files do not belong together: films are prepared at 64 pixels, the model takes 32."],
    ['has another image token', () => edit('config.json', (json) => ({ ...json, image_token_index: 7 })),
      /^The checkpoint's files do not belong together: the image token is \d+ in the tokenizer and 7 in the model\.$/],
  ])('that %s is refused in one sentence, and nothing is added', async (_what, damage, sentence) => {
    await damage()
    const [only, ...more] = await faults()
    expect(more).toEqual([])
    if (typeof sentence === 'string') expect(only).toBe(sentence)
    else expect(only).toMatch(sentence)
    await expect(add()).rejects.toThrow(sentence)
    expect(await left()).toEqual([])
  })

  it('with an index that names absent shards is told each of them', async () => {
    const names = ['model-00001-of-00003.safetensors', 'model-00002-of-00003.safetensors', 'model-00003-of-00003.safetensors']
    await cp(join(folder, 'model.safetensors'), join(folder, names[1]!))
    await rm(join(folder, 'model.safetensors'))
    const weight_map = Object.fromEntries(names.map((name, i) => [`tensor ${i}`, name]))
    await writeFile(join(folder, 'model.safetensors.index.json'), JSON.stringify({ weight_map }))
    expect(await faults()).toEqual([names[0], names[2]].map((name) => `The weights file ${name} cannot be opened.`))
  })

  it('is told everything that is wrong at once', async () => {
    const path = join(folder, 'model.safetensors')
    const { 'language_model.lm_head.weight': _gone, ...tensors } = await rawTensors(path)
    tensors['language_model.model.norm.weight'] = floats([3], [1, 2, 3])
    tensors['vision_tower.layernorm.bias'] = { dtype: 'I32', shape: [16], bytes: new Uint8Array(64) }
    await writeSafetensors(path, tensors)
    await rm(join(folder, 'tokenizer.json'))
    expect(await faults()).toEqual([
      'The checkpoint lacks the tensor language_model.lm_head.weight.',
      'The tensor vision_tower.layernorm.bias is stored as I32, which cannot be read.',
      'The tensor language_model.model.norm.weight has the shape [3], but config.json asks for [32].',
      'The checkpoint has no tokenizer.json.',
    ])
    await expect(add()).rejects.toThrow(/lacks the tensor .* 3 more things are wrong: /)
  })
})

describe('adding a model', () => {
  it('keeps all that it takes to use it: the checkpoint may go', async () => {
    const record = await add()
    expect(record).toMatchObject({ name: 'nonsense', format: 'int8', embedded: false, licence: MAIRA2_LICENCE, measurement: null })
    expect(Object.keys(record.source)).toEqual(['model.safetensors'])
    expect(await listModels(modelsDir)).toEqual([record])
    await rm(folder, { recursive: true })
    const options = {
      modelDir: join(modelsDir, record.id), cacheDir: join(temporary.path, 'none'), threads: 1, hilumVersion: '1',
    }
    const texts: string[] = []
    for (const dictionary of [dictionaryDir, null]) {
      const reporter = await Reporter.open({ ...options, dictionaryDir: dictionary })
      const { text, provenance, tokens } = await reporter.generate(question)
      texts.push(text)
      expect(reporter.facts).toMatchObject({ name: 'nonsense', format: 'int8', standing: 'not-measured', features: dictionary === null ? 0 : 40 })
      expect(provenance).toMatchObject({ modelHash: record.id, format: 'int8' })
      expect(provenance.licence).toContain('research use only')
      expect(tokens.every((token) => dictionary !== null || token.features.length === 0)).toBe(true)
      await reporter.dispose()
    }
    expect(texts[0]).toBe(texts[1])
    expect(texts[0]).not.toBe('')
    // Graphs were written beside the weights meanwhile.
    expect((await verifyModel(join(modelsDir, record.id))).damaged).toEqual([])
  })

  it('is done once', async () => {
    const record = await add()
    expect(await addModel({ folder, format: 'int8', modelsDir, hilumVersion: '2', at: '2027-01-01T00:00:00.000Z' })).toEqual(record)
    const [other, ...more] = (await listModels(modelsDir)).filter(({ id }) => id !== record.id)
    expect([other, more]).toEqual([undefined, []])
    expect((await add('int4')).id).not.toBe(record.id)
    expect(await listModels(modelsDir)).toHaveLength(2)
  })

  it('takes the measurement that came with the checkpoint, if it is of the very same weights', async () => {
    const { id } = await add()
    await removeModel(modelsDir, id)
    const measurement = {
      modelHash: id, format: 'int8', cases: 100, largestLogitError: 0.2, topOneAgreement: 0.999, perplexityRatio: 1.001,
      findingAgreement: 0.98, command: 'measure',
    }
    await writeFile(join(folder, 'formats.json'), JSON.stringify([measurement]))
    expect((await add()).measurement).toEqual(measurement)
    const options = { dictionaryDir, cacheDir: '', threads: 1, hilumVersion: '1' }
    const reporter = await Reporter.open({ ...options, modelDir: join(modelsDir, id) })
    expect(reporter.facts).toMatchObject({ standing: 'not-usable', findingAgreement: 0.98 })
    await reporter.dispose()
    expect((await add('int4')).measurement).toBeNull()
  })

  it('refuses weights that are not numbers', async () => {
    const path = join(folder, 'model.safetensors')
    const tensors = await rawTensors(path)
    const name = 'language_model.model.layers.1.mlp.up_proj.weight'
    const bytes = tensors[name]!.bytes.slice()
    new DataView(bytes.buffer).setFloat32(400, NaN, true)
    await writeSafetensors(path, { ...tensors, [name]: { ...tensors[name]!, bytes } })
    expect(await faults()).toEqual([]) // nobody has read them yet
    await expect(add()).rejects.toThrow(`The tensor ${name} holds values that are not numbers (NaN or infinite).`)
    expect(await left()).toEqual([])
  })

  it('refuses before it begins when the disk has not the room', async () => {
    room.free = 1e6
    await expect(add()).rejects.toMatchObject({
      kind: 'limit', message: expect.stringMatching(/^The model takes 0\.\d GB of disk as int8, but only 0\.0 GB are free\.$/),
    })
    expect(await left()).toEqual([])
  })

  it('says that the disk is full when it fills up on the way, and keeps nothing', async () => {
    room.disk = 200_000
    await expect(add()).rejects.toMatchObject({ kind: 'limit', message: expect.stringContaining('The disk is full') })
    expect(await left()).toEqual([])
  })

  it.skipIf(process.platform !== 'linux')('says that it may not write', async () => {
    modelsDir = '/sys/kernel/hilum-models' // refused to everybody, root included
    await expect(add()).rejects.toMatchObject({ kind: 'unavailable', message: expect.stringContaining('may not write') })
  })

  it('holds a few MiB of a tensor at a time, however large it is', { timeout: 180_000 }, async () => {
    const rows = 1_500_000 // two tensors of 192 MB, which take no room on the disk: all zeros
    const names = ['language_model.model.embed_tokens.weight', 'language_model.lm_head.weight'] as const
    await edit('config.json', (json) => ({ ...json, text_config: { ...(json.text_config as unknown as object), vocab_size: rows } }))
    const path = join(folder, 'model.safetensors')
    const { [names[0]]: _embeddings, [names[1]]: _head, ...small } = await rawTensors(path)
    const header: Record<string, unknown> = {}
    let end = 0
    for (const [name, { dtype, shape, bytes }] of Object.entries(small)) {
      header[name] = { dtype, shape, data_offsets: [end, (end += bytes.byteLength)] }
    }
    for (const name of names) {
      header[name] = { dtype: 'F32', shape: [rows, 32], data_offsets: [end, (end += rows * 32 * 4)] }
    }
    const text = Buffer.from(JSON.stringify(header))
    const length = Buffer.alloc(8)
    length.writeBigUInt64LE(BigInt(text.byteLength))
    await writeFile(path, Buffer.concat([length, text, ...Object.values(small).map((tensor) => tensor.bytes)]))
    await truncate(path, 8 + text.byteLength + end)
    const { status, stdout, stderr } = spawnSync(NODE, [ADDING_MEMORY, folder, modelsDir, 'int4'], { encoding: 'utf8' })
    expect([status, stderr]).toEqual([0, ''])
    expect(Number(stdout)).toBeLessThan(250e6) // Node alone takes 100 MB, one of the tensors 192 MB
  })

  it('cancelled leaves nothing', async () => {
    const abort = new AbortController()
    const onProgress = (step: string): void => void (step === 'storing' && abort.abort())
    const options = { folder, format: 'int4', modelsDir, hilumVersion: '1', at: '2026-11-24T20:00:00.000Z' } as const
    await expect(addModel({ ...options, onProgress, signal: abort.signal })).rejects.toMatchObject({ kind: 'cancelled' })
    expect(await left()).toEqual([])
  })
})

describe('a machine with too little memory', () => {
  it('refuses a model before it loads it, and says which formats would fit', async () => {
    const { survey, checkpoint } = await surveyCheckpoint(folder)
    await checkpoint?.close()
    const [fp32, , int8] = survey.found!.formats.map((one) => one.memoryBytes) as [number, number, number]
    expect(int8).toBeLessThan(fp32)
    const { id } = await add('fp32')
    const open = (memoryBytes: number) =>
      openModel({ modelDir: join(modelsDir, id), dictionaryDir: null, cacheDir: modelsDir, threads: 1, memoryBytes })
    await expect(open((fp32 + int8) / 2)).rejects.toMatchObject({
      kind: 'limit', mend: 'Add it as int8 or int4 instead.',
      message: expect.stringMatching(/^The model needs about 0\.\d GB of memory as fp32, but this machine has 0\.\d GB\.$/),
    })
    await expect(open(1e6)).rejects.toMatchObject({ mend: expect.stringContaining('None of the formats fits') })
    await (await open(fp32)).dispose()
  })
})

describe('models of a folder', () => {
  it('are verified file by file', async () => {
    const { id } = await add()
    const model = join(modelsDir, id)
    const sums: number[] = []
    const verified = await verifyModel(model, { onBytes: (done) => void sums.push(done) })
    expect(verified).toMatchObject({ files: 6, damaged: [] })
    expect(sums.at(-1)).toBe((await listModels(modelsDir))[0]!.bytes)
    const bytes = await readFile(join(model, 'block-01.data'))
    bytes[17]! ^= 1
    await writeFile(join(model, 'block-01.data'), bytes)
    await rm(join(model, 'head.data'))
    expect((await verifyModel(model)).damaged).toEqual(['block-01.data', 'head.data'])
  })

  it('are removed whole; what is no model is not listed', async () => {
    const { id } = await add()
    await mkdir(join(modelsDir, 'f'.repeat(64)))
    expect(await listModels(modelsDir)).toHaveLength(1)
    await removeModel(modelsDir, id)
    expect(await left()).toEqual(['f'.repeat(64)])
  })
})
