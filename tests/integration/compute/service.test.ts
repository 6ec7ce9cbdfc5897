import { MessageChannel } from 'node:worker_threads'
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { computeService } from '../../../src/compute/service.ts'
import {
  computeContract, type GenerationEvent, type ModelFilm, type ModelQuestion, type SweepEvent,
} from '../../../src/shared/contracts/compute.ts'
import { Generation } from '../../../src/shared/domain/generation.ts'
import { BASELINE, type Intervention } from '../../../src/shared/domain/intervention.ts'
import { connect, type Client } from '../../../src/shared/rpc/connect.ts'
import { workerPort } from '../../../src/shared/rpc/ports.ts'
import { serve } from '../../../src/shared/rpc/serve.ts'
import { temporaryFolder } from './support/engineFixture.ts'
import { writeRandomModel } from './support/randomCheckpoint.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let params: Parameters<typeof client.call<'model.open'>>[1]
const handlers = computeService()
const client = connection()
const watcher = connection()

/** A client of its own connection to the service, as the window and the main process have. */
function connection(): Client<typeof computeContract> {
  const { port1, port2 } = new MessageChannel()
  serve(workerPort(port2), computeContract, handlers)
  return connect(workerPort(port1), computeContract)
}

beforeAll(async () => {
  folder = await temporaryFolder()
  const { modelDir, dictionaryDir } = await writeRandomModel(folder.path)
  params = { modelDir, dictionaryDir, cacheDir: `${folder.path}/cache`, threads: 2, hilumVersion: '9.9.9' }
})
afterAll(async () => {
  client.close()
  watcher.close()
  await folder.dispose()
})

function film(seed: number): ModelFilm {
  const pixels = Uint8Array.from({ length: 60 * 40 }, (_, i) => (i * 7 + seed * 31 + (i % 60) * seed) % 256)
  return { hash: String(seed), columns: 60, rows: 40, pixels }
}
const question = (change: Partial<ModelQuestion> = {}): ModelQuestion => ({
  frontal: film(1), lateral: null, prior: film(2), priorReport: 'Clear.', indication: 'Cough.', technique: null,
  comparison: null, mode: 'findings', phrase: null, intervention: BASELINE, maxNewTokens: 20, ...change,
})

describe('the compute service', () => {
  it('has no model before one is opened, and tells those who watch', async () => {
    expect(await client.call('model.facts', {})).toBeNull()
    const watching = watcher.call('report.watch', { runId: 'early' })
    await expect(client.call('report.generate', { runId: 'early', question: question() })).rejects.toMatchObject({
      kind: 'unavailable', message: 'No model is open.',
    })
    expect(await watching).toEqual({ ended: 'failed' })
  })

  it('says why a model cannot be opened, and opens another after that', async () => {
    const gone = client.call('model.open', { ...params, modelDir: `${folder.path}/nowhere` })
    await expect(gone).rejects.toMatchObject({ message: 'The checkpoint has no tokenizer_config.json.' })
    const steps: string[] = []
    const facts = await client.call('model.open', params, { onEvent: ({ step }) => steps.push(step) })
    expect(steps).toEqual([
      'Reading the checkpoint', 'Compiling the model', 'Loading the model', 'The model is ready',
    ])
    expect(facts).toMatchObject({ name: 'nonsense', embedded: false, hookLayer: 1, features: 40, imageSize: 32 })
    expect(computeContract['model.open'].result.parse(facts)).toEqual(facts)
    expect(await client.call('model.open', params)).toEqual(facts)
  })

  it('writes a report with text, tokens, features, timings and provenance', async () => {
    const generation = await client.call('report.generate', { runId: 'a', question: question() })
    expect(Generation.parse(generation)).toEqual(generation)
    expect(generation.tokens.map((token) => token.text).join('')).toBe(generation.text)
    expect(generation.tokens.some((token) => token.features.length > 0)).toBe(true)
    const hash = (f: ModelFilm): string =>
      createHash('sha256').update(`${f.columns}x${f.rows}\n`).update(f.pixels).digest('hex')
    expect(generation.provenance).toMatchObject({
      hilumVersion: '9.9.9', modelName: 'nonsense', hookLayer: 1, imageHashes: [hash(film(1)), hash(film(2))],
      mode: 'findings', intervention: BASELINE, decoding: 'greedy', provider: 'cpu', format: 'fp32',
    })
  })

  it('writes the same text for the same question, and another for a steered one', async () => {
    const texts = async (intervention: Intervention): Promise<string> =>
      (await client.call('report.generate', { runId: 'b', question: question({ intervention }) })).text
    const baseline = await texts(BASELINE)
    expect(await texts({ ...BASELINE, terms: [{ feature: 2, strength: 0 }] })).toBe(baseline)
    expect(await texts({ ...BASELINE, terms: [{ feature: 2, strength: 3 }] })).not.toBe(baseline)
  })

  it('sweeps a case over strengths: every generation is told, and is what it would be alone', async () => {
    const { intervention: _, ...asked } = question()
    const interventions = [3, 0, -3].map((strength) => ({ ...BASELINE, terms: [{ feature: 2, strength }] }))
    const told: SweepEvent[] = []
    const ended = await client.call('report.sweep', { question: asked, interventions }, { onEvent: (e) => told.push(e) })
    expect(ended).toEqual({ generations: 3 })
    const swept = told.filter((event) => event.stage === 'generation')
    expect(swept.map((event) => event.intervention).toSorted()).toEqual([0, 1, 2])
    for (const { intervention, generation } of swept) {
      const steered = question({ intervention: interventions[intervention]! })
      const { text, tokens, provenance } = await client.call('report.generate', { runId: 's', question: steered })
      expect(generation).toMatchObject({ text, tokens, provenance })
      const written = told.filter((event) => event.stage === 'token' && event.intervention === intervention)
      expect(written).toHaveLength(tokens.length)
    }
  })

  it('tells vision, prompt and tokens to the caller and to whoever watches the run', async () => {
    await client.call('cache.clear', {})
    const [told, watched]: [GenerationEvent[], GenerationEvent[]] = [[], []]
    let watching: Promise<unknown> | null = null
    const generation = await client.call('report.generate', { runId: 'c', question: question() }, {
      onEvent(event) {
        told.push(event)
        watching ??= watcher.call('report.watch', { runId: 'c' }, { onEvent: (e) => watched.push(e) })
      },
    })
    expect(await watching).toEqual({ ended: 'done' })
    expect(watched).toEqual(told)
    expect([...new Set(told.map((event) => event.stage))]).toEqual(['vision', 'prompt', 'token'])
    const last = told.at(-1)!
    expect(last).toMatchObject({ stage: 'token', textSoFar: generation.text, index: generation.tokens.length - 1 })
    const prompt = told.filter((event) => event.stage === 'prompt')
    expect(prompt.at(-1)).toMatchObject({ done: prompt[0]!.total })
  })

  it('lets a run be watched after it ended', async () => {
    const events: GenerationEvent[] = []
    expect(await watcher.call('report.watch', { runId: 'c' }, { onEvent: (e) => events.push(e) })).toEqual({ ended: 'done' })
    expect(events.length).toBeGreaterThan(20)
  })

  it('lets a run be watched before it is asked for, from its first event on', async () => {
    const [told, watched]: [GenerationEvent[], GenerationEvent[]] = [[], []]
    const watching = watcher.call('report.watch', { runId: 'g' }, { onEvent: (e) => watched.push(e) })
    await watcher.call('model.facts', {}) // the watch is there by now: calls of one port arrive in order
    await client.call('report.generate', { runId: 'g', question: question() }, { onEvent: (e) => told.push(e) })
    expect(await watching).toEqual({ ended: 'done' })
    expect(watched).toEqual(told)
    expect(told.length).toBeGreaterThan(20)
  })

  it('ends the watch of a run that never comes when the watcher’s connection goes', async () => {
    const leaving = connection()
    const watching = leaving.call('report.watch', { runId: 'never' })
    leaving.close()
    await expect(watching).rejects.toMatchObject({ kind: 'unavailable' })
  })

  it('stops a run that its caller cancels, and tells its watchers', async () => {
    const abort = new AbortController()
    let watching: Promise<unknown> = Promise.resolve()
    let tokens = 0
    const run = client.call('report.generate', { runId: 'd', question: question({ maxNewTokens: 2000 }) }, {
      signal: abort.signal,
      onEvent(event) {
        if (event.stage !== 'token' || ++tokens !== 3) return
        watching = watcher.call('report.watch', { runId: 'd' })
        abort.abort()
      },
    })
    await expect(run).rejects.toMatchObject({ kind: 'cancelled' })
    expect(await watching).toEqual({ ended: 'cancelled' })
  })

  it('forgets what it kept and says how much that was', async () => {
    await client.call('report.generate', { runId: 'e', question: question() })
    expect((await client.call('cache.clear', {})).bytes).toBeGreaterThan(10_000)
    expect(await client.call('cache.clear', {})).toEqual({ bytes: 0 })
  })

  it('lists what is active while the model reads a text', async () => {
    const tokens = await client.call('text.activations', { text: 'Small left effusion.', top: 3 })
    expect(tokens.map((token) => token.text).join('')).toBe('Small left effusion.')
    expect(tokens.every((token) => token.features.length <= 3)).toBe(true)
    expect(tokens.some((token) => token.features.length > 0)).toBe(true)
  })

  it('refuses a film that shows nothing, in one sentence', async () => {
    const blank = { ...film(1), pixels: new Uint8Array(60 * 40) }
    const run = client.call('report.generate', { runId: 'f', question: question({ frontal: blank }) })
    await expect(run).rejects.toMatchObject({ kind: 'bad-input' })
  })
})

describe('a feature over the films', () => {
  it('is told for every image token of every film, in the order of the prompt', async () => {
    await client.call('model.open', params)
    const asked = question({ lateral: film(3) })
    const { films } = await client.call('feature.onFilms', { question: asked, feature: 0 })
    expect(films.map((one) => one.hash)).toEqual(['1', '3', '2'])
    for (const { side, activations } of films) expect(activations).toHaveLength(side * side)
    const features = Array.from({ length: 16 }, (_, i) => i)
    const all = await Promise.all(features.map((feature) => client.call('feature.onFilms', { question: asked, feature })))
    const most = Math.max(...all.flatMap((one) => one.films.flatMap((map) => [...map.activations])))
    expect(most).toBeGreaterThan(0) // or the test would pass on nothing
    await expect(client.call('feature.onFilms', { question: asked, feature: 99_999 })).rejects.toThrow('no feature 99999')
  })
})
