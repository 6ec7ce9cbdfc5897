import type { CorpusTerm, Correlation } from '../../shared/domain/corpus.ts'
import type { Edit } from '../../shared/domain/edit.ts'
import type { Target } from '../../shared/domain/target.ts'
import { comparisonTrend, findingTrend, pushOf, type Direction, type RuleVerdict } from '../report/ruleVerdict.ts'
import { coOccurrence, type TermCount } from './coOccurrence.ts'

/** A corpus to explain edits with. */
export interface Corpus {
  readonly name: string
  readonly counts: readonly TermCount[]
}

/** What the feature was asked to move, and which way. */
export interface Push {
  readonly target: Target
  readonly direction: Direction
}

/**
 * Whether an off-target edit follows the corpus. It does when what it touches goes with the target there and moved the
 * way the target was pushed, or avoids the target there and moved the other way; the whole 95 % interval of the lift
 * must lie on that side of 1. An edit that moves neither way counts by whether the two go together. Null when there is
 * nothing to compare: the verdict is not off-target, no finding is touched, or the feature has no target.
 */
export function correlationOf(edit: Edit, verdict: RuleVerdict, push: Push, corpus: Corpus): Correlation | null {
  const term = touchedTerm(edit, verdict)
  const target = termsOfTarget(push.target)
  if (term === null || target.length === 0) return null
  const base = { term, target, corpus: corpus.name }
  // What the feature names and moved against the push, or elsewhere, is not explained by what goes with it.
  if (target.includes(term)) return { ...base, mark: 'unexplained', counts: null }
  const counts = coOccurrence(corpus.counts, target, term)
  const trend = term === 'comparison' ? comparisonTrend(edit) : findingTrend(edit)
  const together = trend * pushOf(push.target, push.direction) >= 0
  const { low, high } = counts
  const explained = low !== null && high !== null && (together ? low > 1 : high < 1)
  return { ...base, mark: explained ? 'correlated' : 'unexplained', counts }
}

function touchedTerm(edit: Edit, { value, category }: RuleVerdict): CorpusTerm | null {
  if (value !== 'off-target') return null
  if (category === 'invented-comparison' || category === 'omitted-comparison') return 'comparison'
  return (edit.steered ?? edit.baseline)?.observation ?? null
}

const termsOfTarget = (target: Target): readonly CorpusTerm[] =>
  target.comparison ? [...target.observations, 'comparison'] : target.observations
