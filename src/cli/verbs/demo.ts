import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { listCases, loadCase } from '../../main/database/cases.ts'
import { verifyExport } from '../../main/exchange/verifyExport.ts'
import { writeExport } from '../../main/exchange/writeExport.ts'
import { judge } from '../../main/workspace/handlers.ts'
import { now } from '../../main/workspace/now.ts'
import type { Workspace } from '../../main/workspace/workspace.ts'
import type { Comparison } from '../../shared/contracts/main.ts'
import type { Feature } from '../../shared/domain/feature.ts'
import type { CaseSummary } from '../../shared/domain/study.ts'
import { HilumError, throwIfCancelled } from '../../shared/errors.ts'
import { editLine } from '../editLine.ts'
import { generationView, noticesOf, timingsLine } from '../generationView.ts'
import type { Session } from '../session.ts'
import { measuredFeatures, steeringTable } from '../steeringTable.ts'
import { percent, wrap } from '../table.ts'
import type { Verb } from '../verb.ts'

/** Steering does not succeed everywhere: so many features and cases are tried before the demo says that it failed. */
const TRIED_FEATURES = 4
const TRIED_CASES = 4

export const demo: Verb = {
  name: 'demo',
  synopsis: '',
  about: 'do the main job once: draw the demo studies, report, steer, judge, export, verify',
  options: {},
  words: [0, 0],
  async run(_args, session) {
    const began = performance.now()
    const workspace = session.workspace({ make: true, demo: 'draw', model: 'open' })
    await workspace.demo
    await workspace.prepared
    const drawnIn = performance.now() - began
    const model = await workspace.model()
    const index = await workspace.features()
    const { feature, comparison, summary } = await steerSomething(workspace, measuredFeatures(index.all()), session)
    const { baseline, steered, edits } = comparison
    const notices = noticesOf(loadCase(workspace.connection, summary.id), model)
    const judged = recordVerdict(workspace, comparison)
    const out = join(workspace.paths.dir, 'exports', 'hilum demo.zip')
    mkdirSync(join(workspace.paths.dir, 'exports'), { recursive: true })
    const exported = await writeExport(workspace.connection, { path: out, hilumVersion: session.version, at: now() })
    const verified = verifyExport(out)

    const cases = listCases(workspace.connection, '')
    const step = (name: string, ...lines: readonly string[]): string =>
      lines.map((line, at) => `${(at === 0 ? name : '').padEnd(11)}${line.replaceAll('\n', `\n${' '.repeat(11)}`)}`).join('\n')
    const effect = feature.effect
    const text = [
      step('Workspace', `${workspace.paths.dir}: ${cases.length} cases, ready in ${(drawnIn / 1000).toFixed(1)} s.`),
      step('Model', `${model.name}. ${notices.join(' ')}`),
      step('Case', `${summary.id}: ${summary.patientName}, film of ${summary.studyDate ?? '?'}, prior of ${summary.priorDate ?? '?'}.`),
      step('Unsteered', wrap(baseline.generation.text), timingsLine(baseline.generation.timings, baseline.fromStore)),
      step('Feature', `${feature.index} "${feature.interpretation}" pushed by ${effect?.strength ?? 0} x its maximum activation`,
        `(measured: it brings its finding into ${percent(effect?.success ?? null)} of cases that lack it).`),
      step('Steered', wrap(steered.generation.text), timingsLine(steered.generation.timings, steered.fromStore)),
      step('Edits', ...edits.map((edit) => editLine({ baseline, steered, edits }, edit))),
      step('Verdict', judged),
      step('Export', `${exported.path}: ${exported.verdicts} verdicts, ${exported.bytes} bytes.`),
      step('Verified', `intact: ${verified.comparisons} comparisons, ${verified.edits} edits, ${verified.verdicts} verdicts.`),
      '',
      'What steering does, measured on held-out cases',
      steeringTable(index.all()),
    ].join('\n')
    const steering = measuredFeatures(index.all()).map((one) => {
      const { interpretation, detectionScore, targets } = one
      return { feature: one.index, interpretation, detectionScore, targets, ...one.effect }
    })
    const json = {
      workspace: workspace.paths.dir, cases: cases.length, model, notices, case: summary, feature: feature.index,
      baseline: generationView(baseline), steered: generationView(steered), edits, verdict: judged,
      export: exported, verified, steering,
    }
    return { json, text }
  },
}

/** Steers with the best features, case by case, until an edit is what the feature stands for. */
async function steerSomething(
  workspace: Workspace, features: readonly Feature[], { signal, progress }: Session,
): Promise<{ feature: Feature; comparison: Comparison; summary: CaseSummary }> {
  if (features.length === 0) {
    throw new HilumError('unavailable', 'No feature of this dictionary was measured, so there is nothing to steer with.')
  }
  const cases = listCases(workspace.connection, 'phantom')
  for (const feature of bestByTarget(features).slice(0, TRIED_FEATURES)) {
    let tried = 0
    for (const summary of cases) {
      if (tried === TRIED_CASES) break
      throwIfCancelled(signal)
      progress.say(`Steering ${summary.id} with feature ${feature.index}`, true)
      const baseline = await workspace.reporting.baseline(summary.id, 'findings', null, { runId: randomUUID(), signal })
      const shown = new Set(baseline.findings.filter((one) => one.polarity === 'positive').map((one) => one.observation))
      if (feature.targets.some((target) => shown.has(target))) continue
      tried += 1
      const terms = [{ feature: feature.index, strength: feature.effect?.strength ?? 1 }]
      const intervention = { terms, method: 'add', positions: 'generated' } as const
      const comparison = await workspace.reporting.steer(summary.id, 'findings', intervention, { runId: randomUUID(), signal })
      if (comparison.edits.some((edit) => edit.rules.verdict.value === 'on-target')) return { feature, comparison, summary }
    }
  }
  throw new HilumError('internal', 'None of the best features changed its finding in the demo cases.', {
    mend: 'The dictionary does not fit the model: install Hilum anew.',
  })
}

/** The best measured feature of every set of targets, so that not four of one kind are tried. */
function bestByTarget(features: readonly Feature[]): readonly Feature[] {
  const seen = new Set<string>()
  return features.filter((feature) => {
    const kind = feature.targets.join(' ')
    if (feature.targets.length === 0 || seen.has(kind)) return false
    seen.add(kind)
    return true
  })
}

/** A reader's verdict on the first edit that has none yet; it agrees with the rules, and says so. */
function recordVerdict(workspace: Workspace, { edits }: Comparison): string {
  const edit = edits.find((one) => one.rules.verdict.value === 'on-target') ?? edits[0]!
  if (edit.reader === null) {
    judge(workspace, edit.id, { ...edit.rules.verdict, note: 'Recorded by the demo, in agreement with the rules.' }, 'demo')
  }
  return `${edit.id} is ${edit.rules.verdict.value}: recorded for the reader "demo" and durable.`
}
