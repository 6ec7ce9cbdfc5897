import { describe, expect, it } from 'vitest'
import { extractFindings } from '../../../../src/compute/report/findings.ts'
import { evolveFindings, sampleFindings } from '../../../../src/phantom/findings.ts'
import type { Grade, PhantomFindings } from '../../../../src/phantom/phantom.ts'
import { Random } from '../../../../src/phantom/random.ts'
import { reportText, writeReport } from '../../../../src/phantom/report.ts'
import type { Finding } from '../../../../src/shared/domain/finding.ts'

const REPORTS = 2000
const SIZE = [null, 'small', 'moderate', 'large'] as const
const SEVERITY = [null, 'mild', 'moderate', 'severe'] as const
const PLACE = { upper: 'upper', mid: 'mid', lower: 'lower' } as const

type Row = Partial<Omit<Finding, 'span' | 'sentence' | 'sentenceSpan'>> & Pick<Finding, 'observation'>

const key = (row: Row): string =>
  [
    row.polarity ?? 'positive', row.observation, row.severity ?? '-', row.laterality ?? '-', row.location ?? '-', row.change ?? '-',
  ].join(' ')

const graded = (now: 0 | Grade, before: 0 | Grade | null): Finding['change'] =>
  before === null ? null
  : now === 0 ? (before > 0 ? 'resolved' : null)
  : before === 0 ? 'new' : before === now ? 'unchanged' : now > before ? 'increased' : 'decreased'

/** What the report of a phantom must be found to say, from the phantom itself. */
function truth(now: PhantomFindings, prior: PhantomFindings | null): readonly Row[] {
  const rows: Row[] = []
  const negative = (observation: Row['observation'], more: Partial<Row> = {}) =>
    rows.push({ observation, polarity: 'negative', ...more })
  const compared = (change: Finding['change']): Finding['change'] => (prior === null ? null : change)

  if (now.lowVolumes) {
    rows.push({ observation: 'low-lung-volumes', change: prior === null ? null : prior.lowVolumes ? 'unchanged' : 'increased' })
  } else if (prior === null || prior.lowVolumes) {
    // "Lung volumes are unchanged" says nothing about how they are.
    negative('low-lung-volumes', { change: compared('decreased') })
  }

  const device = (observation: Row['observation'], here: boolean, before: boolean, laterality: Finding['laterality'] = null) => {
    if (here) rows.push({ observation, laterality, change: compared(before ? 'unchanged' : 'new') })
    else if (before) negative(observation, { laterality, change: 'resolved' })
  }
  device('endotracheal-tube', now.endotrachealTube, prior?.endotrachealTube ?? false)
  device('enteric-tube', now.entericTube, prior?.entericTube ?? false)
  device('pacemaker', now.pacemaker, prior?.pacemaker ?? false, 'left')
  for (const [observation, field] of [['central-line', 'centralLine'], ['chest-tube', 'chestTube']] as const) {
    for (const side of ['left', 'right'] as const) device(observation, now[field] === side, prior?.[field] === side, side)
  }
  if (now.sternotomyWires) rows.push({ observation: 'sternotomy-wires' })

  const heart = graded(now.cardiomegaly, prior?.cardiomegaly ?? null)
  if (now.cardiomegaly === 0) negative('cardiomegaly', { change: heart })
  else rows.push({ observation: 'cardiomegaly', severity: SEVERITY[now.cardiomegaly], change: heart })

  const edema = graded(now.edema, prior?.edema ?? null)
  if (now.edema === 0) negative('edema', { change: edema })
  else rows.push({ observation: 'edema', severity: SEVERITY[now.edema], change: edema })

  const opacity = (o: NonNullable<PhantomFindings['opacity']>): Row => ({
    observation: o.kind === 'consolidation' ? 'consolidation' : 'lung-opacity', laterality: o.side, location: PLACE[o.zone],
  })
  const same = now.opacity !== null && JSON.stringify(now.opacity) === JSON.stringify(prior?.opacity ?? null)
  if (prior?.opacity && !same) rows.push({ ...opacity(prior.opacity), polarity: 'negative', change: 'resolved' })
  if (now.opacity !== null) rows.push({ ...opacity(now.opacity), change: compared(same ? 'unchanged' : 'new') })

  if (now.nodule !== null) {
    rows.push({
      observation: 'lung-lesion', laterality: now.nodule.side, location: PLACE[now.nodule.zone],
      change: compared(prior?.nodule ? 'unchanged' : 'new'),
    })
  }

  const bases = { observation: 'atelectasis', location: 'base' } as const
  const before = prior?.atelectasis ?? null
  if (now.atelectasis === null) {
    if (before !== null) rows.push({ ...bases, laterality: before, polarity: 'negative', change: 'resolved' })
  } else {
    rows.push({ ...bases, laterality: now.atelectasis, change: compared(before === now.atelectasis ? 'unchanged' : 'new') })
  }

  const { left, right } = now.effusion
  if (prior === null && left > 0 && left === right) {
    rows.push({ observation: 'pleural-effusion', laterality: 'bilateral', severity: SIZE[left] })
  } else {
    for (const side of ['left', 'right'] as const) {
      const size = now.effusion[side]
      const change = graded(size, prior?.effusion[side] ?? null)
      if (size > 0) rows.push({ observation: 'pleural-effusion', laterality: side, severity: SIZE[size], change })
      else if (change === 'resolved') negative('pleural-effusion', { laterality: side, change })
    }
  }

  const air = now.pneumothorax
  const was = prior?.pneumothorax ?? null
  if (was !== null && air?.side !== was.side) negative('pneumothorax', { laterality: was.side, change: 'resolved' })
  if (air !== null) {
    const earlier = prior === null ? null : was?.side === air.side ? was.size : 0
    rows.push({ observation: 'pneumothorax', laterality: air.side, severity: SIZE[air.size], change: graded(air.size, earlier) })
  }

  if (now.opacity === null && !prior?.opacity) negative('consolidation')
  if (left + right + (prior?.effusion.left ?? 0) + (prior?.effusion.right ?? 0) === 0) negative('pleural-effusion')
  if (air === null && was === null) negative('pneumothorax')
  return rows
}

describe('findings of phantom reports', () => {
  it(`are exactly the phantom's own in ${REPORTS} reports, half of them with a prior`, () => {
    for (let seed = 0; seed < REPORTS; seed++) {
      const random = new Random(seed)
      const first = sampleFindings(random)
      const prior = seed % 2 === 0 ? null : first
      const now = prior === null ? first : evolveFindings(prior, random)
      const text = reportText(writeReport(now, prior, random))
      const found = extractFindings(text)
      // An opacity may be followed by what it may represent; that is a guess of the text, not of the phantom.
      const stated = found.filter((finding) => finding.observation !== 'pneumonia')
      expect(stated.map(key).sort(), text).toEqual(truth(now, prior).map(key).sort())
      expect(stated.filter((f) => f.polarity === 'positive' && f.certainty === 'uncertain'), text).toEqual([])
      for (const guess of found.filter((finding) => finding.observation === 'pneumonia')) {
        expect(guess.certainty, text).toBe('uncertain')
        expect(guess.laterality, text).toBe(now.opacity?.side)
      }
    }
  })
})
