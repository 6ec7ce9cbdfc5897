import { throwIfCancelled, toErrorData } from '../../shared/errors.ts'
import { comparisonId } from '../database/comparisons.ts'
import type { Connection } from '../database/connection.ts'
import { startJob, updateJob } from '../database/jobs.ts'
import { itemsOfSet, itemsWithOutcome, keepOutcome, type KeptItem, type Outcome } from '../database/reviewSets.ts'
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
  readonly reporting: Pick<Reporting, 'baseline' | 'steer'>
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: GenerationProgress) => void) | undefined
}

/**
 * Has the reports of a set written, item by item, and freezes it. Each item is kept as soon as it is there, so a run
 * that is stopped (paused) or killed goes on where it ended: at most the report in the making is lost. Items stand case
 * by case, so the model computes a case's prompt once and every strength shares it. Returns the hash of the set.
 */
export async function generateItems(setId: string, options: GenerateOptions): Promise<string> {
  const { connection, signal, onProgress } = options
  const items = itemsOfSet(connection, setId)
  const there = itemsWithOutcome(connection, setId)
  const job = startJob(connection, 'review', items.length, now(), setId)
  let done = there.size
  try {
    for (const kept of items) {
      if (there.has(kept.id)) continue
      throwIfCancelled(signal)
      onProgress?.({ done, total: items.length, caseId: kept.item.caseId })
      const outcome = await outcomeOf(kept, options)
      done += 1
      connection.transaction(() => {
        keepOutcome(connection, kept.id, outcome, now())
        updateJob(connection, job, { done }, now())
      })
    }
    onProgress?.({ done, total: items.length, caseId: null })
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

async function outcomeOf({ id, item }: KeptItem, { reporting, signal }: GenerateOptions): Promise<Outcome> {
  const none: Outcome = { baseline_id: null, comparison_id: null, body: null }
  if (item.caseId === null) return none
  const run = { runId: `review ${id}`, signal }
  if (item.intervention === null) {
    return { ...none, baseline_id: (await reporting.baseline(item.caseId, 'findings', null, run)).id }
  }
  const { baseline, steered } = await reporting.steer(item.caseId, 'findings', item.intervention, run)
  return { ...none, comparison_id: comparisonId(baseline.id, steered.id) }
}
