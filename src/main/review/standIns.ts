import type { computeContract } from '../../shared/contracts/compute.ts'
import type { Feature } from '../../shared/domain/feature.ts'
import type { ReviewPlan } from '../../shared/domain/reviewSet.ts'
import { HilumError } from '../../shared/errors.ts'
import type { Client } from '../../shared/rpc/connect.ts'
import type { FeatureIndex } from '../workspace/featureIndex.ts'
import type { StandIn } from './planItems.ts'

/** An intervention's strength ends here, so a stand-in must not need more. */
const MOST_STRENGTH = 100

/**
 * For each feature of a plan with the orthogonal control, the feature whose decoder direction is nearest to a right
 * angle with it: not of the plan, active somewhere, about other findings. It is pushed as far: strengths are scaled by
 * the two maximum activations. Empty where the plan does not ask for that control.
 */
export async function chooseStandIns(
  plan: ReviewPlan, index: FeatureIndex, compute: Pick<Client<typeof computeContract>, 'call'>,
): Promise<ReadonlyMap<number, StandIn>> {
  if (!plan.controls.includes('orthogonal')) return new Map()
  const farthest = Math.max(...plan.strengths.map(Math.abs), 0)
  const planned = new Set(plan.features)
  const chosen = new Map<number, StandIn>()
  for (const number of plan.features) {
    const shown = index.get(number)
    const { cosines } = await compute.call('dictionary.cosines', { feature: number })
    const scaleOf = (feature: Feature): number => shown.maxActivation / feature.maxActivation
    const [best] = index.all()
      .filter((feature) => !planned.has(feature.index) && feature.maxActivation > 0)
      .filter((feature) => !feature.targets.some((target) => shown.targets.includes(target)))
      .filter((feature) => scaleOf(feature) * farthest <= MOST_STRENGTH)
      .sort((a, b) => Math.abs(cosines[a.index] ?? 1) - Math.abs(cosines[b.index] ?? 1) || a.index - b.index)
    if (best === undefined) {
      throw new HilumError('bad-input', `No feature can stand in for feature ${number} in the orthogonal control.`, {
        mend: 'Leave that control out, or choose fewer features.',
      })
    }
    chosen.set(number, { feature: best.index, scale: scaleOf(best) })
  }
  return chosen
}
