import type { FeatureItem } from '../../shared/domain/featureItem.ts'
import type { ReviewPlan } from '../../shared/domain/reviewSet.ts'
import { throwIfCancelled, toErrorData } from '../../shared/errors.ts'
import { canonicalJson } from '../database/canonicalJson.ts'
import { comparisonId } from '../database/comparisons.ts'
import type { Connection } from '../database/connection.ts'
import { startJob, updateJob } from '../database/jobs.ts'
import { itemsOfSet, itemsWithOutcome, keepOutcome, loadSet, type KeptItem, type Outcome } from '../database/reviewSets.ts'
import { now } from '../workspace/now.ts'
import type { Reporting } from '../workspace/reporting.ts'
import { freezeSet } from './freezeSet.ts'

/** How far generation is, and what is being worked on. */
export interface GenerationProgress {
  readonly done: number
  readonly total: number
  readonly caseId: string | null
}

export interface GenerateOptions {
  readonly connection: Connection
  readonly reporting: Pick<Reporting, 'baseline' | 'sweep'>
  /** What an item about a feature alone shows; `seed` is another for every item. */
  readonly featureItem: (task: FeatureItem['task'], feature: number, seed: number) => Promise<FeatureItem>
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: GenerationProgress) => void) | undefined
}

/**
 * Has the reports of a set written, case by case, and freezes it. The items of a case are one sweep: its prompt is
 * computed once and every strength shares it. Each item is kept as soon as its report is there, so a run that is
 * stopped (paused) or killed goes on where it ended: only reports in the making are lost. Returns the hash of the set.
 */
export async function generateItems(setId: string, options: GenerateOptions): Promise<string> {
  const { connection, signal, onProgress } = options
  const { plan } = loadSet(connection, setId)
  const items = itemsOfSet(connection, setId)
  const there = itemsWithOutcome(connection, setId)
  const job = startJob(connection, 'review', items.length, now(), setId)
  let done = there.size
  try {
    const keep = (itemId: string, caseId: string | null, outcome: Partial<Outcome>): void => {
      done += 1
      connection.transaction(() => {
        keepOutcome(connection, itemId, { baseline_id: null, comparison_id: null, body: null, ...outcome }, now())
        updateJob(connection, job, { done }, now())
      })
      onProgress?.({ done, total: items.length, caseId })
    }
    onProgress?.({ done, total: items.length, caseId: null })
    for (const [caseId, own] of Map.groupBy(items.filter(({ id }) => !there.has(id)), ({ item }) => item.caseId)) {
      throwIfCancelled(signal)
      const keepOwn = (itemId: string, outcome: Partial<Outcome>): void => keep(itemId, caseId, outcome)
      if (caseId === null) await generateFeatures(plan, own, options, keepOwn)
      else await generateCase(setId, caseId, own, options, keepOwn)
    }
    const hash = freezeSet(connection, setId, now())
    updateJob(connection, job, { state: 'done' }, now())
    return hash
  } catch (error) {
    const { kind, message } = toErrorData(error)
    const paused = kind === 'cancelled' && signal?.aborted === true
    updateJob(connection, job, paused ? { state: 'paused' } : { state: 'failed', note: message }, now())
    throw error
  }
}

/** The items of one case: the controls that show the baseline twice, then a sweep over all others. */
async function generateCase(
  setId: string, caseId: string, items: readonly KeptItem[], { reporting, signal }: GenerateOptions,
  keep: (itemId: string, outcome: Partial<Outcome>) => void,
): Promise<void> {
  const run = { runId: `review ${setId} ${caseId}`, signal }
  const baseline = await reporting.baseline(caseId, 'findings', null, run)
  const steered = items.filter(({ item }) => item.intervention !== null)
  for (const { id } of items.filter(({ item }) => item.intervention === null)) keep(id, { baseline_id: baseline.id })
  if (steered.length === 0) return
  const interventions = steered.map(({ item }) => item.intervention!)
  await reporting.sweep(caseId, interventions, run, (number, comparison) =>
    keep(steered[number]!.id, { comparison_id: comparisonId(comparison.baseline.id, comparison.steered.id) }))
}

/** Items about features alone: what is shown of each. */
async function generateFeatures(
  { task, seed }: ReviewPlan, items: readonly KeptItem[], { featureItem, signal }: GenerateOptions,
  keep: (itemId: string, outcome: Partial<Outcome>) => void,
): Promise<void> {
  if (task !== 'interpretation' && task !== 'detection') return
  for (const { id, item } of items) {
    throwIfCancelled(signal)
    keep(id, { body: canonicalJson(await featureItem(task, item.feature, seed + item.number)) })
  }
}
