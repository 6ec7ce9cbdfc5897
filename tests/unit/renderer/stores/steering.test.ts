import { describe, expect, it } from 'vitest'
import { gridStrength, interventionOf } from '../../../../src/renderer/stores/chosenFeatures.ts'
import { useSteering } from '../../../../src/renderer/stores/steering.ts'
import { useCase } from '../../../../src/renderer/stores/case.ts'
import { caseOf, featureOf, generationOf, playServices, settled } from '../support.ts'

describe('the intervention of chosen features', () => {
  const chosen = [
    { row: featureOf(3), strength: 6 },
    { row: featureOf(8), strength: 0 },
    { row: featureOf(9), strength: -2.5 },
  ]

  it('leaves out features at strength 0 when adding', () => {
    expect(interventionOf(chosen, 'add', 'generated')).toEqual({
      terms: [{ feature: 3, strength: 6 }, { feature: 9, strength: -2.5 }], method: 'add', positions: 'generated',
    })
  })

  it('takes out every chosen feature when ablating', () => {
    expect(interventionOf(chosen, 'ablate', 'all').terms.map((term) => term.feature)).toEqual([3, 8, 9])
  })

  it('keeps strengths to hundredths between -10 and 10', () => {
    expect([0.368, 0.1 + 0.2, -0.004, 99, -99].map(gridStrength)).toEqual([0.37, 0.3, 0, 10, -10])
    expect(Object.is(gridStrength(-0.004), 0)).toBe(true)
  })
})

async function withBaseline() {
  const asked: { token: number | null }[] = []
  const searched: string[] = []
  playServices({
    main: {
      'case.get': ({ caseId }) => caseOf(caseId),
      'case.history': () => ({ baseline: generationOf('g0', 'No pleural effusion. Heart is large.'), grounded: null, comparisons: [] }),
      'feature.active': ({ token }) => {
        asked.push({ token })
        return [featureOf(token ?? 100)]
      },
      'feature.get': ({ index }) => ({
        index, interpretation: '', detectionScore: null, density: 0, maxActivation: 1, targets: [], comparison: false,
        effect: index === 21 ? null : { strength: 6, cases: 100, success: 0.7, wellFormed: 0.99 }, exemplars: [],
      }),
      'feature.search': async ({ query }) => {
        searched.push(query)
        await new Promise((resolve) => setTimeout(resolve, query === 'slow' ? 20 : 1))
        return [featureOf(query.length, query)]
      },
    },
  })
  const steering = useSteering()
  await useCase().open('one')
  await steering.list()
  return { steering, asked, searched }
}

describe('the feature panel', () => {
  it('lists the top features of the case', async () => {
    const { steering, asked } = await withBaseline()
    expect(asked.at(-1)).toEqual({ token: null })
    expect(steering.rows.map((row) => row.index)).toEqual([100])
  })

  it('lists the features of the word that the cursor comes to', async () => {
    const { steering, asked } = await withBaseline()
    steering.moveWord(1)
    steering.moveWord(1)
    steering.moveWord(1)
    await settled()
    expect(steering.wordText).toBe('effusion')
    expect(asked.at(-1)).toEqual({ token: 2 })
  })

  it('stops the cursor at the first and last word', async () => {
    const { steering } = await withBaseline()
    for (let step = 0; step < 20; step++) steering.moveWord(1)
    expect(steering.wordText).toBe('large')
    for (let step = 0; step < 20; step++) steering.moveWord(-1)
    expect(steering.wordText).toBe('No')
  })

  it('shows the answer to the last search, not the slowest', async () => {
    const { steering } = await withBaseline()
    steering.tab = 'search'
    steering.query = 'slow'
    await settled()
    steering.query = 'quick'
    await new Promise((resolve) => setTimeout(resolve, 40))
    expect(steering.rows.map((row) => row.interpretation)).toEqual(['quick'])
  })

  it('puts a feature in with its slider and takes it out again', async () => {
    const { steering } = await withBaseline()
    const row = featureOf(7)
    expect(steering.steers).toBe(false)
    steering.setStrength(row, 2.3)
    expect(steering.intervention.terms).toEqual([{ feature: 7, strength: 2.3 }])
    expect(steering.steers).toBe(true)
    await steering.toggle(row)
    expect(steering.chosen.size).toBe(0)
  })

  it('puts a feature in at the strength that was measured to steer best, unless the reader was quicker', async () => {
    const { steering } = await withBaseline()
    await steering.toggle(featureOf(20))
    expect(steering.strengthOf(20)).toBe(6)
    await steering.toggle(featureOf(21))
    expect(steering.strengthOf(21)).toBe(0)
    const choosing = steering.toggle(featureOf(22))
    steering.setStrength(featureOf(22), -3)
    await choosing
    expect(steering.strengthOf(22)).toBe(-3)
  })

  it('holds no more features than an intervention may have', async () => {
    const { steering } = await withBaseline()
    for (let index = 0; index < 40; index++) steering.setStrength(featureOf(index), 1)
    expect(steering.intervention.terms.length).toBe(32)
    steering.setStrength(featureOf(0), 5)
    expect(steering.strengthOf(0)).toBe(5)
  })
})
