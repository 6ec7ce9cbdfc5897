import { correlationOf, type Corpus, type Push } from '../../compute/evaluate/correlation.ts'
import { editsBetween } from '../../compute/report/edits.ts'
import { ruleVerdict } from '../../compute/report/ruleVerdict.ts'
import type { Correlation } from '../../shared/domain/corpus.ts'
import type { Edit } from '../../shared/domain/edit.ts'
import type { Intervention } from '../../shared/domain/intervention.ts'
import type { Target } from '../../shared/domain/target.ts'
import type { JudgedEdit } from '../database/comparisons.ts'

const ORDER = ['on-target', 'neutral', 'off-target'] as const

/** The edits between two texts with the rules' verdict on each; `targets` in the order of the intervention's terms. */
export function judgeByRules(
  baseline: string, steered: string, intervention: Intervention, targets: readonly Target[], corpus: Corpus | null,
): readonly JudgedEdit[] {
  const pushes = pushesOf(intervention, targets)
  return editsBetween(baseline, steered).map((edit) => judgeEdit(edit, pushes, corpus))
}

/** What an intervention asks of each of its features. */
export function pushesOf(intervention: Intervention, targets: readonly Target[]): readonly Push[] {
  return intervention.terms.map((term, index) => ({
    target: targets[index]!,
    direction: intervention.method === 'ablate' || term.strength < 0 ? 'lower' : 'raise',
  }))
}

/**
 * The rules' verdict on an edit. With several features it is judged against each of them and the kindest verdict
 * stands: it is enough that one of them asked for it, or that the corpus ties the edit to one of them.
 */
export function judgeEdit(edit: Edit, pushes: readonly Push[], corpus: Corpus | null): JudgedEdit {
  const judged = pushes.map((push) => ({ push, ...ruleVerdict(edit, push.target, push.direction) }))
  const best = judged.toSorted((a, b) => ORDER.indexOf(a.value) - ORDER.indexOf(b.value))[0]!
  const { value, category, significance, reason } = best
  const ties = corpus === null ? [] : judged.map((one) => correlationOf(edit, one, one.push, corpus))
  return {
    edit, verdict: { value, category, significance, note: '' }, reason,
    correlation: value === 'off-target' ? kindest(ties) : null,
  }
}

function kindest(ties: readonly (Correlation | null)[]): Correlation | null {
  const some = ties.filter((tie) => tie !== null)
  return some.find((tie) => tie.mark === 'correlated') ?? some[0] ?? null
}
