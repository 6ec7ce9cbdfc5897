import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Dictionary } from '../../../../src/compute/sae/dictionary.ts'
import { readDictionary } from '../../../../src/compute/sae/dictionaryFile.ts'
import { prepareSteering } from '../../../../src/compute/sae/steering.ts'
import type { Intervention } from '../../../../src/shared/domain/intervention.ts'
import { DICTIONARY } from '../../../integration/compute/support/engineFixture.ts'

/** Width 2, three features along x, y and the diagonal; maximum activations 2, 10 and 1. */
let dictionary: Dictionary
beforeAll(async () => {
  const data = await readDictionary(DICTIONARY)
  const directions = Float32Array.of(1, 0, 0, 1, Math.SQRT1_2, Math.SQRT1_2)
  const features = [2, 10, 1].map((maxActivation, index) => ({ ...data.features[0]!, index, maxActivation }))
  dictionary = await Dictionary.fromData({
    layer: 0, width: 2, size: 3, encoder: directions, decoder: directions, encoderBias: new Float32Array(3),
    decoderBias: new Float32Array(2), k: 1, threshold: 1, groupSizes: [3], normalization: 'none', features,
  })
})
afterAll(() => dictionary.release())

const steer = (intervention: Partial<Intervention>, rows: readonly number[], first = 0): readonly number[] => {
  const values = Float32Array.from(rows)
  const whole = { method: 'add', positions: 'all', terms: [], ...intervention } as const
  prepareSteering(dictionary, whole)?.apply(values, first, values.length / 2)
  return [...values]
}

describe('steering', () => {
  it('adds strength x maximum activation x direction, for every term', () => {
    const terms = [{ feature: 0, strength: 0.5 }, { feature: 1, strength: -0.2 }]
    expect(steer({ terms }, [5, 5, 0, 0])).toEqual([6, 3, 1, -2])
  })

  it('touches no row before the first one it is given', () => {
    expect(steer({ terms: [{ feature: 0, strength: 1 }] }, [5, 5, 0, 0], 1)).toEqual([5, 5, 2, 0])
  })

  it('is nothing at all at strength 0 or without terms', () => {
    for (const method of ['add', 'ablate'] as const) {
      expect(prepareSteering(dictionary, { method, positions: 'all', terms: [] })).toBeNull()
    }
    const zero = { method: 'add', positions: 'all', terms: [{ feature: 1, strength: 0 }] } as const
    expect(prepareSteering(dictionary, zero)).toBeNull()
  })

  it('pushes as far along a direction that stands for nothing, the same one for the same feature', () => {
    const push = { method: 'random', terms: [{ feature: 1, strength: 0.5 }] } as const
    const [x, y] = steer(push, [1, 2]) as [number, number]
    expect(Math.hypot(x - 1, y - 2)).toBeCloseTo(5, 5) // 0.5 x 10 x a direction of length 1
    expect(Math.abs(y - 2)).toBeLessThan(4.99) // not the feature's own direction
    expect(steer(push, [1, 2])).toEqual([x, y])
    expect(steer({ ...push, terms: [{ feature: 0, strength: 2.5 }] }, [1, 2])).not.toEqual([x, y])
  })

  it('ablates what the feature itself contributes, whatever the strength', () => {
    expect(steer({ method: 'ablate', terms: [{ feature: 0, strength: 0 }] }, [5, 3])).toEqual([0, 3])
    expect(steer({ method: 'ablate', terms: [{ feature: 0, strength: 7 }] }, [5, 3])).toEqual([0, 3])
  })

  it('leaves a row alone where the feature is not above the threshold', () => {
    expect(steer({ method: 'ablate', terms: [{ feature: 0, strength: 1 }] }, [1, 3, -4, 3])).toEqual([1, 3, -4, 3])
  })

  it('ablates several features by their activations on the untouched row', () => {
    const terms = [{ feature: 0, strength: 1 }, { feature: 2, strength: 1 }]
    const [x, y] = steer({ method: 'ablate', terms }, [4, 4])
    expect(x).toBeCloseTo(-4, 5) // 4 - 4 - (8 / sqrt 2) / sqrt 2
    expect(y).toBeCloseTo(0, 5)
  })

  it('gives interventions that do the same the same key', () => {
    const key = (intervention: Intervention): string | undefined => prepareSteering(dictionary, intervention)?.key
    const term = { feature: 0, strength: 1 }
    const plain = key({ method: 'add', positions: 'all', terms: [term] })
    expect(key({ method: 'add', positions: 'all', terms: [{ feature: 1, strength: 0 }, term] })).toBe(plain)
    expect(key({ method: 'add', positions: 'all', terms: [{ feature: 0, strength: 2 }] })).not.toBe(plain)
    expect(key({ method: 'ablate', positions: 'all', terms: [term] })).not.toBe(plain)
    expect(key({ method: 'ablate', positions: 'all', terms: [{ feature: 0, strength: 2 }] })).toBe(
      key({ method: 'ablate', positions: 'all', terms: [term] }),
    )
  })
})
