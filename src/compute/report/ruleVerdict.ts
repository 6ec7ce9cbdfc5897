import type { Edit } from '../../shared/domain/edit.ts'
import { SEVERITIES, type Finding } from '../../shared/domain/finding.ts'
import type { Target } from '../../shared/domain/target.ts'
import type { RexvalCategory, Significance, VerdictValue } from '../../shared/domain/verdict.ts'
import { isDevice } from './attributes.ts'

/** Which way the feature was pushed: a negative strength and ablation lower it. */
export type Direction = 'raise' | 'lower'

/** The first judgement of an edit, by rules: a reader keeps or overrides it. */
export interface RuleVerdict {
  readonly value: VerdictValue
  readonly category: RexvalCategory | null
  /** Null where it takes a reader to say. */
  readonly significance: Significance | null
  /** One sentence that says why. */
  readonly reason: string
}

/** +1 when an edit says more of something, -1 when it says less, 0 when it says neither. */
export type Trend = -1 | 0 | 1

const neutral = (reason: string): RuleVerdict => ({ value: 'neutral', category: null, significance: null, reason })
const onTarget = (reason: string): RuleVerdict => ({ value: 'on-target', category: null, significance: null, reason })
const offTarget = (
  category: RexvalCategory | null,
  significance: Significance | null,
  reason: string,
): RuleVerdict => ({ value: 'off-target', category, significance, reason })

/**
 * Judges an edit against what the feature stands for. On-target: the edit moves a finding of the
 * target, or for a comparison feature the comparison, the way the feature was pushed. Neutral: the
 * meaning did not change, or only a statement of absence came or went. Otherwise off-target, with
 * the ReXVal error category (Yu et al., Patterns 2023) that fits the change.
 */
export function ruleVerdict(edit: Edit, target: Target, direction: Direction): RuleVerdict {
  const pushed = pushOf(target, direction)
  if (edit.kind === 'reworded') return neutral('Says the same in other words.')

  const finding = edit.steered ?? edit.baseline
  const compared = target.comparison ? comparisonVerdict(edit, pushed) : null
  if (compared !== null) return compared
  if (finding !== null && touches(target, finding)) {
    const trend = findingTrend(edit)
    if (trend === pushed) return onTarget(`Says ${trend > 0 ? 'more' : 'less'} of ${plain(finding)}, which the feature names.`)
    if (trend === 0 && edit.aspects.some((aspect) => NEITHER_MORE_NOR_LESS.has(aspect))) {
      return neutral(`Describes ${plain(finding)}, which the feature names, without making it more or less.`)
    }
  }
  return errorOf(edit)
}

const NEITHER_MORE_NOR_LESS: ReadonlySet<Edit['aspects'][number]> = new Set(['severity', 'certainty', 'device'])

/** Whether the push asks for more (+1) or less (-1) of what the target names. */
export const pushOf = (target: Target, direction: Direction): 1 | -1 =>
  (direction === 'raise') !== (target.absence === true) ? 1 : -1

/** For a feature about comparison; null when the edit adds or drops a finding, or leaves the comparison alone. */
function comparisonVerdict(edit: Edit, pushed: Trend): RuleVerdict | null {
  const positive = (finding: Finding | null): boolean => finding?.polarity === 'positive'
  if (positive(edit.baseline) !== positive(edit.steered)) return null
  const trend = comparisonTrend(edit)
  if (trend === pushed) return onTarget(`${trend > 0 ? 'Adds' : 'Drops'} a comparison, which the feature is about.`)
  if (trend === 0 && edit.aspects.includes('comparison')) return neutral('Compares in another way than before.')
  return null
}

/** "lines and tubes" in an interpretation stand for any device. */
function touches(target: Target, finding: Finding): boolean {
  if (target.observations.includes(finding.observation)) return true
  return isDevice(finding.observation) && target.observations.includes('other-device')
}

const rank = (severity: Finding['severity']): number | null => (severity === null ? null : SEVERITIES.indexOf(severity))
const sign = (value: number): Trend => (value > 0 ? 1 : value < 0 ? -1 : 0)
/** "Minimal", "small" and "mild" are one step of a scale that observations name differently. */
const STEP: readonly number[] = [0, 1, 1, 2, 3, 3]
const WORSE: Readonly<Record<NonNullable<Finding['change']>, number>> = {
  resolved: -2, decreased: -1, unchanged: 0, increased: 1, new: 1,
}

/** Whether the edit states more (+1) or less (-1) of its finding. */
export function findingTrend(edit: Edit): Trend {
  const { baseline, steered } = edit
  const weight = (finding: Finding | null): number => (finding === null ? 0 : finding.polarity === 'positive' ? 1 : -1)
  const polarity = sign(weight(steered) - weight(baseline))
  if (polarity !== 0 || baseline === null || steered === null) return polarity
  if (steered.polarity === 'negative') return 0
  const before = rank(baseline.severity)
  const after = rank(steered.severity)
  if (before !== null && after !== null) {
    const step = sign((STEP[after] ?? 0) - (STEP[before] ?? 0)) || sign(after - before)
    if (step !== 0) return step
  }
  if (!isDevice(steered.observation) && baseline.millimetres !== null && steered.millimetres !== null) {
    const growth = sign(steered.millimetres - baseline.millimetres)
    if (growth !== 0) return growth
  }
  if (baseline.certainty !== steered.certainty) return steered.certainty === 'certain' ? 1 : -1
  if (baseline.laterality !== steered.laterality) {
    if (steered.laterality === 'bilateral' && baseline.laterality !== null) return 1
    if (baseline.laterality === 'bilateral' && steered.laterality !== null) return -1
  }
  if (baseline.change !== null && steered.change !== null) return sign(WORSE[steered.change] - WORSE[baseline.change])
  return 0
}

/** Whether the edit adds (+1) or drops (-1) a comparison with an earlier study; 0 when both sides have one or none. */
export function comparisonTrend(edit: Edit): Trend {
  const compares = (finding: Finding | null): number => (finding?.change == null ? 0 : 1)
  const trend = sign(compares(edit.steered) - compares(edit.baseline))
  if (trend !== 0 || !edit.aspects.includes('comparison')) return trend
  // The change is the same on both sides (or both have one): the words alone tell which side compares more.
  const length = (spans: Edit['baselineSpans']): number => spans.reduce((sum, span) => sum + span.end - span.start, 0)
  if (edit.baseline?.change != null) return 0
  return sign(length(edit.steeredSpans) - length(edit.baselineSpans))
}

function errorOf(edit: Edit): RuleVerdict {
  const { baseline, steered } = edit
  const finding = steered ?? baseline
  const was = baseline?.polarity === 'positive'
  const is = steered?.polarity === 'positive'
  if (finding === null) {
    if (edit.kind === 'changed') return comparisonError(edit)
    return neutral(edit.kind === 'added' ? 'Adds words that state no finding.' : 'Drops words that state no finding.')
  }
  // Air in the pleura that comes or goes changes what is done next; everything else is a reader's call.
  const sure = finding.observation === 'pneumothorax' && finding.certainty === 'certain'
  const significance: Significance | null = sure ? 'significant' : null
  if (is && !was) return offTarget('false-finding', significance, `Adds ${plain(finding)}, which the feature does not ask for.`)
  if (was && !is) return offTarget('missing-finding', significance, `Drops ${plain(baseline)}, which the feature does not ask for.`)
  if (!was && !is) {
    if (baseline !== null && steered !== null && edit.aspects.includes('comparison')) return comparisonError(edit)
    return neutral(`Only a statement that there is no ${plain(finding)} changed.`)
  }
  if (edit.aspects.includes('laterality') || edit.aspects.includes('location')) {
    return offTarget('wrong-location', null, `Moves ${plain(finding)} to another place.`)
  }
  if (edit.aspects.includes('device')) return offTarget('wrong-location', null, `Describes ${plain(finding)} as another one or elsewhere.`)
  if (edit.aspects.includes('severity')) return offTarget('wrong-severity', null, `Grades ${plain(finding)} differently.`)
  if (edit.aspects.includes('comparison')) return comparisonError(edit)
  return offTarget(null, null, `Says ${plain(finding)} with another certainty.`)
}

function comparisonError(edit: Edit): RuleVerdict {
  const trend = comparisonTrend(edit)
  if (trend < 0) return offTarget('omitted-comparison', null, 'Drops a comparison with the earlier study.')
  return offTarget('invented-comparison', null, trend > 0 ? 'Adds a comparison with an earlier study.' : 'Compares differently with the earlier study.')
}

const plain = (finding: Finding): string => finding.observation.replaceAll('-', ' ')
