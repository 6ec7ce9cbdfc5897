import { describe, expect, it } from 'vitest'
import { editsBetween } from '../../../../src/compute/report/edits.ts'
import { ruleVerdict, type Direction } from '../../../../src/compute/report/ruleVerdict.ts'
import type { Target } from '../../../../src/shared/domain/target.ts'
import { Verdict } from '../../../../src/shared/domain/verdict.ts'

const EFFUSION: Target = { observations: ['pleural-effusion'], comparison: false }
const COMPARISON: Target = { observations: [], comparison: true }
const NO_COMPARISON: Target = { observations: [], comparison: true, absence: true }
const ANY_DEVICE: Target = { observations: ['other-device'], comparison: false }

function judge(baseline: string, steered: string, target: Target, direction: Direction): string {
  const edits = editsBetween(baseline, steered)
  expect(edits).toHaveLength(1)
  const verdict = ruleVerdict(edits[0]!, target, direction)
  expect(verdict.reason).toMatch(/^[A-Z].*\.$/)
  expect(() => Verdict.parse({ ...verdict, note: verdict.reason })).not.toThrow()
  return [verdict.value, verdict.category, verdict.significance].filter((part) => part !== null).join(' ')
}

describe('ruleVerdict', () => {
  it.each<[string, string, string, Target, Direction, string]>([
    ['the target appears when pushed up', 'No pleural effusion.', 'Small left pleural effusion.', EFFUSION, 'raise', 'on-target'],
    ['the target grows when pushed up', 'Small left pleural effusion.', 'Large left pleural effusion.', EFFUSION, 'raise', 'on-target'],
    ['a second side when pushed up', 'Small left pleural effusion.', 'Small bilateral pleural effusions.', EFFUSION, 'raise', 'on-target'],
    ['one of both sides grows when pushed up', 'Small bilateral pleural effusions.', 'Small left and moderate right pleural effusions.', EFFUSION, 'raise', 'on-target'],
    ['the target goes when pushed down', 'Small left pleural effusion.', 'No pleural effusion.', EFFUSION, 'lower', 'on-target'],
    ['the target shrinks when pushed down', 'Large left pleural effusion.', 'Small left pleural effusion.', EFFUSION, 'lower', 'on-target'],
    ['the target goes although pushed up', 'Small left pleural effusion.', 'No pleural effusion.', EFFUSION, 'raise', 'off-target missing-finding'],
    ['the target appears although pushed down', 'No pleural effusion.', 'Small left pleural effusion.', EFFUSION, 'lower', 'off-target false-finding'],
    ['the target changes sides', 'Small left pleural effusion.', 'Small right pleural effusion.', EFFUSION, 'raise', 'off-target wrong-location'],
    ['another finding appears', 'No cardiomegaly.', 'Mild cardiomegaly.', EFFUSION, 'raise', 'off-target false-finding'],
    ['another finding goes', 'Mild cardiomegaly.', 'No cardiomegaly.', EFFUSION, 'raise', 'off-target missing-finding'],
    ['a pneumothorax goes', 'Small left pneumothorax.', 'No pneumothorax.', EFFUSION, 'raise', 'off-target missing-finding significant'],
    ['another finding is graded anew', 'Mild cardiomegaly.', 'Severe cardiomegaly.', EFFUSION, 'raise', 'off-target wrong-severity'],
    ['another finding moves', 'Left upper lobe opacity.', 'Left lower lobe opacity.', EFFUSION, 'raise', 'off-target wrong-location'],
    ['a comparison is made up', 'Mild cardiomegaly.', 'Unchanged mild cardiomegaly.', EFFUSION, 'raise', 'off-target invented-comparison'],
    ['a comparison is dropped', 'Unchanged mild cardiomegaly.', 'Mild cardiomegaly.', EFFUSION, 'raise', 'off-target omitted-comparison'],
    ['certainty of another finding', 'Pneumonia.', 'Possible pneumonia.', EFFUSION, 'raise', 'off-target'],
    ['other words', 'No pneumothorax.', 'There is no pneumothorax.', EFFUSION, 'raise', 'neutral'],
    ['a denial of another finding comes', 'Heart is normal.', 'Heart is normal. No pneumothorax.', EFFUSION, 'raise', 'neutral'],
    ['the denial of the target goes when pushed up', 'Heart is normal. No effusion.', 'Heart is normal.', EFFUSION, 'raise', 'on-target'],
    ['words without a finding', 'Heart is normal.', 'Heart is normal. Dr. Roe was called.', EFFUSION, 'raise', 'neutral'],
    ['a comparison comes, as the feature says', 'Mild cardiomegaly.', 'Unchanged mild cardiomegaly.', COMPARISON, 'raise', 'on-target'],
    ['a comparison goes, pushed down', 'Unchanged mild cardiomegaly.', 'Mild cardiomegaly.', COMPARISON, 'lower', 'on-target'],
    ['a comparison goes, pushed up', 'Unchanged mild cardiomegaly.', 'Mild cardiomegaly.', COMPARISON, 'raise', 'off-target omitted-comparison'],
    ['"without comparison" pushed up', 'Unchanged mild cardiomegaly.', 'Mild cardiomegaly.', NO_COMPARISON, 'raise', 'on-target'],
    ['a new finding is more than a comparison', 'No effusion.', 'New left effusion.', COMPARISON, 'raise', 'off-target false-finding'],
    ['any device for lines and tubes', 'Heart is normal.', 'Heart is normal. Left chest tube in place.', ANY_DEVICE, 'raise', 'on-target'],
  ])('%s', (_, baseline, steered, target, direction, wanted) => {
    expect(judge(baseline, steered, target, direction)).toBe(wanted)
  })
})
