import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Progress } from '../../../src/cli/progress.ts'
import type { Session } from '../../../src/cli/session.ts'
import { demo } from '../../../src/cli/verbs/demo.ts'
import { openWorkspace, type Workspace } from '../../../src/main/workspace/workspace.ts'
import { DEMO_PATIENTS } from '../../../src/phantom/demo.ts'
import type { ModelQuestion } from '../../../src/shared/contracts/compute.ts'
import type { Feature } from '../../../src/shared/domain/feature.ts'
import { demoFilms, fakeCompute, fakeDicom, fakeModels } from '../main/fakeServices.ts'
import { temporaryDir } from '../main/temporaryDir.ts'

const effect = (success: number) => ({ strength: 4, cases: 100, success, wellFormed: 1 })
const features: Feature[] = [
  ['Pneumothorax', 0.9, 'pneumothorax'], ['Pleural effusion', 0.8, 'pleural-effusion'],
  ['Pleural effusion, right', 0.1, 'pleural-effusion'],
].map(([interpretation, success, target], index) => ({
  index, interpretation, detectionScore: 0.9, density: 0.1, maxActivation: 5, targets: [target], comparison: false,
  effect: effect(Number(success)), exemplars: [],
}) as Feature)

/** A session on a model that writes what `write` says; no process is started. */
function session(write: (question: ModelQuestion) => string, known: readonly Feature[] = features): Session {
  const resourcesDir = temporaryDir()
  mkdirSync(join(resourcesDir, 'dictionary'))
  writeFileSync(join(resourcesDir, 'dictionary', 'features.json'), JSON.stringify(known))
  const dicom = fakeDicom([], (patient) => demoFilms(DEMO_PATIENTS[patient]!)).service
  const compute = fakeCompute(write).service
  const models = fakeModels()
  const dir = temporaryDir()
  let open: Workspace | null = null
  return {
    version: '0.1.0', dir, resourcesDir, progress: new Progress(), signal: new AbortController().signal,
    dicom: dicom as Session['dicom'], compute: compute as Session['compute'],
    models: models as Session['models'],
    pacs: { call: () => Promise.reject(new Error('no PACS is asked here')) } as unknown as Session['pacs'],
    workspace: ({ demo: drawn = 'leave', model = 'later' } = {}) =>
      (open ??= openWorkspace({ dir, resourcesDir, dicom, compute, models, version: '0.1.0', demo: drawn, model })),
    close: async () => open?.close(),
  }
}

const NORMAL = 'The heart size is normal. No pleural effusion or pneumothorax.'
const steered = (feature: number, text: string) => ({ intervention }: ModelQuestion) =>
  intervention.terms[0]?.feature === feature ? text : NORMAL

describe('the demo verb', () => {
  it('steers with the best feature that works, records a verdict, exports and verifies', async () => {
    const running = session(steered(1, 'The heart size is normal. There is a small left pleural effusion. No pneumothorax.'))
    const { json, text, failed } = await demo.run({ values: {}, words: [] }, running)
    expect(failed).toBeUndefined()
    // Four tries with feature 0, one with feature 1.
    expect(json).toMatchObject({ cases: 12, feature: 1, verified: { comparisons: 5 } })
    const edits = json.edits as { id: string; rules: { verdict: { value: string } } }[]
    expect(edits.some((edit) => edit.rules.verdict.value === 'on-target')).toBe(true)
    expect(json.verdict).toMatch(/is on-target: recorded/)
    expect(text).toContain('-> There is a small left pleural effusion.  [on-target by rule;')
    expect(text).toContain('2 of 3 measured features')
    expect(text).toMatch(/ 10 % .*Pleural effusion, right/)
    await running.close()
  })

  it('says so when no feature does anything', async () => {
    const running = session(() => NORMAL)
    await expect(demo.run({ values: {}, words: [] }, running)).rejects.toThrow('None of the best features')
    await running.close()
  })

  it('says so when nothing was measured', async () => {
    const running = session(() => NORMAL, features.map((feature) => ({ ...feature, effect: null })))
    await expect(demo.run({ values: {}, words: [] }, running)).rejects.toThrow('No feature of this dictionary was measured')
    await running.close()
  })
})
