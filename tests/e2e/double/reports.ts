import { correlationOf } from '../../../src/compute/evaluate/correlation.ts'
import { editsBetween } from '../../../src/compute/report/edits.ts'
import { ruleVerdict } from '../../../src/compute/report/ruleVerdict.ts'
import { targetOfInterpretation } from '../../../src/compute/report/target.ts'
import type { Comparison, KeptEdit, KeptGeneration } from '../../../src/shared/contracts/main.ts'
import { BASELINE, type Intervention } from '../../../src/shared/domain/intervention.ts'
import { caseOf, textOf } from './cases.ts'
import { corpus } from './corpus.ts'
import { interpretationOf, sentenceOf } from './features.ts'
import { generation } from './generation.ts'
import { keptOf } from './history.ts'
import { play } from './runs.ts'

/** The baseline of a case, written once. */
export async function baseline(caseId: string, runId: string, signal: AbortSignal): Promise<KeptGeneration> {
  const kept = keptOf(caseId)
  if (kept.baseline !== null) return kept.baseline
  const text = textOf(caseOf(caseId))
  await play(runId, text, signal)
  return (kept.baseline = generation(caseId, text, BASELINE))
}

/** A steered report: the baseline's sentences without the last, and those of the pushed features. */
export async function steer(
  caseId: string,
  intervention: Intervention,
  runId: string,
  signal: AbortSignal,
): Promise<Comparison> {
  const before = await baseline(caseId, runId, signal)
  const sentences = caseOf(caseId).phantom.report.map((sentence) => sentence.text)
  const added = intervention.terms.filter((term) => term.strength > 0).map((term) => sentenceOf(term.feature))
  const text = [
    ...sentences.slice(0, -1).map((s, at) => (at === 1 ? s.replace(/^The /, 'Overall the ') : s)),
    ...added,
  ].join(' ')
  await play(runId, text, signal)
  const steered = generation(caseId, text, intervention)
  const target = targetOfInterpretation(interpretationOf(intervention.terms[0]?.feature ?? 0))
  const edits: KeptEdit[] = editsBetween(before.generation.text, text).map((edit, index) => {
    const { reason, ...verdict } = ruleVerdict(edit, target, 'raise')
    return {
      id: `${steered.id}-e${index}`,
      index,
      edit,
      rules: {
        judge: { kind: 'rules', name: 'rules 1' },
        verdict: { ...verdict, note: '' },
        reason,
        createdAt: new Date().toISOString(),
        correlation: correlationOf(edit, { reason, ...verdict }, { target, direction: 'raise' }, corpus),
      },
      reader: null,
      model: null,
    }
  })
  const made: Comparison = { baseline: before, steered, edits }
  keptOf(caseId).comparisons.unshift(made)
  return made
}
