import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Connection } from '../../../../src/main/database/connection.ts'
import { openDatabase } from '../../../../src/main/database/openDatabase.ts'
import { addReader, type Reader } from '../../../../src/main/database/readers.ts'
import { keepSet } from '../../../../src/main/database/reviewSets.ts'
import { makeFeatureItem } from '../../../../src/main/review/featureItems.ts'
import { generateItems } from '../../../../src/main/review/generateItems.ts'
import { planItems } from '../../../../src/main/review/planItems.ts'
import { resultsOf } from '../../../../src/main/review/results/resultsOf.ts'
import { Sittings } from '../../../../src/main/review/sittings.ts'
import { FeatureIndex } from '../../../../src/main/workspace/featureIndex.ts'
import type { AnswerBody } from '../../../../src/shared/domain/answer.ts'
import type { Feature } from '../../../../src/shared/domain/feature.ts'
import { fakeCompute } from '../fakeServices.ts'
import { AT } from '../samples.ts'
import { temporaryDir } from '../temporaryDir.ts'
import { plan } from './plans.ts'

const exemplar = (text: string, activation: number) => ({ text, tokens: [text], activations: [activation] })
const feature = (index: number, exemplars: Feature['exemplars']): Feature => ({
  index, interpretation: `Feature ${index}`, detectionScore: 0.9, density: 0.1, maxActivation: 9, targets: [],
  comparison: false, effect: null, exemplars,
})
const OWN = ['A large effusion.', 'A moderate effusion.', 'A small effusion.']
const index = new FeatureIndex([
  feature(1, OWN.map((text, at) => exemplar(text, 9 - at))),
  feature(2, ['No pneumothorax.', 'The heart is large.', 'Some effusion too.', 'Clear lungs.', 'A nodule.'].map((text) => exemplar(text, 4))),
  feature(3, [exemplar('One.', 1)]),
])

let connection: Connection
let ada: Reader
beforeEach(() => {
  connection = openDatabase({ path: join(temporaryDir(), 'hilum.db') }).connection
  ada = addReader(connection, 'Ada', { salt: '00', hash: '11' }, AT)
  return () => connection.close()
})

const features = () => Promise.resolve(index)
const make = (task: 'interpretation' | 'detection', number: number, seed = 5) =>
  makeFeatureItem(task, number, seed, { features, compute: fakeCompute(() => '').service })

describe('what is shown of a feature', () => {
  it('is sentences of every level of activation, and some that leave it silent', async () => {
    const item = await make('interpretation', 1)
    if (item.task !== 'interpretation') throw new Error('another task')
    expect(item.samples.map((sample) => sample.level)).toEqual(['high', 'middle', 'low', 'none', 'none', 'none'])
    expect(item.samples.slice(0, 3).map((sample) => sample.text)).toEqual(OWN)
    for (const sample of item.samples.slice(3)) expect(sample.text).not.toMatch(/effusion/) // the model says so
  })

  it('is as many sentences that activate it as not, mixed by the seed', async () => {
    const item = await make('detection', 1)
    if (item.task !== 'detection') throw new Error('another task')
    const active = item.sentences.filter((sentence) => sentence.active)
    expect(active.map((sentence) => sentence.text).toSorted()).toEqual(OWN.toSorted())
    expect(item.sentences.filter((sentence) => !sentence.active).length).toBe(3)
    expect(await make('detection', 1)).toEqual(item)
    expect(await make('detection', 1, 6)).not.toEqual(item)
  })

  it('is refused for a feature without exemplars', async () => {
    await expect(make('detection', 3)).rejects.toThrow('Feature 3 has 1 exemplars: too few to show it.')
  })
})

async function frozen(task: 'interpretation' | 'detection'): Promise<string> {
  const made = plan({ task, cases: [], features: [1], readers: ['Ada'], readersPerItem: 1 })
  const { id } = keepSet(connection, made, planItems(made, new Map()), AT, 'lead')
  const refuse = () => Promise.reject(new Error('There are no reports in this set.'))
  await generateItems(id, { connection, featureItem: make, reporting: { baseline: refuse, sweep: refuse } })
  return id
}

async function submit(setId: string, answer: (sentences: readonly string[]) => AnswerBody): Promise<void> {
  const sittings = new Sittings({ connection, features })
  const next = await sittings.next(ada, setId)
  if (next.kind !== 'item') throw new Error('no item')
  expect(next.item.case).toBeNull()
  sittings.submit(ada, next.item.showing, answer(next.item.sentences))
}

describe('a set about features', () => {
  it('has the ratings of interpretations and better wordings in its results', async () => {
    const setId = await frozen('interpretation')
    await submit(setId, () => ({
      task: 'interpretation', clarity: 4, relevance: 5, singleMeaning: 2, wording: 'Pleural effusion', note: '',
    }))
    expect((await resultsOf(connection, setId, index)).ratings).toEqual([
      { feature: 1, readers: 1, clarity: 4, relevance: 5, singleMeaning: 2, wordings: ['Pleural effusion'] },
    ])
  })

  it('has the balanced accuracy of each reader beside the automatic score; which are active is not shown', async () => {
    const setId = await frozen('detection')
    const sittings = new Sittings({ connection, features })
    const next = await sittings.next(ada, setId)
    expect(JSON.stringify(next)).not.toMatch(/"active"/)
    // All three active ones found, and one of three silent ones taken for active: (1 + 2/3) / 2.
    await submit(setId, (sentences) => ({
      task: 'detection', note: '',
      active: sentences.map((text, at) => text.includes('effusion') || at === sentences.findIndex((one) => !one.includes('effusion'))),
    }))
    expect((await resultsOf(connection, setId, index)).detections).toEqual([
      { reader: 'Ada', feature: 1, sentences: 6, balancedAccuracy: expect.closeTo((1 + 2 / 3) / 2, 12), detectionScore: 0.9 },
    ])
  })

  it('wants an answer for every sentence', async () => {
    const setId = await frozen('detection')
    await expect(submit(setId, () => ({ task: 'detection', active: [true], note: '' }))).rejects.toThrow('Every sentence needs an answer: 1 of 6')
  })
})
