import { seededSample } from '../../compute/evaluate/seededSample.ts'
import type { Assignment, ReviewItem, ReviewPlan } from '../../shared/domain/reviewSet.ts'
import { blocksOfReaders } from './blocks.ts'
import { sha256 } from '../database/sha256.ts'

/**
 * Who reads what, when, and on which side: all from the plan's seed, so that the same plan always gives the same order.
 * The items of one case are dealt over the arms; each reader has an own order in each arm, an own choice of repeats,
 * which come last in an arm of their own, and an own side for the baseline, half of the items either way.
 */
export function assignItems(plan: ReviewPlan, items: readonly ReviewItem[]): readonly Assignment[] {
  const order = seededSample(items, items.length, plan.seed)
  const blocks = blocksOfReaders(plan.readers.length, plan.readersPerItem, order.length, plan.seed)
  const arms = dealArms(order, plan.arms)
  return plan.readers.flatMap((reader, at) => {
    const own = order.filter((_, place) => blocks[place]!.includes(at))
    const repeats = seededSample(own.filter((item) => item.control === null), repeatCount(plan, own), seedOf(plan, reader, 'repeats'))
    const showings = [
      ...own.map((item) => ({ item, arm: arms.get(item.number)!, occurrence: 1 })),
      ...repeats.map((item) => ({ item, arm: plan.arms, occurrence: 2 })),
    ]
    return Array.from({ length: plan.arms + 1 }, (_, arm) => {
      const inArm = showings.filter((showing) => showing.arm === arm)
      const sequence = seededSample(inArm, inArm.length, seedOf(plan, reader, `order ${arm}`))
      // Every second one of another draw is swapped: half of them, and nobody can tell which.
      const sides = seededSample(sequence, sequence.length, seedOf(plan, reader, `sides ${arm}`))
      const swapped = new Set(plan.blinded ? sides.filter((_, place) => place % 2 === 1) : [])
      return sequence.map((showing, position) => ({
        reader, arm, position, item: showing.item.number, occurrence: showing.occurrence, swapped: swapped.has(showing),
      }))
    }).flat()
  })
}

function repeatCount({ repeatShare }: ReviewPlan, own: readonly ReviewItem[]): number {
  return repeatShare === 0 ? 0 : Math.max(1, Math.round(repeatShare * own.length))
}

/** Deals the items of each case over the arms in turn, every case beginning where the one before ended. */
function dealArms(order: readonly ReviewItem[], arms: number): ReadonlyMap<number, number> {
  const dealt = new Map<number, number>()
  let turn = 0
  for (const own of Map.groupBy(order, (item) => item.caseId ?? '').values()) {
    for (const item of own) dealt.set(item.number, turn++ % arms)
  }
  return dealt
}

/** A seed of its own for each use, so that one draw says nothing about another. */
function seedOf(plan: ReviewPlan, reader: string, use: string): number {
  return Number.parseInt(sha256(`${plan.seed}\n${reader.toLowerCase()}\n${use}`).slice(0, 8), 16)
}
