import { seededSample } from '../../compute/evaluate/seededSample.ts'
import type { Intervention } from '../../shared/domain/intervention.ts'
import { comparesReports, type Control, type ReviewItem, type ReviewPlan } from '../../shared/domain/reviewSet.ts'

/** A feature that stands in for another in the orthogonal control, and how many times as strong it must be pushed. */
export interface StandIn {
  readonly feature: number
  readonly scale: number
}

type Unnumbered = Omit<ReviewItem, 'number'>

/**
 * The items of a plan, case by case. Controls are drawn by the plan's seed from the steered items, each kind on its
 * own, so that they meet the same cases, features and strengths. `standIns` names one for every feature where the plan
 * asks for the orthogonal control; what was taken out has no control but the baseline.
 */
export function planItems(plan: ReviewPlan, standIns: ReadonlyMap<number, StandIn>): readonly ReviewItem[] {
  if (!comparesReports(plan.task)) return number(plan.features.map(itemOfFeature))
  const steered = plan.cases.flatMap((caseId) => steeredItems(plan, caseId))
  const controls = plan.controls.flatMap((control, at) => {
    const eligible = control === 'baseline' ? steered : steered.filter((item) => item.method === 'add')
    const wanted = Math.min(eligible.length, Math.max(1, Math.round(plan.controlShare * steered.length)))
    return seededSample(eligible, wanted, plan.seed + at + 1).map((item) => toControl(item, control, standIns))
  })
  const order = new Map(plan.cases.map((caseId, at) => [caseId, at]))
  const byCase = [...steered, ...controls].sort((a, b) => order.get(a.caseId!)! - order.get(b.caseId!)!)
  return number(byCase)
}

/** Steering the generated positions first: it takes the whole prompt from the case's cache. */
function steeredItems(plan: ReviewPlan, caseId: string): readonly Unnumbered[] {
  const positions = plan.positions.toSorted((a, b) => (a === b ? 0 : a === 'generated' ? -1 : 1))
  return positions.flatMap((position) => plan.features.flatMap((feature) => plan.methods.flatMap((method) => {
    const strengths = method === 'ablate' ? [0] : plan.strengths
    return strengths.map((strength) => ({
      caseId, feature, strength: method === 'ablate' ? null : strength, method, positions: position, control: null,
      intervention: { terms: [{ feature, strength }], method, positions: position },
    }))
  })))
}

function toControl(item: Unnumbered, control: Control, standIns: ReadonlyMap<number, StandIn>): Unnumbered {
  if (control === 'baseline') return { ...item, control, intervention: null }
  const { method, positions, terms } = item.intervention!
  const { feature, strength } = terms[0]!
  const standIn = standIns.get(feature)
  if (control === 'orthogonal' && standIn === undefined) throw new RangeError(`Feature ${feature} has no stand-in.`)
  const intervention: Intervention = control === 'random'
    ? { terms, method: 'random', positions }
    : { terms: [{ feature: standIn!.feature, strength: limited(strength * standIn!.scale) }], method, positions }
  return { ...item, control, intervention }
}

const limited = (strength: number): number => Math.max(-100, Math.min(100, strength))

function itemOfFeature(feature: number): Unnumbered {
  return { caseId: null, feature, strength: null, method: null, positions: null, control: null, intervention: null }
}

function number(items: readonly Unnumbered[]): readonly ReviewItem[] {
  return items.map((item, at) => ({ number: at + 1, ...item }))
}
