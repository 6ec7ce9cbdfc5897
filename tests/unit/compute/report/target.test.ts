import { describe, expect, it } from 'vitest'
import { targetOfInterpretation } from '../../../../src/compute/report/target.ts'
import type { Target } from '../../../../src/shared/domain/target.ts'

describe('targetOfInterpretation', () => {
  it.each<[string, Target]>([
    ['Detection of pleural effusions on imaging studies.', { observations: ['pleural-effusion'], comparison: false }],
    ['Describing findings without comparison to prior images.', { observations: [], comparison: true, absence: true }],
    ['Immediate notification of findings by telephone upon discovery.', { observations: [], comparison: false }],
    ['Enlarged heart or cardiomegaly', { observations: ['cardiomegaly'], comparison: false }],
    ['Enlargement of the cardiac silhouette', { observations: ['cardiomegaly'], comparison: false }],
    ['Presence of an endotracheal tube', { observations: ['endotracheal-tube'], comparison: false }],
    ['Low lung volumes', { observations: ['low-lung-volumes'], comparison: false }],
    ['No pneumothorax', { observations: ['pneumothorax'], comparison: false, absence: true }],
    ['Stability of findings compared with the prior study', { observations: [], comparison: true }],
    ['Atelectasis at the lung bases and small pleural effusions', { observations: ['atelectasis', 'pleural-effusion'], comparison: false }],
    ['', { observations: [], comparison: false }],
  ])('%s', (text, wanted) => {
    expect(targetOfInterpretation(text)).toEqual(wanted)
  })

  it('takes "lines and tubes" for every kind of device', () => {
    const target = targetOfInterpretation('Positioning or change of lines and tubes.')
    expect(target.comparison).toBe(true)
    expect(target.observations).toEqual(expect.arrayContaining(['central-line', 'chest-tube', 'endotracheal-tube', 'enteric-tube']))
  })
})
