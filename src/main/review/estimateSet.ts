import { setImmediate } from 'node:timers/promises'
import type { ModelFacts } from '../../shared/contracts/compute.ts'
import { BASELINE } from '../../shared/domain/intervention.ts'
import type { ReviewEstimate, ReviewItem, ReviewPlan } from '../../shared/domain/reviewSet.ts'
import { loadCase } from '../database/cases.ts'
import { sql, type Connection } from '../database/connection.ts'
import { hasGeneration } from '../database/generations.ts'
import { generationKey } from '../workspace/generationKey.ts'
import { MAX_NEW_TOKENS } from '../workspace/reporting.ts'
import { assignItems } from './assignItems.ts'

/**
 * What a plan costs on this machine: reports that the workspace lacks, at the mean time and size of those that this
 * model has written here. Throws `not-found` for a case that is not there.
 */
export async function estimateSet(
  connection: Connection, plan: ReviewPlan, items: readonly ReviewItem[], model: ModelFacts, version: string,
): Promise<ReviewEstimate> {
  const missing = { baseline: 0, steered: 0 }
  for (const [caseId, own] of Map.groupBy(items.filter((item) => item.caseId !== null), (item) => item.caseId!)) {
    const subject = loadCase(connection, caseId)
    const interventions = [BASELINE, ...own.flatMap((item) => item.intervention ?? [])]
    const keys = new Set(interventions.map((intervention) => {
      const request = { mode: 'findings', phrase: null, intervention, maxNewTokens: MAX_NEW_TOKENS.findings } as const
      return generationKey(subject, request, model, version)
    }))
    for (const [at, key] of [...keys].entries()) {
      if (!hasGeneration(connection, key)) missing[at === 0 ? 'baseline' : 'steered'] += 1
    }
    await setImmediate()
  }
  const generations = missing.baseline + missing.steered
  const controls = items.filter((item) => item.control !== null).length
  const counts = { items: items.length, controls, generations, readings: assignItems(plan, items).length }
  if (generations === 0) return { ...counts, seconds: 0, bytes: 0, basis: 'The workspace has every report already.' }
  const measured = measure(connection, model)
  if (measured === null) {
    const basis = 'This model has written no report here yet, so nothing was measured.'
    return { ...counts, seconds: null, bytes: null, basis }
  }
  const { baselineMs, steeredMs, bytes, reports } = measured
  const seconds = (missing.baseline * baselineMs + missing.steered * steeredMs) / 1000
  return {
    ...counts, seconds, bytes: Math.round(generations * bytes),
    basis: `Mean of ${reports} reports that this model wrote in this workspace.`,
  }
}

/** Mean milliseconds of a baseline and a steered report of this model, and bytes of a kept one; null without any. */
function measure(connection: Connection, model: ModelFacts) {
  const rows = connection.all(
    sql.selectFrom('generation')
      .select((select) => [
        'baseline',
        select.fn.avg<number>(select.fn('json_extract', ['body', select.val('$.timings.totalMs')])).as('ms'),
        select.fn.avg<number>(select.fn('length', ['body'])).as('bytes'),
        select.fn.countAll<number>().as('n'),
      ])
      .where('model_hash', '=', model.modelHash).where('dictionary_hash', '=', model.dictionaryHash)
      .where('mode', '=', 'findings').groupBy('baseline'),
  )
  const [first] = rows
  if (first === undefined) return null
  const of = (baseline: number) => rows.find((row) => row.baseline === baseline) ?? first
  const reports = rows.reduce((sum, row) => sum + row.n, 0)
  const bytes = rows.reduce((sum, row) => sum + row.n * row.bytes, 0) / reports
  return { baselineMs: of(1).ms, steeredMs: of(0).ms, bytes, reports }
}
