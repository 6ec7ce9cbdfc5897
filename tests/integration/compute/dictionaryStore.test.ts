import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { candidateFactors, candidateLayers } from '../../../src/compute/sae/calibrate/hookCandidates.ts'
import { calibrateDictionary } from '../../../src/compute/sae/calibrate/calibrateDictionary.ts'
import { readCases } from '../../../src/compute/sae/calibrate/readCases.ts'
import { rankHooks } from '../../../src/compute/sae/calibrate/rankHooks.ts'
import { Dictionary } from '../../../src/compute/sae/dictionary.ts'
import { readDictionary, readDictionarySource } from '../../../src/compute/sae/dictionaryFile.ts'
import { addDictionary } from '../../../src/compute/sae/store/addDictionary.ts'
import { findStored, listStored, loadStored, removeLeftovers, removeStored } from '../../../src/compute/sae/store/loadStored.ts'
import { Reporter } from '../../../src/compute/reporter.ts'
import type { ModelQuestion } from '../../../src/shared/contracts/compute.ts'
import { BASELINE } from '../../../src/shared/domain/intervention.ts'
import { temporaryFolder } from './support/engineFixture.ts'
import { writeRandomModel } from './support/randomCheckpoint.ts'
import { encodeSafetensors, floats, type RawTensor } from './support/safetensors.ts'

const AT = '2026-11-24T21:00:00.000Z'
/** The random model's decoder. */
const MODEL = { hiddenSize: 32, layers: 3 }
const D = MODEL.hiddenSize

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let modelDir: string
let embedded: string
let storeDir: string
beforeAll(async () => {
  folder = await temporaryFolder()
  ;({ modelDir, dictionaryDir: embedded } = await writeRandomModel(folder.path))
  storeDir = join(folder.path, 'store')
})
afterAll(() => folder.dispose())

const add = (change: Partial<Parameters<typeof addDictionary>[0]> = {}) =>
  addDictionary({
    path: embedded, storeDir, model: MODEL, layer: null, name: null, interpretations: null, at: AT, ...change,
  })

const questions: readonly ModelQuestion[] = [1, 2, 3].map((seed) => ({
  frontal: {
    hash: String(seed), columns: 60, rows: 40,
    pixels: Uint8Array.from({ length: 2400 }, (_, i) => (i * 7 + seed * 31 + (i % 60) * seed) % 256),
  },
  lateral: null, prior: null, priorReport: null, indication: 'Cough.', technique: null, comparison: null, mode: 'findings',
  phrase: null, intervention: BASELINE, maxNewTokens: 40,
}))

describe('the store of dictionaries', () => {
  it('keeps a dictionary under the hash of its weights, ready to be opened, and finds it again', async () => {
    const facts = await add({ name: 'Ours' })
    expect(facts).toMatchObject({
      name: 'Ours', source: 'dictionary.safetensors', dialect: 'dictionary_learning', width: D, size: 40, k: 4, threshold: 0.5,
      hook: { layer: 1, normFactor: 1 }, interpreted: 0, calibration: null,
    })
    const [stored, original] = [await readDictionary(join(storeDir, facts.id)), await readDictionary(embedded)]
    expect(stored).toEqual(original)
    const [a, b] = [await Dictionary.fromData(stored), await Dictionary.fromData(original)]
    expect(a.hash).toBe(b.hash)
    await Promise.all([a.release(), b.release()])
    expect(await listStored(storeDir)).toEqual([facts])
    for (const words of ['Ours', facts.id, facts.id.slice(0, 6)]) expect((await findStored(storeDir, words)).id).toBe(facts.id)
    await expect(findStored(storeDir, 'Theirs')).rejects.toThrow('There is no dictionary "Theirs" in this workspace.')
  })

  it('knows one that comes again in another layout, and keeps its name while it takes interpretations', async () => {
    const table = join(folder.path, 'table.csv')
    await writeFile(table, 'feature,explanation,detection_score\n3,Left pleural effusion,0.8\n7,Pacemaker,\n')
    const facts = await add({ interpretations: { path: table, map: {} } })
    expect(facts).toMatchObject({ name: 'Ours', interpreted: 2, scored: 1 })
    const { features } = (await loadStored(storeDir, facts.id))!
    expect(features[3]).toMatchObject({ interpretation: 'Left pleural effusion', detectionScore: 0.8, targets: ['pleural-effusion'] })
    expect((await add()).interpreted).toBe(2)
    expect(await readdir(storeDir)).toEqual([facts.id])
  })

  it.each<[string, Parameters<typeof add>[0], string]>([
    ['of another width', { model: { ...MODEL, hiddenSize: 64 } }, 'The dictionary reads residuals of width 32, but the model has 64.'],
    ['of a block the model has not', { layer: 2 }, "The dictionary reads block 2, but the model's blocks that can be steered are 0 to 1."],
    ['with a table for another dictionary', { interpretations: { path: 'far.csv', map: {} } }, 'Row 1 of the table is about feature 40, but the dictionary has 40.'],
  ])('refuses one %s and keeps what it has', async (_what, change, sentence) => {
    const path = join(folder.path, 'far.csv')
    await writeFile(path, 'feature,text\n40,x\n')
    const given = change?.interpretations == null ? change : { interpretations: { path, map: {} } }
    await expect(add(given)).rejects.toThrow(sentence)
    expect(await listStored(storeDir)).toHaveLength(1)
  })

  it('refuses one whose files do not say its block, and says how to', async () => {
    const bare = join(folder.path, 'bare.safetensors')
    await writeFile(bare, await readFile(join(embedded, 'dictionary.safetensors')))
    await expect(add({ path: bare, storeDir: join(folder.path, 'other') })).rejects.toMatchObject({
      message: 'The dictionary cannot be used: no file says which block of the decoder it reads.',
      mend: 'Say it with --layer N, counted from 0 to 1.',
    })
    const other = join(folder.path, 'other')
    expect(await add({ path: bare, storeDir: other, layer: 0 })).toMatchObject({ name: 'bare', hook: { layer: 0 } })
  })

  it('forgets one that is removed, and what a killed process left', async () => {
    const other = join(folder.path, 'other')
    const [{ id } = { id: '' }] = await listStored(other)
    await mkdir(join(other, `.writing-${2 ** 30}-x`))
    await mkdir(join(other, `.writing-${process.pid}-y`))
    await removeLeftovers(other)
    await removeStored(other, id)
    expect(await readdir(other)).toEqual([`.writing-${process.pid}-y`])
    await expect(removeStored(other, '../model')).rejects.toThrow('is not the id of a dictionary')
  })
})

describe('candidates and their order', () => {
  it('are the block that is said and its neighbours that can be hooked', () => {
    expect(candidateLayers(15, 32)).toEqual([15, 14, 16])
    expect(candidateLayers(0, 3)).toEqual([0, 1])
    expect(candidateLayers(30, 32)).toEqual([30, 29])
  })

  it('come with the scales residuals may have had', () => {
    expect(candidateFactors(400, 4, null)).toEqual([1, 20, 10])
    expect(candidateFactors(400, 4, 20)).toEqual([1, 20, 10])
    expect(candidateFactors(1, 1, null)).toEqual([1])
  })

  it('are ranked by nearness to k first, then by the variance left', () => {
    const hook = (layer: number, meanActive: number, unexplainedVariance: number) =>
      ({ hook: { layer, normFactor: 1 }, meanActive, unexplainedVariance })
    const all = [hook(0, 90, 0.05), hook(1, 12, 0.4), hook(2, 9, 0.2)]
    expect(rankHooks(all, 10).map((one) => one.hook.layer)).toEqual([2, 1, 0])
    expect(rankHooks(all, null).map((one) => one.hook.layer)).toEqual([0, 2, 1])
  })
})

describe('calibration', () => {
  const FACTOR = 3
  const RANK = 6
  let id: string

  /** A dictionary of the strongest directions of the residual after block 0, on residuals divided by FACTOR. */
  beforeAll(async () => {
    const cacheDir = join(folder.path, 'cache')
    const reporter = await Reporter.open({ modelDir, dictionaryDir: embedded, cacheDir, threads: 1, hilumVersion: '0', hookLayer: 0 })
    const cases = await readCases(reporter, questions, () => undefined)
    const rows: number[][] = []
    for (const { ids, images, kept } of cases) {
      const all = await reporter.model.residuals({ ids, images })
      for (const at of kept) rows.push([...all.subarray(at * D, (at + 1) * D)].map((value) => value / FACTOR))
    }
    await reporter.dispose()
    const mean = Array.from({ length: D }, (_, i) => rows.reduce((sum, row) => sum + row[i]!, 0) / rows.length)
    const directions = principal(rows.map((row) => row.map((value, i) => value - mean[i]!)), RANK)
    const decoder = directions.flatMap((one) => [one, one.map((value) => -value)])
    const path = join(folder.path, 'trained')
    await mkdir(path)
    await writeFile(join(path, 'ae.safetensors'), encodeSafetensors({
      W_enc: floats([D, 2 * RANK], Array.from({ length: D }, (_, i) => decoder.map((one) => one[i]!)).flat()),
      W_dec: floats([2 * RANK, D], decoder.flat()),
      b_enc: floats([2 * RANK], new Array<number>(2 * RANK).fill(0)),
      b_dec: floats([D], mean),
      threshold: floats([], [0]), k: integer('I32', RANK), group_sizes: integer('I64', 2 * RANK),
    }))
    // It says block 1, and that its training divided residuals.
    await writeFile(join(path, 'config.json'), JSON.stringify({ trainer: { layer: 1, norm_factor: FACTOR } }))
    const facts = await add({ path })
    expect(facts.notes).toEqual([`Its training divided residuals by ${FACTOR}; calibrate it to see whether its weights know.`])
    id = facts.id
  })

  const calibrate = (settle: Parameters<typeof calibrateDictionary>[0]['settle']) =>
    calibrateDictionary({
      storeDir, id, questions, settle, at: AT, modelDir, cacheDir: join(folder.path, 'cache'), threads: 1, hilumVersion: '0',
    })

  it('finds the block and the scale a dictionary was trained on, and changes nothing by itself', async () => {
    const { evidence, cases, tokens, facts } = await calibrate(null)
    expect([cases, facts.calibration]).toEqual([3, null])
    expect(tokens).toBeGreaterThan(100)
    expect(evidence[0]?.hook).toEqual({ layer: 0, normFactor: FACTOR })
    expect(new Set(evidence.map(({ hook }) => hook.layer))).toEqual(new Set([0, 1]))
    const [best, ...others] = evidence.map((one) => one.unexplainedVariance)
    expect(Math.min(...others)).toBeGreaterThan(best!)
    expect((await readDictionarySource(join(storeDir, id))).hook).toMatchObject({ layer: 1, normFactor: 1 })
  })

  it('settles on a hook with what the cases show of the features there', async () => {
    const hook = { layer: 0, normFactor: FACTOR }
    const { facts, evidence } = await calibrate(hook)
    expect(facts.notes).toEqual([])
    expect(facts).toMatchObject({ hook, calibration: { cases: 3, activeFeatures: 2 * RANK, evidence: evidence[0] } })
    const data = await readDictionary(join(storeDir, id))
    expect(data.layer).toBe(0)
    // Activations count in units of the residual itself, so the dictionary rebuilds it without a division.
    for (const feature of data.features) {
      expect(feature).toMatchObject({ scale: 'measured' })
      expect(feature.maxActivation).toBeGreaterThan(0)
      expect(feature.density).toBeGreaterThan(0)
    }
    expect(data.features.some(({ exemplars }) => exemplars.length > 0)).toBe(true)
    expect((await listStored(storeDir)).find((one) => one.id === id)).toEqual(facts)
  })

  it('says so when there is nothing to measure on', async () => {
    await expect(calibrateDictionary({
      storeDir, id, questions: [], settle: null, at: AT, modelDir, cacheDir: folder.path, threads: 1, hilumVersion: '0',
    })).rejects.toThrow('There is no case to measure the dictionary on.')
  })
})

function integer(dtype: 'I32' | 'I64', value: number): RawTensor {
  const bytes = new Uint8Array(dtype === 'I32' ? Int32Array.of(value).buffer : BigInt64Array.of(BigInt(value)).buffer)
  return { dtype, shape: dtype === 'I32' ? [] : [1], bytes }
}

/** The first directions of greatest variance of centred rows, by power iteration. */
function principal(rows: readonly (readonly number[])[], count: number): number[][] {
  const found: number[][] = []
  for (let c = 0; c < count; c++) {
    let v = Array.from({ length: D }, (_, i) => Math.sin(1 + i * (c + 1)))
    for (let step = 0; step < 200; step++) {
      const next = new Array<number>(D).fill(0)
      for (const row of rows) {
        const along = row.reduce((sum, value, i) => sum + value * v[i]!, 0)
        row.forEach((value, i) => (next[i]! += along * value))
      }
      for (const one of found) {
        const along = one.reduce((sum, value, i) => sum + value * next[i]!, 0)
        one.forEach((value, i) => (next[i]! -= along * value))
      }
      const length = Math.hypot(...next)
      v = next.map((value) => value / length)
    }
    found.push(v)
  }
  return found
}
