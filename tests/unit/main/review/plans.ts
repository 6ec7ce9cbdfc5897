import { ReviewPlan } from '../../../../src/shared/domain/reviewSet.ts'

/** A small plan for tests: edits of two cases under two features at two strengths, read by two readers. */
export function plan(change: Partial<ReviewPlan> = {}): ReviewPlan {
  return ReviewPlan.parse({
    name: 'Pilot', task: 'edits', cases: ['c1', 'c2'], features: [3, 9], strengths: [1, 3], positions: ['generated'],
    methods: ['add'], controls: [], controlShare: 0.25, blinded: true, repeatShare: 0, readers: ['Ada', 'Ben'],
    readersPerItem: 2, arms: 1, washoutDays: 0, seed: 11, ...change,
  })
}
