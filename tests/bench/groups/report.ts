import { randomUUID } from 'node:crypto'
import { listCases, loadCase } from '../../../src/main/database/cases.ts'
import { buildQuestion } from '../../../src/main/workspace/question.ts'
import { MAX_NEW_TOKENS } from '../../../src/main/workspace/reporting.ts'
import { BASELINE, type Intervention } from '../../../src/shared/domain/intervention.ts'
import type { Timings } from '../../../src/shared/domain/generation.ts'
import type { Bench, Group } from '../bench.ts'
import { median, row, type Row } from '../row.ts'

const CASES = 6

/** The unsteered text of demo cases: cold (nothing cached), and again with the case in the caches. */
export const report: Group = {
  name: 'report',
  async run(bench) {
    const cold = await generate(bench, BASELINE, { clear: true })
    const warm = await generate(bench, BASELINE, { clear: false })
    return [...stages('report', 'cold', cold), ...stages('report', 'cached', warm)]
  },
}

/** The same cases steered, each right after its baseline, as a reader does it. */
export const steer: Group = {
  name: 'steer',
  async run(bench) {
    const { index, effect } = (await (await bench.demo()).features()).all()[0]!
    const terms = [{ feature: index, strength: effect?.strength ?? 3 }]
    const rows: Row[] = []
    for (const positions of ['generated', 'all'] as const) {
      const timings = await generate(bench, { terms, method: 'add', positions }, { clear: true, baselineFirst: true })
      const reused = median(timings.map((one) => (100 * one.reused.promptTokens) / Math.max(1, one.promptTokens)))
      rows.push(...stages('steer', positions, timings), row('steer', `${positions}: prompt tokens reused`, reused, '%'))
    }
    return rows
  },
}

interface Caches {
  readonly clear: boolean
  readonly baselineFirst?: boolean
}

async function generate(
  bench: Bench, intervention: Intervention, { clear, baselineFirst = false }: Caches,
): Promise<readonly Timings[]> {
  const workspace = await bench.demo()
  await workspace.model()
  const { dicom, compute, signal } = bench.session
  const out: Timings[] = []
  for (const { id } of listCases(workspace.connection, 'phantom').slice(0, CASES)) {
    bench.say(`Case ${id}`)
    const request = { mode: 'findings', phrase: null, maxNewTokens: MAX_NEW_TOKENS.findings } as const
    const subject = loadCase(workspace.connection, id)
    const ask = async (how: Intervention): Promise<Timings> => {
      const question = await buildQuestion(subject, { ...request, intervention: how }, dicom, signal)
      return (await compute.call('report.generate', { runId: randomUUID(), question }, { signal })).timings
    }
    if (clear) await compute.call('cache.clear', {})
    if (baselineFirst) await ask(BASELINE)
    out.push(await ask(intervention))
  }
  return out
}

function stages(group: string, when: string, timings: readonly Timings[]): readonly Row[] {
  const middle = (pick: (one: Timings) => number): number => median(timings.map(pick))
  return [
    row(group, `${when}: vision`, middle((t) => t.visionMs), 'ms'),
    row(group, `${when}: prefill`, middle((t) => t.frontMs + t.backMs), 'ms'),
    row(group, `${when}: decode`, middle((t) => t.decodeMs), 'ms'),
    row(group, `${when}: total`, middle((t) => t.totalMs), 'ms'),
    row(group, `${when}: speed`, middle((t) => t.tokensPerSecond), 'tokens/s'),
  ]
}
