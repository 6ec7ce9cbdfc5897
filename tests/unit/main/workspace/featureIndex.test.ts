import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FeatureIndex, loadFeatureIndex } from '../../../../src/main/workspace/featureIndex.ts'
import type { Feature } from '../../../../src/shared/domain/feature.ts'
import { generation } from '../samples.ts'
import { temporaryDir } from '../temporaryDir.ts'

function feature(index: number, interpretation: string, change: Partial<Feature> = {}): Feature {
  return {
    index, interpretation, detectionScore: null, density: 0.1, maxActivation: 5, targets: [], comparison: false,
    effect: null, exemplars: [], ...change,
  }
}

const effect = (success: number) => ({ strength: 3, cases: 100, success, wellFormed: 1 })
const exemplar = (text: string) => ({ text, tokens: [text], activations: [1] })
const features = [
  feature(0, 'Left pleural effusion', { detectionScore: 0.9, effect: effect(0.2) }),
  feature(1, 'Right pleural effusion', { detectionScore: 0.8, effect: effect(0.7) }),
  feature(2, '', { exemplars: [exemplar('There is a left pleural effusion.')] }),
  feature(3, 'Pulmonary œdema or edéma', { detectionScore: 0.95 }),
  feature(12, 'Pneumothorax', { detectionScore: 0.99 }),
]
const index = new FeatureIndex(features)
const found = (query: string, limit = 10) => index.search(query, limit).map((row) => row.index)

describe('searching features', () => {
  it('finds those that hold every word, interpretations before exemplars, better steering first', () => {
    expect(found('pleural effusion')).toEqual([1, 0, 2])
    expect(found('EFFUSION left')).toEqual([0, 2])
    expect(found('left pneumothorax')).toEqual([])
  })

  it('finds a feature by its number first', () => {
    expect(found('12')).toEqual([12])
    expect(found('#3')[0]).toBe(3)
  })

  it('does not mind case and accents', () => {
    expect(found('edema')).toEqual([3])
  })

  it('lists all for no words, the most useful first and the nameless last', () => {
    expect(found('')).toEqual([1, 0, 12, 3, 2])
    expect(found('', 2)).toEqual([1, 0])
  })
})

describe('active features', () => {
  it('are the strongest over a text, or at one token', () => {
    const text = generation('x')
    expect(index.active(text, null, 9).map((row) => [row.index, row.activation])).toEqual([[3, 2.5]]) // 9 is unknown
    expect(index.active(text, 0, 9).map((row) => row.index)).toEqual([3])
    expect(() => index.active(text, 5, 9)).toThrow('There is no token 5')
  })
})

describe('the order of active features', () => {
  const named = new FeatureIndex([
    feature(0, 'Mention of finding', { maxActivation: 10 }),
    feature(1, 'Mention of pleural effusion', { maxActivation: 10, targets: ['pleural-effusion'] }),
    feature(2, 'Change since a prior study', { maxActivation: 2, comparison: true }),
    feature(3, 'The word "the"', { maxActivation: 4 }),
    feature(4, 'The word "effusion"', { maxActivation: 1, targets: ['pleural-effusion'] }),
  ])
  const text = (activations: readonly number[]) => {
    const { tokens: [token], ...rest } = generation('x')
    const features = activations.map((activation, at) => ({ feature: at, activation }))
    return { ...rest, tokens: [{ ...token!, features }] }
  }
  const order = (...activations: number[]) => named.active(text(activations), null, 9).map((row) => row.index)

  it('puts what names an observation or a change before what does not, however strong', () => {
    expect(order(10, 1, 0.1, 4)).toEqual([1, 2, 0, 3])
  })

  it('puts what only a word sets off behind', () => {
    expect(order(10, 1, 0.1, 4, 1)).toEqual([1, 2, 4, 0, 3])
  })

  it('goes by the share of each maximum, not by the raw activation', () => {
    expect(order(2, 4, 1, 3)).toEqual([2, 1, 3, 0])
  })

  it('drops the dull ones first when the list is cut', () => {
    expect(named.active(text([10, 1, 0.1, 4]), null, 2).map((row) => row.index)).toEqual([1, 2])
  })
})

describe('a dictionary on disk', () => {
  it('is read and checked', async () => {
    const path = join(temporaryDir(), 'features.json')
    await expect(loadFeatureIndex(path)).rejects.toMatchObject({ kind: 'unavailable' })
    writeFileSync(path, JSON.stringify([{ index: 0 }]))
    await expect(loadFeatureIndex(path)).rejects.toThrow('something wrong at 0.interpretation')
    writeFileSync(path, JSON.stringify(features))
    const loaded = await loadFeatureIndex(path)
    expect(loaded.size).toBe(5)
    expect(loaded.get(12).interpretation).toBe('Pneumothorax')
    expect(() => loaded.get(99)).toThrow('There is no feature 99: the dictionary has 5.')
  })
})
