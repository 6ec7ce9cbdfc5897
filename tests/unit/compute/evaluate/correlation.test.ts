import { describe, expect, it } from 'vitest'
import { coOccurrence, type TermCount } from '../../../../src/compute/evaluate/coOccurrence.ts'
import { correlationOf } from '../../../../src/compute/evaluate/correlation.ts'
import { editsBetween } from '../../../../src/compute/report/edits.ts'
import { ruleVerdict, type Direction } from '../../../../src/compute/report/ruleVerdict.ts'
import { termsOf } from '../../../../src/compute/report/terms.ts'
import { Random } from '../../../../src/phantom/random.ts'
import type { CorpusTerm } from '../../../../src/shared/domain/corpus.ts'
import { correlationInWords } from '../../../../src/shared/domain/correlationInWords.ts'
import type { Target } from '../../../../src/shared/domain/target.ts'

const E = 'pleural-effusion'
const A = 'atelectasis'
const EFFUSION: Target = { observations: [E], comparison: false }

/** Counts of reports with both, target only, term only, neither. */
function corpus(
  both: number, target: number, term: number, neither: number, named: CorpusTerm = A,
): readonly TermCount[] {
  const cells: [CorpusTerm[], number][] = [[[E, named], both], [[E], target], [[named], term], [[], neither]]
  return cells.filter(([, reports]) => reports > 0).map(([terms, reports]) => ({ terms: new Set(terms), reports }))
}

describe('coOccurrence', () => {
  it('counts reports, and gives the lift over chance', () => {
    const found = coOccurrence(corpus(34, 46, 20, 200), [E], A)
    expect(found).toMatchObject({ reports: 300, withTarget: 80, withTerm: 54, together: 34 })
    expect(found.lift).toBeCloseTo((34 * 300) / (80 * 54), 10)
  })

  it('counts a report once that states several of the targets', () => {
    const counts = [{ terms: new Set<CorpusTerm>([E, 'edema', A]), reports: 5 }, { terms: new Set<CorpusTerm>(['edema']), reports: 5 }]
    expect(coOccurrence(counts, [E, 'edema'], A)).toMatchObject({ withTarget: 10, withTerm: 5, together: 5 })
  })

  it.each([[34, 46, 20, 200], [40, 100, 160, 700], [60, 5, 10, 90]])(
    'gives the interval that resampling the reports gives (%i, %i, %i, %i)', (...cells) => {
      const random = new Random(17)
      const total = cells.reduce((sum, cell) => sum + cell, 0)
      const lifts = Array.from({ length: 1000 }, () => {
        const drawn = [0, 0, 0, 0]
        for (let n = 0; n < total; n++) {
          let at = random.below(total)
          drawn[cells.findIndex((cell) => (at -= cell) < 0)]! += 1
        }
        const [both = 0, target = 0, term = 0] = drawn
        return (both * total) / ((both + target) * (both + term))
      }).sort((a, b) => a - b)
      const { low, high } = coOccurrence(corpus(cells[0]!, cells[1]!, cells[2]!, cells[3]!), [E], A)
      expect(low! / lifts[25]!).toBeCloseTo(1, 0.7)
      expect(high! / lifts[975]!).toBeCloseTo(1, 0.7)
    })

  it('has an upper limit for what never comes together, and no lift for what never comes', () => {
    const never = coOccurrence(corpus(0, 50, 50, 200), [E], A)
    expect(never.lift).toBe(0)
    expect(never.high).toBeLessThan(1)
    expect(coOccurrence(corpus(0, 50, 0, 200), [E], A)).toMatchObject({ lift: null, low: null, high: null })
  })
})

describe('correlationOf', () => {
  const judge = (
    baseline: string, steered: string, target: Target, direction: Direction, counts: readonly TermCount[],
  ) => {
    const [edit] = editsBetween(baseline, steered)
    return correlationOf(edit!, ruleVerdict(edit!, target, direction), { target, direction }, { name: 'test', counts })
  }
  const comes = ['Heart is normal.', 'Heart is normal. Left basilar atelectasis.'] as const
  const goes = [comes[1], comes[0]] as const
  const together = corpus(60, 40, 40, 400)
  const apart = corpus(2, 98, 98, 200)
  const chance = corpus(10, 90, 40, 360)

  it.each([
    ['what goes with the target comes when it is pushed up', comes, 'raise', together, 'correlated'],
    ['what goes with the target goes when it is pushed down', goes, 'lower', together, 'correlated'],
    ['what goes with the target goes although it is pushed up', goes, 'raise', together, 'unexplained'],
    ['what avoids the target goes when it is pushed up', goes, 'raise', apart, 'correlated'],
    ['what avoids the target comes when it is pushed up', comes, 'raise', apart, 'unexplained'],
    ['what has nothing to do with the target comes', comes, 'raise', chance, 'unexplained'],
  ] as const)('%s', (_, [baseline, steered], direction, counts, mark) => {
    expect(judge(baseline, steered, EFFUSION, direction, counts)?.mark).toBe(mark)
  })

  it('turns around for a feature that stands for absence', () => {
    const absence: Target = { ...EFFUSION, absence: true }
    expect(judge(goes[0], goes[1], absence, 'raise', together)?.mark).toBe('correlated')
  })

  it('takes a made-up comparison for what it touches', () => {
    const found = judge('Mild cardiomegaly.', 'Unchanged mild cardiomegaly.', EFFUSION, 'raise', corpus(60, 40, 40, 400, 'comparison'))
    expect(found).toMatchObject({ mark: 'correlated', term: 'comparison' })
  })

  it('does not explain the target by itself', () => {
    const found = judge('Small left pleural effusion.', 'Small right pleural effusion.', EFFUSION, 'raise', together)
    expect(found).toMatchObject({ mark: 'unexplained', counts: null })
  })

  it('says nothing of an edit that is not off-target, or of a feature that names nothing', () => {
    expect(judge('Heart is normal.', 'Heart is normal. Left pleural effusion.', EFFUSION, 'raise', together)).toBeNull()
    expect(judge(comes[0], comes[1], { observations: [], comparison: false }, 'raise', together)).toBeNull()
  })

  it('says why in words, with its numbers', () => {
    expect(correlationInWords(judge(comes[0], comes[1], EFFUSION, 'raise', corpus(34, 46, 20, 200))!))
      .toBe('correlated: atelectasis goes with pleural effusion in 34 of 80 reports, lift 2.4 (1.9–2.9)')
  })
})

describe('termsOf', () => {
  it('has what a report states, certain or not, and whether it compares', () => {
    expect(termsOf('Small left effusion, possibly with atelectasis. No pneumothorax.')).toEqual(['atelectasis', 'pleural-effusion'])
    expect(termsOf('Compared with the prior study, no change. The lungs are clear.')).toEqual(['comparison'])
    expect(termsOf('The lungs are clear.')).toEqual([])
  })
})
