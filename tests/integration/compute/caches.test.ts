import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { GenerateResult } from '../../../src/compute/maira2/generate.ts'
import type { Model } from '../../../src/compute/maira2/model.ts'
import type { ImageTokens } from '../../../src/compute/maira2/vision.ts'
import { BASELINE, type Intervention } from '../../../src/shared/domain/intervention.ts'
import { golden, goldenArray, goldenImages, openFixture, temporaryFolder } from './support/engineFixture.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let model: Model
let images: readonly [ImageTokens, ImageTokens]

beforeAll(async () => {
  folder = await temporaryFolder()
  model = await openFixture(folder.path)
})
afterAll(async () => {
  await model.dispose()
  await folder.dispose()
})
beforeEach(async () => {
  await model.clearCaches()
  images = await goldenImages(model)
})

const PROMPT = golden.prompts.two.length
const run = (intervention: Intervention, maxNewTokens = 24, on: Model = model): Promise<GenerateResult> =>
  on.generate({ ids: golden.prompts.two, images, intervention, maxNewTokens, stopIds: [], keepLogits: true })
const numbers = (result: GenerateResult): readonly number[][] => result.logits.map((row) => [...row])
const generated = golden.runs['add-generated']!.intervention!
const all = golden.runs['add-all']!.intervention!

describe('what is kept between generations', () => {
  it('spares steering of generated positions the whole prompt', async () => {
    await run(BASELINE)
    const { timings } = await run(generated)
    expect(timings).toMatchObject({ frontMs: 0, backMs: 0, promptTokens: PROMPT })
    expect(timings.reused).toMatchObject({ frontTokens: PROMPT, promptTokens: PROMPT - 1 })
    expect(timings.reused.bytes).toBeGreaterThan(0)
  })

  it('spares steering of all positions the front half', async () => {
    await run(BASELINE)
    const { timings } = await run(all)
    expect(timings.frontMs).toBe(0)
    expect(timings.backMs).toBeGreaterThan(0)
    expect(timings.reused).toMatchObject({ frontTokens: PROMPT, promptTokens: 0 })
    expect((await run(all)).timings.reused).toMatchObject({ frontTokens: PROMPT, promptTokens: PROMPT - 1 })
  })

  it.each([['generated', generated], ['all', all], ['baseline', BASELINE]] as const)(
    'does not change one bit of the logits: %s',
    async (_name, intervention) => {
      const fresh = await run(intervention)
      expect(fresh.timings.reused.frontTokens).toBe(0)
      await run(BASELINE, 40)
      await run(all, 7)
      const cached = await run(intervention)
      expect(cached.timings.reused.promptTokens).toBe(PROMPT - 1)
      expect(numbers(cached)).toEqual(numbers(fresh))
    },
  )

  it('keeps steered prompts of different strengths apart', async () => {
    await run(all)
    const stronger = { ...all, terms: all.terms.map((term) => ({ ...term, strength: 2 * term.strength })) }
    const { timings, logits } = await run(stronger)
    expect(timings.reused.promptTokens).toBe(0)
    await model.clearCaches()
    expect([...(await run(stronger)).logits[0]!]).toEqual([...logits[0]!])
  })

  it('keeps prompts with other images apart', async () => {
    const first = await run(BASELINE)
    images = [images[1], images[0]]
    const swapped = await run(BASELINE)
    expect(swapped.timings.reused.frontTokens).toBe(0)
    expect(numbers(swapped)).not.toEqual(numbers(first))
  })

  it('computes an image once', async () => {
    const pixels = (await goldenArray('pixels')).slice(0, 3 * 48 * 48)
    const again = await model.imageTokens(pixels, 'first')
    expect(again.visionMs).toBe(0)
    expect(images[0].visionMs).toBeGreaterThan(0)
    expect(again.rows).toEqual(images[0].rows)
    expect(model.cacheCounters.images).toMatchObject({ hits: 1, entries: 2 })
  })

  it('finds an image that was computed before a restart, and forgets it when the caches are cleared', async () => {
    const pixels = (await goldenArray('pixels')).slice(0, 3 * 48 * 48)
    const restarted = await openFixture(folder.path)
    try {
      const again = await restarted.imageTokens(pixels, 'first')
      expect(again).toEqual({ hash: 'first', rows: images[0].rows, visionMs: 0 })
      await restarted.clearCaches()
      expect((await restarted.imageTokens(pixels, 'first')).visionMs).toBeGreaterThan(0)
    } finally {
      await restarted.dispose()
    }
  })

  it('stays within its bytes, and a budget too small for anything only costs time', async () => {
    const small = await openFixture(folder.path, undefined, 4096)
    try {
      const result = await run(BASELINE, 24, small)
      expect(numbers(await run(BASELINE, 24, small))).toEqual(numbers(result))
      const { images: kept, fronts, backs } = small.cacheCounters
      expect(kept.bytes + fronts.bytes + backs.bytes).toBeLessThanOrEqual(4096)
      expect(fronts.hits).toBe(0)
    } finally {
      await small.dispose()
    }
  })

  it('uses nothing that is kept when it is asked not to, and writes the same', async () => {
    const kept = await run(all)
    const request = { ids: golden.prompts.two, images, maxNewTokens: 24, stopIds: [], keepLogits: true, fresh: true }
    const fresh = await model.generate({ ...request, intervention: all })
    expect(fresh.timings.reused).toMatchObject({ frontTokens: 0, promptTokens: 0 })
    expect(numbers(fresh)).toEqual(numbers(kept))
    const pixels = (await goldenArray('pixels')).slice(0, 3 * 48 * 48)
    expect((await model.imageTokens(pixels, 'first', true)).visionMs).toBeGreaterThan(0)
  })
})
