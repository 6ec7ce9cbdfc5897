import { describe, expect, it } from 'vitest'
import { conceptOf, holds, type Concept, type Condition, type FindingPattern } from '../../../../src/compute/evaluate/concept.ts'
import { CONCEPT_NAMES, parseConcept, renderConcept } from '../../../../src/compute/evaluate/conceptText.ts'
import { wouldActivate } from '../../../../src/compute/evaluate/detection.ts'
import { targetOfInterpretation } from '../../../../src/compute/report/target.ts'
import { CHANGES, DEVICE_OBSERVATIONS, LATERALITIES, LOCATIONS, SEVERITIES } from '../../../../src/shared/domain/finding.ts'

const ANY: FindingPattern = {
  kind: 'finding', observation: null, polarity: 'positive', laterality: null, location: null, severity: null, change: null,
}
const finding = (part: Partial<FindingPattern>): Condition => ({ scope: 'here', pattern: { ...ANY, ...part } })
const words = (text: string): Condition => ({ scope: 'here', pattern: { kind: 'words', words: text } })
const next = ({ pattern }: Condition): Condition => ({ scope: 'next', pattern })

describe('an interpretation', () => {
  it.each<[string, Concept]>([
    ['Left pleural effusion', conceptOf(finding({ observation: 'pleural-effusion', laterality: 'left' }))],
    ['Left pleural effusion, small, new', conceptOf(finding({
      observation: 'pleural-effusion', laterality: 'left', severity: 'small', change: 'new' }))],
    ['Absence of pneumothorax', conceptOf(finding({ observation: 'pneumothorax', polarity: 'negative' }))],
    ['Mention of cardiomegaly', conceptOf(finding({ observation: 'cardiomegaly', polarity: null }))],
    ['Support device, new', conceptOf(finding({ observation: 'device', change: 'new' }))],
    ['Change since a prior study', conceptOf(finding({ polarity: null, change: 'any' }))],
    ['Change since a prior study: unchanged', conceptOf(finding({ polarity: null, change: 'unchanged' }))],
    ['The word "intact"', conceptOf(words('intact'))],
    ['The phrase "in unchanged position"', conceptOf(words('in unchanged position'))],
    ['Announces: Right chest tube', conceptOf(next(finding({ observation: 'chest-tube', laterality: 'right' })))],
    ['The first sentence of the report', conceptOf({ scope: 'here', pattern: { kind: 'place', place: 'first' } })],
    ['The word "left"; or Right finding', {
      join: 'any', conditions: [words('left'), finding({ laterality: 'right' })], except: null }],
    ['The word "is"; and Announces: Pacemaker; but not: Mention of pacemaker', {
      join: 'all', conditions: [words('is'), next(finding({ observation: 'pacemaker' }))],
      except: finding({ observation: 'pacemaker', polarity: null }) }],
  ])('reads %s', (text, concept) => {
    expect(renderConcept(concept)).toBe(text)
    expect(parseConcept(text)).toEqual(concept)
  })

  it('says everything a finding pattern can hold, and can be read back', () => {
    for (const observation of CONCEPT_NAMES) {
      for (const polarity of ['positive', 'negative', null] as const) {
        for (const [i, change] of [...CHANGES, 'any' as const, null].entries()) {
          const pattern: FindingPattern = {
            kind: 'finding', observation, polarity, change, laterality: LATERALITIES[i % 4] ?? null,
            location: LOCATIONS[i % 9] ?? null, severity: SEVERITIES[i % 7] ?? null,
          }
          const concept = conceptOf({ scope: 'ahead', pattern })
          expect(parseConcept(renderConcept(concept)), renderConcept(concept)).toEqual(concept)
        }
      }
    }
  })

  it('names its observation in words from which the app finds it again', () => {
    for (const observation of CONCEPT_NAMES) {
      const text = renderConcept(conceptOf(finding({ observation })))
      const { observations, comparison } = targetOfInterpretation(text)
      expect(comparison, text).toBe(false)
      if (observation === 'device') expect(new Set(observations), text).toEqual(new Set(DEVICE_OBSERVATIONS))
      else expect(observations, text).toContain(observation)
    }
  })

  it('of another hand is not understood', () => {
    for (const text of ['', 'Fluid on the left', 'Left', 'Pleural effusion, purple', 'The word ""', 'A; but not: B; but not: C']) {
      expect(parseConcept(text), text).toBeNull()
    }
  })
})

describe('a concept', () => {
  const sentences = [
    'The lungs are well expanded.', 'New small left pleural effusion.', 'No pneumothorax.',
  ]
  const at = (place: number) => ({ sentences, at: place })
  const at1 = (text: string, place = 1): boolean => {
    const concept = parseConcept(text)
    if (concept === null) throw new Error(`not understood: ${text}`)
    return holds(concept, at(place))
  }

  it('holds where the sentence says what it asks for', () => {
    expect(at1('Left pleural effusion, small, new')).toBe(true)
    expect(at1('Pleural effusion')).toBe(true)
    expect(at1('Left finding')).toBe(true)
    expect(at1('Change since a prior study')).toBe(true)
    expect(at1('Right pleural effusion')).toBe(false)
    const both = { sentences: ['There are small bilateral pleural effusions.'], at: 0 }
    expect(wouldActivate('Right pleural effusion', both)).toBe(true)
    expect(at1('Left pleural effusion, large')).toBe(false)
    expect(at1('Absence of pleural effusion')).toBe(false)
    expect(at1('Absence of pneumothorax', 2)).toBe(true)
    expect(at1('Pneumothorax', 2)).toBe(false)
    expect(at1('Mention of pneumothorax', 2)).toBe(true)
  })

  it('finds whole words and phrases whatever their case', () => {
    expect(at1('The phrase "new small left"')).toBe(true)
    expect(at1('The word "effus"')).toBe(false)
    expect(at1('The phrase "left new"')).toBe(false)
  })

  it('looks where its scope says', () => {
    expect(at1('Announces: Left pleural effusion', 0)).toBe(true)
    expect(at1('Announces: Left pleural effusion', 1)).toBe(false)
    expect(at1('Announces: The word "lungs"', -1)).toBe(true)
    expect(at1('Later in the report: Absence of pneumothorax', 0)).toBe(true)
    expect(at1('Later in the report: Absence of pneumothorax', 2)).toBe(false)
    expect(at1('Anywhere in the report: The word "expanded"', 2)).toBe(true)
    expect(at1('The word "lungs"', -1)).toBe(false)
  })

  it('knows its place', () => {
    expect([-1, 0, 1, 2].map((place) => at1('The end of the prompt', place))).toEqual([true, false, false, false])
    expect([-1, 0, 1, 2].map((place) => at1('The first sentence of the report', place))).toEqual([false, true, false, false])
    expect([-1, 0, 1, 2].map((place) => at1('The last sentence of the report', place))).toEqual([false, false, false, true])
  })

  it('joins and excepts', () => {
    expect(at1('The word "left"; and The word "right"')).toBe(false)
    expect(at1('The word "left"; or The word "right"')).toBe(true)
    expect(at1('The word "left"; but not: Pleural effusion')).toBe(false)
  })
})
