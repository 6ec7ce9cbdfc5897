import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { GenerateResult } from '../../../src/compute/maira2/generate.ts'
import { TILE } from '../../../src/compute/maira2/kvLayout.ts'
import { openModel, type Model } from '../../../src/compute/maira2/model.ts'
import type { ImageTokens } from '../../../src/compute/maira2/vision.ts'
import type { Intervention } from '../../../src/shared/domain/intervention.ts'
import { CHECKPOINT, DICTIONARY, golden, goldenImages, temporaryFolder } from './support/engineFixture.ts'

const STEPS = TILE + 30
const of = (strength: number, more: Partial<Intervention> = {}): Intervention =>
  ({ terms: [{ feature: 3, strength }], method: 'add', positions: 'generated', ...more })
const STRENGTHS = [-8, -4, -2, -1, -0.5, 0, 0.5, 1, 2, 4, 8]
const INTERVENTIONS: readonly Intervention[] = [
  of(1, { positions: 'all' }), ...STRENGTHS.map((strength) => of(strength)), of(0, { method: 'ablate' }),
  of(-3, { positions: 'all' }),
]

let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeAll(async () => (folder = await temporaryFolder()))
afterAll(() => folder.dispose())

describe.each(['fp32', 'int4'] as const)('a sweep with %s weights', (format) => {
  let model: Model
  let images: readonly ImageTokens[]
  let apart: readonly GenerateResult[]
  let stopIds: readonly number[]
  beforeAll(async () => {
    const paths = { modelDir: CHECKPOINT, dictionaryDir: DICTIONARY, cacheDir: folder.path }
    model = await openModel({ ...paths, threads: 1, format })
    images = await goldenImages(model)
    // Texts that end at different places, so that a batch shrinks on its way.
    const long = await model.generate({ ...request(), intervention: of(2), stopIds: [] })
    stopIds = [long.tokens[20]!.id, long.tokens[45]!.id]
    const results: GenerateResult[] = []
    for (const intervention of INTERVENTIONS) results.push(await model.generate({ ...request(), intervention }))
    apart = results
  }, 60_000)
  afterAll(() => model.dispose())

  const request = () => ({ ids: golden.prompts.two, images, maxNewTokens: STEPS, stopIds })
  const essence = ({ tokens, stopped }: GenerateResult) => ({ tokens, stopped })

  it('writes each text as it is written alone, features included', async () => {
    const results = new Map<number, GenerateResult>()
    const counts = INTERVENTIONS.map(() => 0)
    await model.sweep({
      ...request(), interventions: INTERVENTIONS,
      onToken: (i) => void counts[i]!++,
      onResult: (i, result) => void results.set(i, result),
    })
    expect(INTERVENTIONS.map((_, i) => essence(results.get(i)!))).toEqual(apart.map(essence))
    expect(counts).toEqual(apart.map((result) => result.tokens.length))
    expect(new Set(apart.map((result) => result.tokens.length)).size).toBeGreaterThan(2)
    if (model.rowCounts.length > 1) expect(results.get(1)!.timings.batch).toBe(STRENGTHS.length + 1)
    expect(results.get(0)!.timings.batch).toBe(1)
  })

  it('can be cancelled within a token; what was finished stays finished, and the next call is not disturbed', async () => {
    const abort = new AbortController()
    const finished: number[] = []
    const sweep = model.sweep({
      ...request(), interventions: INTERVENTIONS, signal: abort.signal,
      onResult: (i, result) => {
        expect(essence(result)).toEqual(essence(apart[i]!))
        if (finished.push(i) === 2) abort.abort()
      },
    })
    await expect(sweep).rejects.toMatchObject({ kind: 'cancelled' })
    expect(finished.length).toBeLessThan(INTERVENTIONS.length)
    const again = await model.generate({ ...request(), intervention: INTERVENTIONS[3]! })
    expect(essence(again)).toEqual(essence(apart[3]!))
  })

  it('lets other calls in between its batches', async () => {
    const order: string[] = []
    const sweep = model.sweep({
      ...request(), interventions: [of(1, { positions: 'all' }), of(2, { positions: 'all' }), of(3, { positions: 'all' })],
      onResult: (i) => void order.push(`sweep ${i}`),
    })
    const other = model.generate({ ...request(), intervention: of(1) }).then(() => order.push('other'))
    await Promise.all([sweep, other])
    expect(order[0]).toBe('sweep 0')
    expect(order.indexOf('other')).toBeLessThan(3)
  })

  it('refuses a feature that the dictionary lacks', async () => {
    const interventions = [of(1), of(2, { terms: [{ feature: 5000, strength: 1 }] })]
    await expect(model.sweep({ ...request(), interventions, onResult: () => undefined })).rejects.toMatchObject({
      kind: 'bad-input', message: 'There is no feature 5000: the dictionary has 96.',
    })
  })
})
