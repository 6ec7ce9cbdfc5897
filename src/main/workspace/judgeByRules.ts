import { withoutExcept } from '../../compute/evaluate/conceptText.ts'
import { editsBetween } from '../../compute/report/edits.ts'
import { ruleVerdict } from '../../compute/report/ruleVerdict.ts'
import { targetOfInterpretation, type Target } from '../../compute/report/target.ts'
import type { Feature } from '../../shared/domain/feature.ts'
import type { Intervention } from '../../shared/domain/intervention.ts'
import type { JudgedEdit } from '../database/comparisons.ts'

const ORDER = ['on-target', 'neutral', 'off-target'] as const

/**
 * The edits between two texts with the rules' verdict on each. With several features an edit is judged against each
 * of them and the kindest verdict stands: it is enough that one of them asked for it.
 */
export function judgeByRules(
  baseline: string, steered: string, intervention: Intervention, features: readonly Feature[],
): readonly JudgedEdit[] {
  const pushes = intervention.terms.map((term, index) => ({
    target: targetOf(features[index]!),
    direction: intervention.method === 'ablate' || term.strength < 0 ? ('lower' as const) : ('raise' as const),
  }))
  return editsBetween(baseline, steered).map((edit) => {
    const judged = pushes.map(({ target, direction }) => ruleVerdict(edit, target, direction))
    const best = judged.toSorted((a, b) => ORDER.indexOf(a.value) - ORDER.indexOf(b.value))[0]!
    const { value, category, significance, reason } = best
    return { edit, verdict: { value, category, significance, note: '' }, reason }
  })
}

/** What a feature stands for: what its interpretation names, and what was measured and written beside it. */
function targetOf(feature: Feature): Target {
  // What an interpretation excepts ("…; but not: …") is not asked for, and does not turn the rest around.
  const named = targetOfInterpretation(withoutExcept(feature.interpretation))
  const observations = [...new Set([...named.observations, ...feature.targets])]
  return { ...named, observations, comparison: named.comparison || feature.comparison }
}
