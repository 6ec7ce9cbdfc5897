import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { GenerateResult } from '../../../src/compute/maira2/generate.ts'
import type { Model } from '../../../src/compute/maira2/model.ts'
import type { ImageTokens } from '../../../src/compute/maira2/vision.ts'
import { BASELINE, type Intervention } from '../../../src/shared/domain/intervention.ts'
import { golden, goldenArray, goldenImages, largestError, openFixture, temporaryFolder } from './support/engineFixture.ts'

const STEPS = 64
/** The bar of the specification; the engine is a hundred times closer. */
const LOGIT_ERROR = 1e-3

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let model: Model
let images: readonly [ImageTokens, ImageTokens]

beforeAll(async () => {
  folder = await temporaryFolder()
  model = await openFixture(folder.path)
  images = await goldenImages(model)
})
afterAll(async () => {
  await model.dispose()
  await folder.dispose()
})

/** Runs a golden case, or the same prompt under another intervention. */
function run(name: string, intervention?: Intervention): Promise<GenerateResult> {
  const { prompt, intervention: own } = golden.runs[name]!
  return model.generate({
    ids: golden.prompts[prompt],
    images: prompt === 'one' ? images.slice(0, 1) : images,
    intervention: intervention ?? own ?? BASELINE,
    maxNewTokens: STEPS,
    stopIds: [],
    keepLogits: true,
  })
}
const idsOf = (result: GenerateResult): readonly number[] => result.tokens.map((token) => token.id)
const joined = (logits: readonly Float32Array[]): Float32Array =>
  Float32Array.from(logits.flatMap((row) => [...row]))

describe('against PyTorch', () => {
  it('computes the image tokens of DINOv2 and the projector', async () => {
    const expected = await goldenArray('image_tokens')
    const half = expected.length / 2
    expect(largestError(images[0].rows, expected.subarray(0, half))).toBeLessThan(1e-4)
    expect(largestError(images[1].rows, expected.subarray(half))).toBeLessThan(1e-4)
  })

  it('computes the residual at the hook and the logits of every prompt position', async () => {
    const sequence = { ids: golden.prompts.two, images }
    expect(largestError(await model.residuals(sequence), await goldenArray('prompt_residual'))).toBeLessThan(1e-4)
    const logits = await model.logits(sequence, BASELINE)
    expect(largestError(logits, await goldenArray('prompt_logits'))).toBeLessThan(LOGIT_ERROR)
  })

  it.each(Object.keys(golden.runs))('writes the same 64 tokens with the same logits: %s', async (name) => {
    const result = await run(name)
    expect(idsOf(result)).toEqual(golden.runs[name]!.ids)
    expect(largestError(joined(result.logits), await goldenArray(`logits/${name}`))).toBeLessThan(LOGIT_ERROR)
  })
})

describe('interventions', () => {
  it('leave every bit of the logits alone at strength 0, in both methods and both positions', async () => {
    const baseline = await run('baseline')
    for (const positions of ['generated', 'all'] as const) {
      const zero: Intervention = { terms: [{ feature: 3, strength: 0 }], method: 'add', positions }
      const none: Intervention = { terms: [], method: 'ablate', positions }
      for (const intervention of [zero, none]) {
        await model.clearCaches()
        expect(joined((await run('baseline', intervention)).logits)).toEqual(joined(baseline.logits))
      }
    }
  })

  it.each(['add-generated', 'add-all', 'ablate-generated', 'ablate-all'])('move the logits: %s', async (name) => {
    const [steered, baseline] = [await run(name), await run('baseline')]
    expect(largestError(joined(steered.logits), joined(baseline.logits))).toBeGreaterThan(100 * LOGIT_ERROR)
  })

  it('steer the first new token even when generated positions alone are steered', async () => {
    const [steered, baseline] = [await run('add-generated'), await run('baseline')]
    expect(largestError(steered.logits[0]!, baseline.logits[0]!)).toBeGreaterThan(0.1)
  })

  it('refuse a feature the dictionary does not have', async () => {
    const intervention: Intervention = { terms: [{ feature: 96, strength: 1 }], method: 'add', positions: 'all' }
    await expect(run('baseline', intervention)).rejects.toMatchObject({
      kind: 'bad-input', message: 'There is no feature 96: the dictionary has 96.',
    })
  })
})

describe('features', () => {
  it('of a written token are those at the position that chose it', async () => {
    const result = await run('baseline')
    const ids = [...golden.prompts.two, ...idsOf(result)]
    const read = await model.activations({ ids, images }, 16)
    expect(read).toHaveLength(ids.length)
    result.tokens.forEach(({ features }, i) => {
      const expected = read[golden.prompts.two.length - 1 + i]!
      expect(features.map((f) => f.feature)).toEqual(expected.map((f) => f.feature))
      features.forEach((f, j) => expect(f.activation).toBeCloseTo(expected[j]!.activation, 4))
    })
    expect(result.tokens.some((token) => token.features.length > 0)).toBe(true)
  })
})

describe('a generation', () => {
  it('stops before the end-of-sequence token', async () => {
    const stop = golden.runs.baseline!.ids[5]!
    const first = golden.runs.baseline!.ids.indexOf(stop)
    const result = await model.generate({
      ids: golden.prompts.two, images, intervention: BASELINE, maxNewTokens: STEPS, stopIds: [stop],
    })
    expect(idsOf(result)).toEqual(golden.runs.baseline!.ids.slice(0, first))
    expect(result.stopped).toBe('eos')
  })

  it('stops within a token when it is cancelled, and the next one is not disturbed', async () => {
    const abort = new AbortController()
    const seen: number[] = []
    const cancelled = model.generate({
      ids: golden.prompts.two,
      images,
      intervention: BASELINE,
      maxNewTokens: STEPS,
      stopIds: [],
      signal: abort.signal,
      onToken: (id) => {
        seen.push(id)
        if (seen.length === 3) abort.abort()
      },
    })
    await expect(cancelled).rejects.toMatchObject({ kind: 'cancelled' })
    expect(seen).toHaveLength(3)
    expect(idsOf(await run('baseline'))).toEqual(golden.runs.baseline!.ids)
  })

  it('can be cancelled before the prompt is run', async () => {
    await model.clearCaches()
    const request = { ids: golden.prompts.two, images, intervention: BASELINE, maxNewTokens: 1 }
    await expect(model.generate({ ...request, signal: AbortSignal.abort() })).rejects.toMatchObject({ kind: 'cancelled' })
    expect(model.cacheCounters.fronts.entries).toBe(0)
  })

  it('gives the event loop a turn at every token, so that a cancellation can arrive', async () => {
    let turns = 0
    const timer = setInterval(() => turns++, 0)
    await run('baseline')
    clearInterval(timer)
    expect(turns).toBeGreaterThan(10)
  })

  it('serves overlapping calls one after the other', async () => {
    const results = await Promise.all([run('baseline'), run('add-all'), run('single-image')])
    const expected = ['baseline', 'add-all', 'single-image'].map((name) => golden.runs[name]!.ids)
    expect(results.map(idsOf)).toEqual(expected)
  })

  it('refuses a prompt whose image positions do not fit its images, and ids outside the vocabulary', async () => {
    const request = { ids: golden.prompts.two, images, intervention: BASELINE, maxNewTokens: 1 }
    await expect(model.generate({ ...request, images: [images[0]] })).rejects.toMatchObject({
      kind: 'bad-input', message: 'The prompt has 18 image positions, but 1 images need 9.',
    })
    await expect(model.generate({ ...request, ids: [1, 300], images: [] })).rejects.toMatchObject({
      kind: 'bad-input', message: 'The prompt holds the token 300, which the vocabulary does not have.',
    })
  })
})
