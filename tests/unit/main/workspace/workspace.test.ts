import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { DEMO_PATIENTS } from '../../../../src/phantom/demo.ts'
import { HilumError } from '../../../../src/shared/errors.ts'
import type { ModelQuestion } from '../../../../src/shared/contracts/compute.ts'
import type { WorkspaceState } from '../../../../src/shared/contracts/main.ts'
import type { Feature } from '../../../../src/shared/domain/feature.ts'
import { BASELINE, type Intervention } from '../../../../src/shared/domain/intervention.ts'
import { listCases, loadCase } from '../../../../src/main/database/cases.ts'
import { verifyAudit } from '../../../../src/main/database/audit.ts'
import { FolderWatch } from '../../../../src/main/workspace/folderWatch.ts'
import { createHandlers } from '../../../../src/main/workspace/handlers.ts'
import { openWorkspace, type Workspace } from '../../../../src/main/workspace/workspace.ts'
import { demoFilms, fakeCompute, fakeDicom, fakeModels, MODEL } from '../fakeServices.ts'
import { temporaryDir } from '../temporaryDir.ts'

const PUSH: Intervention = { terms: [{ feature: 1, strength: 4 }], method: 'add', positions: 'generated' }
const write = (question: ModelQuestion) =>
  question.intervention.terms.length === 0
    ? 'The heart size is normal. No pleural effusion or pneumothorax.'
    : 'The heart size is normal. There is a small left pleural effusion. No pneumothorax.'

let dir: string
let resourcesDir: string
beforeEach(() => {
  dir = temporaryDir()
  resourcesDir = temporaryDir()
  const features: Feature[] = ['', 'Pleural effusion', 'Pneumothorax'].map((interpretation, index) => ({
    index, interpretation, detectionScore: 0.9, density: 0.1, maxActivation: 5, targets: [], comparison: false,
    effect: null, exemplars: [],
  }))
  mkdirSync(join(resourcesDir, 'dictionary'))
  writeFileSync(join(resourcesDir, 'dictionary', 'features.json'), JSON.stringify(features))
})

function open(change: Partial<Parameters<typeof openWorkspace>[0]> = {}): Workspace {
  return openWorkspace({
    dir, resourcesDir, version: '0.1.0', demo: 'draw', model: 'open', dicom: drawing().service, compute: fakeCompute(write).service,
    models: fakeModels(), ...change,
  })
}

function drawing(failAt = -1) {
  return fakeDicom([], (patient) => {
    if (patient === failAt) throw new HilumError('limit', 'The disk is full.')
    return demoFilms(DEMO_PATIENTS[patient]!)
  })
}

const NO_PACS = { call: () => Promise.reject(new Error('no PACS is asked here')) }

describe('a fresh workspace', () => {
  it('draws the demo studies, opens the model and tells how far it is', async () => {
    const states: WorkspaceState[] = []
    const workspace = open()
    workspace.board.watch((state) => void states.push(state))
    await workspace.prepared
    expect(states.at(-1)).toMatchObject({ ready: true, step: 'Ready', cases: 12, model: MODEL, modelError: null })
    expect(states.some((state) => state.step === 'Drawing the demo studies' && state.total === 48 && state.done > 0)).toBe(true)
    expect(states.map((state) => state.cases)).toEqual(states.map((state) => state.cases).toSorted((a, b) => a - b))
    const first = loadCase(workspace.connection, listCases(workspace.connection, 'PHANTOM-01')[0]!.id)
    expect(first).toMatchObject({ study: { report: null, indication: 'Cough.' }, priorStudy: { report: 'Prior.' } })
    await workspace.close()
  })

  it('goes on drawing where it was cut off', async () => {
    const first = open({ dicom: drawing(5).service })
    await first.prepared
    expect(first.board.state).toMatchObject({ ready: true, step: 'The demo studies could not be drawn: The disk is full.', cases: 5 })
    await expect(first.demo).rejects.toThrow('The disk is full.')
    await first.close()
    const again = drawing()
    const second = open({ dicom: again.service })
    await second.prepared
    expect(again.drawn).toEqual([5, 6, 7, 8, 9, 10, 11])
    expect(second.board.state.cases).toBe(12)
    await second.close()
  })

  it('works without its model, and says why it is not there', async () => {
    let broken = true
    let attempts = 0
    const compute = fakeCompute(write, () => {
      attempts += 1
      if (broken) throw new HilumError('corrupt', 'The model is damaged.', { mend: 'Install it anew.' })
      return MODEL
    })
    const workspace = open({ compute: compute.service })
    await workspace.prepared
    expect(workspace.board.state).toMatchObject({ ready: true, model: null, modelError: 'The model is damaged. Install it anew.', cases: 12 })
    const states: WorkspaceState[] = []
    workspace.board.watch((state) => void states.push(state))
    const caseId = listCases(workspace.connection, '')[0]!.id
    await expect(workspace.reporting.baseline(caseId, 'findings', null, { runId: 'r' })).rejects.toThrow('The model is damaged.')
    broken = false
    expect((await workspace.reporting.baseline(caseId, 'findings', null, { runId: 'r' })).generation.text).toContain('heart')
    expect(workspace.board.state).toMatchObject({ model: MODEL, modelError: null })
    expect(attempts).toBe(3) // at the start, and once for each time that findings were asked for
    expect(states).toContainEqual(expect.objectContaining({ step: 'Opening the model', model: null, modelError: null }))
    await workspace.close()
  })
})

describe('reporting', () => {
  it('asks the model once, and answers the same question from the store, also after a restart', async () => {
    const compute = fakeCompute(write)
    const first = open({ compute: compute.service })
    await first.prepared
    const caseId = listCases(first.connection, '')[0]!.id
    const made = await first.reporting.baseline(caseId, 'findings', null, { runId: 'r1' })
    expect(made.fromStore).toBe(false)
    expect(made.findings.map((finding) => [finding.observation, finding.polarity])).toContainEqual(['pneumothorax', 'negative'])
    expect(compute.asked[0]).toMatchObject({ priorReport: 'Prior.', indication: 'Cough.', mode: 'findings', intervention: BASELINE })
    await first.close()
    const second = open({ compute: compute.service })
    const again = await second.reporting.baseline(caseId, 'findings', null, { runId: 'r2' })
    expect(again).toEqual({ ...made, fromStore: true })
    expect(compute.asked.length).toBe(1)
    await second.close()
  })

  it('steers, keeps the edits with the rules verdicts, and asks again for neither', async () => {
    const compute = fakeCompute(write)
    const workspace = open({ compute: compute.service })
    await workspace.prepared
    const caseId = listCases(workspace.connection, '')[0]!.id
    const { baseline, steered, edits } = await workspace.reporting.steer(caseId, 'findings', PUSH, { runId: 'r' })
    expect(baseline.generation.provenance.intervention).toEqual(BASELINE)
    expect(steered.generation.text).toContain('small left pleural effusion')
    const effusion = edits.find(({ edit }) => edit.steered?.observation === 'pleural-effusion' && edit.steered.polarity === 'positive')
    expect(effusion?.rules.verdict.value).toBe('on-target')
    expect(effusion?.rules.judge).toEqual({ kind: 'rules', name: 'hilum' })
    await workspace.reporting.steer(caseId, 'findings', PUSH, { runId: 'r' })
    expect(compute.asked.length).toBe(2)
    const off = await workspace.reporting.steer(caseId, 'findings', { ...PUSH, terms: [{ feature: 2, strength: 4 }] }, { runId: 'r' })
    expect(off.edits.find(({ edit }) => edit.steered?.observation === 'pleural-effusion')?.rules.verdict).toMatchObject({
      value: 'off-target', category: 'false-finding',
    })
    await workspace.close()
  })

  it('asks again from nothing that is kept when it is told to, and leaves what is kept as it is', async () => {
    const compute = fakeCompute(write)
    const workspace = open({ compute: compute.service })
    await workspace.prepared
    const caseId = listCases(workspace.connection, '')[0]!.id
    const made = await workspace.reporting.baseline(caseId, 'findings', null, { runId: 'r' })
    const again = await workspace.reporting.baseline(caseId, 'findings', null, { runId: 'f', fresh: true })
    expect(compute.asked).toHaveLength(2)
    expect(again).toEqual({ ...made, fromStore: false })
    const kept = await workspace.reporting.baseline(caseId, 'findings', null, { runId: 'k' })
    expect(kept).toEqual({ ...made, fromStore: true })
    await workspace.close()
  })

  it('steers with the baseline as a draft, unless it is told not to', async () => {
    const compute = fakeCompute(write)
    const workspace = open({ compute: compute.service })
    await workspace.prepared
    const caseId = listCases(workspace.connection, '')[0]!.id
    const { baseline } = await workspace.reporting.steer(caseId, 'findings', PUSH, { runId: 'r' })
    const ids = baseline.generation.tokens.map((token) => token.id)
    const stronger = { ...PUSH, terms: PUSH.terms.map((term) => ({ ...term, strength: 9 })) }
    await workspace.reporting.steer(caseId, 'findings', stronger, { runId: 's', draft: false })
    expect(compute.drafts).toEqual([undefined, ids, undefined])
    await workspace.close()
  })

  it('really runs a steering by zero, which has no edits when the text is the same', async () => {
    const compute = fakeCompute(() => 'The heart size is normal.')
    const workspace = open({ compute: compute.service })
    await workspace.prepared
    const caseId = listCases(workspace.connection, '')[0]!.id
    const zero = { ...PUSH, terms: [{ feature: 1, strength: 0 }] }
    expect((await workspace.reporting.steer(caseId, 'findings', zero, { runId: 'r' })).edits).toEqual([])
    expect(compute.asked.length).toBe(2)
    await workspace.close()
  })

  it.each<[string, Intervention, string]>([
    ['no feature', { ...PUSH, terms: [] }, 'Choose at least one feature'],
    ['a feature that is not there', { ...PUSH, terms: [{ feature: 99, strength: 1 }] }, 'There is no feature 99'],
  ])('refuses %s', async (_what, intervention, sentence) => {
    const workspace = open()
    await workspace.prepared
    const caseId = listCases(workspace.connection, '')[0]!.id
    await expect(workspace.reporting.steer(caseId, 'findings', intervention, { runId: 'r' })).rejects.toThrow(sentence)
    await workspace.close()
  })
})

describe('the handlers', () => {
  it('record a verdict, take it back, and export both', async () => {
    const workspace = open()
    await workspace.prepared
    const dicom = fakeDicom().service
    const handlers = createHandlers(workspace, '0.1.0', null, dicom, NO_PACS, new FolderWatch({ workspace, dicom }))
    const call = { signal: new AbortController().signal, emit: () => undefined }
    const caseId = listCases(workspace.connection, '')[0]!.id
    const { edits } = await handlers['report.steer']({ caseId, mode: 'findings', intervention: PUSH, runId: 'r' }, call)
    const editId = edits[0]!.id
    const verdict = { value: 'off-target', category: 'wrong-location', significance: null, note: 'other side' } as const
    const judged = await handlers['verdict.record']({ editId, verdict, reader: 'Ada' }, call)
    expect(judged.reader).toMatchObject({ verdict, judge: { kind: 'reader', name: 'Ada' } })
    expect((await handlers['verdict.withdraw']({ editId, reader: 'Ada' }, call)).reader).toBeNull()
    expect(() => handlers['verdict.withdraw']({ editId, reader: 'Ada' }, call)).toThrow('no verdict on this edit')
    const out = join(dir, 'out.zip')
    const exported = await handlers['export.write']({ out }, call)
    expect(exported).toMatchObject({ path: out, verdicts: edits.length + 2 })
    const history = await handlers['case.history']({ caseId }, call)
    expect(history.comparisons[0]?.edits.length).toBe(edits.length)
    expect(history.baseline?.id).toBe(history.comparisons[0]?.baseline.id)
    await handlers['setting.set']({ key: 'reader', value: 'Ada' }, call)
    expect(await handlers['setting.get']({ key: 'reader' }, call)).toBe('Ada')
    await expect(handlers['export.write']({ out: null }, call)).rejects.toThrow('no dialogs without a window')
    expect(verifyAudit(workspace.connection).rows).toBeGreaterThan(5)
    await workspace.close()
  })

  it('tell the state at once and at every change, until nobody listens', async () => {
    const workspace = open()
    const handlers = createHandlers(workspace, '0.1.0', null, fakeDicom().service, NO_PACS, new FolderWatch({ workspace, dicom: fakeDicom().service }))
    const ending = new AbortController()
    const steps: string[] = []
    const watching = handlers['workspace.watch']({}, { signal: ending.signal, emit: (state) => void steps.push(state.step) })
    await workspace.prepared
    ending.abort()
    await watching
    expect(steps.at(-1)).toBe('Ready')
    const count = steps.length
    workspace.refresh()
    expect(steps.length).toBe(count)
    await workspace.close()
  })
})
