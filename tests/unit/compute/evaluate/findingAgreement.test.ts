import { describe, expect, it } from 'vitest'
import { findingAgreement, type FindingPair } from '../../../../src/compute/evaluate/findingAgreement.ts'
import { extractFindings } from '../../../../src/compute/report/findings.ts'

const pair = (reference: string, predicted: string): FindingPair => ({
  reference: extractFindings(reference), predicted: extractFindings(predicted),
})

describe('findingAgreement', () => {
  it('counts reports, not mentions, and averages F1 over the observations that occur', () => {
    const result = findingAgreement(
      [
        pair('Small left effusion. Large right effusion.', 'Small left effusion.'), // true positive
        pair('Small left effusion.', 'No effusion.'), // missed
        pair('No effusion.', 'Small left effusion.'), // extra
        pair('No effusion. Mild cardiomegaly.', 'No effusion. Mild cardiomegaly.'),
      ],
      ['pleural-effusion', 'cardiomegaly', 'pneumothorax'],
    )
    const [effusion, heart, air] = result.perObservation
    expect(effusion).toMatchObject({ positives: 2, truePositive: 1, falsePositive: 1, falseNegative: 1 })
    expect(effusion).toMatchObject({ precision: 0.5, recall: 0.5, f1: 0.5 })
    expect(heart).toMatchObject({ positives: 1, f1: 1 })
    expect(air).toMatchObject({ positives: 0, precision: null, recall: null, f1: null })
    expect(result.macroF1).toBe(0.75)
  })

  it('judges the side over true positives that have one; two findings make "bilateral"', () => {
    const result = findingAgreement(
      [
        pair('Bilateral pleural effusions.', 'Left pleural effusion. Right pleural effusion.'),
        pair('Left pleural effusion.', 'Right pleural effusion.'),
        pair('Pleural effusion.', 'Left pleural effusion.'), // the reference gives no side
        pair('Left pleural effusion.', 'No pleural effusion.'), // no true positive
      ],
      ['pleural-effusion'],
    )
    expect(result.laterality).toEqual({ agree: 1, total: 2, share: 0.5 })
  })

  it('judges the severity side by side', () => {
    const result = findingAgreement(
      [
        pair('Small left and large right pleural effusions.', 'Large left and small right pleural effusions.'),
        pair('Small bilateral pleural effusions.', 'Small left pleural effusion. Small right pleural effusion.'),
        pair('Mild cardiomegaly.', 'Cardiomegaly.'),
      ],
      ['pleural-effusion', 'cardiomegaly'],
    )
    expect(result.severity).toEqual({ agree: 1, total: 3, share: 1 / 3 })
  })

  it('judges the comparison per finding and per report', () => {
    const result = findingAgreement(
      [
        pair('Unchanged cardiomegaly. New left effusion.', 'Unchanged cardiomegaly. New left effusion.'),
        pair('Unchanged cardiomegaly. New left effusion.', 'Unchanged cardiomegaly. Left effusion is unchanged.'),
        pair('Cardiomegaly.', 'Unchanged cardiomegaly.'), // made up: counts against the finding, not against a comparing report
        pair('Cardiomegaly.', 'Cardiomegaly.'),
      ],
      ['cardiomegaly', 'pleural-effusion'],
    )
    expect(result.comparison).toEqual({ agree: 3, total: 5, share: 0.6 })
    expect(result.comparisonReports).toEqual({ agree: 1, total: 2, share: 0.5 })
  })

  it('can leave uncertain findings out', () => {
    const pairs = [pair('Possible pneumonia.', 'No pneumonia.')]
    expect(findingAgreement(pairs, ['pneumonia']).perObservation[0]?.falseNegative).toBe(1)
    expect(findingAgreement(pairs, ['pneumonia'], { certainOnly: true }).perObservation[0]?.falseNegative).toBe(0)
  })
})
