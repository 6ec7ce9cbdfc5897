import { describe, expect, it } from 'vitest'
import { exemplarOf, peaksOf, sentencesOf } from '../../../../scripts/dictionary/corpus.ts'
import type { FeatureActivation } from '../../../../src/shared/domain/feature.ts'

const active = (...pairs: readonly (readonly [number, number])[]): readonly FeatureActivation[] =>
  pairs.map(([feature, activation]) => ({ feature, activation }))

const report = {
  seed: 7,
  sentences: ['Heart is big.', 'No edema.'],
  before: active([2, 0.5]),
  tokens: [
    { text: 'Heart', start: 0, active: active([0, 1.25]) },
    { text: ' is', start: 5, active: active() },
    { text: ' big', start: 8, active: active([0, 3], [1, 2]) },
    { text: '.', start: 12, active: active([3, 1.119]) },
    { text: ' No', start: 13, active: active([1, 5]) },
    { text: ' edema', start: 16, active: active() },
    { text: '.', start: 22, active: active([0, 2]) },
  ],
  promptActive: [],
}

describe('the sentences of a read report', () => {
  const sentences = sentencesOf(report)

  it('hold their own tokens, the space between two going with the later one', () => {
    expect(sentences.map((one) => one.tokens)).toEqual([
      ['[prompt] '], ['Heart', ' is', ' big', '.'], [' No', ' edema', '.'],
    ])
    expect(sentences.map((one) => one.at)).toEqual([-1, 0, 1])
  })

  it('have the greatest activation of each feature', () => {
    expect(sentences.map((one) => [...peaksOf(one, 4)].map((value) => Math.round(value * 1000) / 1000))).toEqual([
      [0, 0, 0.5, 0], [3, 2, 0, 1.119], [2, 5, 0, 0],
    ])
  })

  it('become exemplars, with the next sentence where the feature peaks at the end', () => {
    expect(exemplarOf(sentences[1]!, sentences[2]!, 0)).toEqual({
      text: 'Heart is big.', tokens: ['Heart', ' is', ' big', '.'], activations: [1.25, 0, 3, 0],
    })
    expect(exemplarOf(sentences[1]!, sentences[2]!, 3)).toEqual({
      text: 'Heart is big. No edema.', tokens: ['Heart', ' is', ' big', '.', ' No', ' edema', '.'],
      activations: [0, 0, 0, 1.12, 0, 0, 0],
    })
    expect(exemplarOf(sentences[0]!, sentences[1]!, 2).text).toBe('[prompt] Heart is big.')
  })
})
