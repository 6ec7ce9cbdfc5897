import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import type { ModelQuestion } from '../../../../src/shared/contracts/compute.ts'
import type { Feature } from '../../../../src/shared/domain/feature.ts'
import { verifyAudit } from '../../../../src/main/database/audit.ts'
import { listCases } from '../../../../src/main/database/cases.ts'
import { comparisonsOfCase } from '../../../../src/main/database/comparisons.ts'
import { latestJob } from '../../../../src/main/database/jobs.ts'
import { assignmentsOfSet, findOutcome, itemsOfSet } from '../../../../src/main/database/reviewSets.ts'
import { verifyFrozenSets } from '../../../../src/main/review/freezeSet.ts'
import { listSummaries } from '../../../../src/main/review/summaries.ts'
import { openWorkspace, type Workspace } from '../../../../src/main/workspace/workspace.ts'
import { facts, fileCase } from '../samples.ts'
import { fakeCompute, fakeDicom, fakeModels } from '../fakeServices.ts'
import { temporaryDir } from '../temporaryDir.ts'
import { plan } from './plans.ts'

const write = ({ intervention }: ModelQuestion): string =>
  intervention.method === 'random' ? 'The heart size is normal. The lungs are clear.'
  : intervention.terms.length === 0 ? 'The heart size is normal.'
  : 'The heart size is normal. There is a small left pleural effusion.'

let workspace: Workspace
let compute: ReturnType<typeof fakeCompute>
let caseIds: readonly string[]
let fail: (question: ModelQuestion) => void
beforeEach(async () => {
  const resourcesDir = temporaryDir()
  const features: Feature[] = ['Device', 'Pleural effusion', 'Pneumothorax', ''].map((interpretation, index) => ({
    index, interpretation, detectionScore: 0.9, density: 0.1, maxActivation: index === 0 ? 10 : 5, targets: [],
    comparison: false, effect: null, exemplars: [],
  }))
  mkdirSync(join(resourcesDir, 'dictionary'))
  writeFileSync(join(resourcesDir, 'dictionary', 'features.json'), JSON.stringify(features))
  fail = () => undefined
  compute = fakeCompute((question) => {
    fail(question)
    return write(question)
  })
  workspace = openWorkspace({
    dir: temporaryDir(), resourcesDir, version: '0.1.0', demo: 'leave', model: 'later', dicom: fakeDicom().service,
    compute: compute.service, models: fakeModels(),
  })
  for (const study of ['1.1', '1.2']) {
    fileCase(workspace.connection, [facts({ studyInstanceUid: study, sopInstanceUid: `${study}.1`, accession: study })])
  }
  caseIds = listCases(workspace.connection, '').map((row) => row.id)
  return () => workspace.close()
})

const made = () => workspace.reviews.create(
  plan({ cases: caseIds, features: [1], strengths: [2, 4], controls: ['baseline', 'random', 'orthogonal'] }), 'lead',
)

describe('the generation of a set', () => {
  it('writes each report once, case by case, keeps what came of each item, and freezes the set', async () => {
    const { id, items } = await made()
    expect(items).toBe(7) // 2 cases x 2 strengths, and one control of each kind
    const frozen = await workspace.reviews.run(id)
    expect(frozen).toMatchObject({ state: 'frozen', generated: 7, contentHash: expect.stringMatching(/^[0-9a-f]{64}$/) })
    // Two baselines, four steered, one random and one orthogonal: the baseline control asks nothing of its own.
    expect(compute.asked.length).toBe(8)
    const order = compute.asked.map((question) => question.frontal.hash)
    expect(new Set(order.map((hash, at) => (at > 0 && order[at - 1] === hash ? '' : hash)).filter(Boolean)).size).toBe(2)
    expect(order.filter((hash, at) => hash !== order[at - 1]).length).toBe(2)
    for (const { id: item, item: { control } } of itemsOfSet(workspace.connection, id)) {
      const outcome = findOutcome(workspace.connection, item)
      expect([outcome?.comparison_id === null, outcome?.baseline_id === null]).toEqual(
        control === 'baseline' ? [true, false] : [false, true],
      )
    }
    const orthogonal = compute.asked.find((question) => question.intervention.terms[0]?.feature === 0)
    expect([1, 2]).toContain(orthogonal?.intervention.terms[0]?.strength) // 2 or 4 x 5 / 10
    expect(assignmentsOfSet(workspace.connection, id).length).toBe(14)
    expect(verifyFrozenSets(workspace.connection)).toBe(1)
    expect(verifyAudit(workspace.connection).rows).toBeGreaterThan(0)
  })

  it('goes on where it failed, and says why it stopped', async () => {
    const { id } = await made()
    fail = ({ intervention }) => {
      if (intervention.terms[0]?.strength === 4) throw new Error('out of memory')
    }
    await expect(workspace.reviews.run(id)).rejects.toThrow('out of memory')
    expect(listSummaries(workspace.connection)[0]).toMatchObject({ state: 'failed', note: 'out of memory', contentHash: null })
    const before = compute.asked.length
    fail = () => undefined
    expect((await workspace.reviews.run(id)).state).toBe('frozen')
    expect(compute.asked.length - before).toBeLessThan(8)
  })

  it('stops when it is paused, and a run goes on with it', async () => {
    const { id } = await made()
    const running = workspace.reviews.run(id, {
      onProgress: ({ done }) => {
        if (done === 3) workspace.reviews.pause(id)
      },
    })
    await expect(running).rejects.toMatchObject({ kind: 'cancelled' })
    const paused = listSummaries(workspace.connection)[0]!
    expect(paused.state).toBe('paused')
    expect(paused.generated).toBeGreaterThanOrEqual(3)
    expect(paused.generated).toBeLessThan(7)
    expect((await workspace.reviews.run(id)).state).toBe('frozen')
    expect(latestJob(workspace.connection, 'review', id)?.state).toBe('done')
    expect((await workspace.reviews.run(id)).state).toBe('frozen') // again: nothing to do
  })

  it('does not run twice at once, nor unblind what is not frozen', async () => {
    const { id } = await made()
    expect(() => workspace.reviews.unblind(id, 'lead', 'curious')).toThrow('is not frozen yet')
    const first = workspace.reviews.run(id)
    await expect(workspace.reviews.run(id)).rejects.toThrow('is being generated already')
    await first
    expect(workspace.reviews.unblind(id, 'lead', 'reading is over').unblinded).toBe(true)
  })

  it('is estimated by what the workspace lacks and by what this model took here', async () => {
    const small = plan({ cases: caseIds, features: [1], strengths: [2] })
    expect(await workspace.reviews.estimate(small)).toMatchObject({
      items: 2, controls: 0, generations: 4, readings: 4, seconds: null, bytes: null,
    })
    const { id } = await workspace.reviews.create(small, 'lead')
    await workspace.reviews.run(id)
    expect(comparisonsOfCase(workspace.connection, caseIds[0]!).length).toBe(1)
    expect(await workspace.reviews.estimate(small)).toMatchObject({ generations: 0, seconds: 0 })
    const more = await workspace.reviews.estimate(plan({ cases: caseIds, features: [1, 2], strengths: [2] }))
    expect(more).toMatchObject({ generations: 2, seconds: 0.098 }) // two at the 49 ms of the samples
    expect(more.bytes).toBeGreaterThan(100)
    expect(more.basis).toBe('Mean of 4 reports that this model wrote in this workspace.')
  })

  it('refuses cases and features that are not there before anything is kept', async () => {
    await expect(workspace.reviews.create(plan({ cases: ['none'], features: [1] }), 'lead')).rejects.toThrow('There is no case none')
    await expect(workspace.reviews.create(plan({ cases: caseIds, features: [99] }), 'lead')).rejects.toThrow('There is no feature 99')
    expect(listSummaries(workspace.connection)).toEqual([])
  })
})

describe('a frozen set', () => {
  it('whose texts were changed from outside is found out', async () => {
    const { id } = await made()
    await workspace.reviews.run(id)
    const { default: BetterSqlite } = await import('better-sqlite3')
    const database = new BetterSqlite(workspace.paths.database)
    database.exec("DROP TRIGGER generation_is_kept; UPDATE generation SET body = replace(body, 'small', 'large')")
    database.close()
    expect(() => verifyFrozenSets(workspace.connection)).toThrow('The review set “Pilot” is not what was frozen')
  })
})
