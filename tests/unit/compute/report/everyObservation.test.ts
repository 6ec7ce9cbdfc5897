import { describe, expect, it } from 'vitest'
import { isDevice, isPlaced, isSided } from '../../../../src/compute/report/attributes.ts'
import { extractFindings } from '../../../../src/compute/report/findings.ts'
import { OBSERVATIONS, SEVERITIES, type Finding, type Observation } from '../../../../src/shared/domain/finding.ts'

/** How a report names each observation: after an adjective. */
const NAMES: Readonly<Record<Observation, string>> = {
  'enlarged-cardiomediastinum': 'mediastinal widening', 'cardiomegaly': 'cardiomegaly', 'lung-lesion': 'nodule',
  'lung-opacity': 'opacity', 'edema': 'interstitial edema', 'consolidation': 'consolidation', 'pneumonia': 'pneumonia',
  'atelectasis': 'atelectasis', 'pneumothorax': 'pneumothorax', 'pleural-effusion': 'pleural effusion',
  'pleural-other': 'pleural thickening', 'fracture': 'rib fracture', 'low-lung-volumes': 'low lung volumes',
  'pacemaker': 'pacemaker', 'endotracheal-tube': 'endotracheal tube', 'enteric-tube': 'nasogastric tube',
  'central-line': 'central venous catheter', 'chest-tube': 'chest tube', 'sternotomy-wires': 'sternal wires',
  'other-device': 'loop recorder',
}
const PLACES = [
  ['upper lobe', 'upper'], ['mid lung', 'mid'], ['lower lobe', 'lower'], ['apical', 'apical'], ['basilar', 'base'],
  ['perihilar', 'perihilar'], ['retrocardiac', 'retrocardiac'],
] as const
const CHANGES = [
  ['is new', 'new'], ['has increased', 'increased'], ['has decreased', 'decreased'], ['is unchanged', 'unchanged'],
  ['has resolved', 'resolved'],
] as const

function only(text: string): Finding {
  const found = extractFindings(text)
  expect(found.map((finding) => finding.observation), text).toHaveLength(1)
  return found[0]!
}

describe.each(OBSERVATIONS)('%s', (observation) => {
  const name = NAMES[observation]
  const read = (text: string): Finding => {
    const finding = only(text)
    expect(finding.observation, text).toBe(observation)
    return finding
  }

  it('is stated, denied and doubted', () => {
    expect(read(`There is ${name}.`)).toMatchObject({ polarity: 'positive', certainty: 'certain' })
    expect(read(`No ${name} is seen.`)).toMatchObject({ polarity: 'negative', certainty: 'certain' })
    expect(read(`Possible ${name}.`)).toMatchObject({ polarity: 'positive', certainty: 'uncertain' })
  })

  it('has the side, place and severity that are said of it', () => {
    if (isSided(observation)) {
      for (const side of ['left', 'right', 'bilateral'] as const) {
        expect(read(`There is ${side} ${name}.`).laterality).toBe(side)
      }
    }
    if (isPlaced(observation)) {
      for (const [words, location] of PLACES) {
        expect(read(`Left ${words} ${name}.`)).toMatchObject({ location, laterality: 'left' })
      }
    }
    for (const severity of SEVERITIES) {
      expect(read(`There is ${severity} ${name}.`).severity).toBe(isDevice(observation) ? null : severity)
    }
  })

  it('has the change since the prior that is said of it', () => {
    // Volumes that decrease are more of the finding: findings.test.ts says so.
    const changes = CHANGES.filter(([words]) => observation !== 'low-lung-volumes' || !/creased/.test(words))
    for (const [words, change] of changes) {
      const polarity = change === 'resolved' ? 'negative' : 'positive'
      expect(read(`The ${name} ${words}.`), words).toMatchObject({ change, polarity })
    }
  })
})
