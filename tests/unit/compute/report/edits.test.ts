import { describe, expect, it } from 'vitest'
import { editsBetween } from '../../../../src/compute/report/edits.ts'
import { wordsIn } from '../../../../src/compute/report/words.ts'
import { splitSentences } from '../../../../src/compute/report/sentences.ts'
import { Edit } from '../../../../src/shared/domain/edit.ts'
import type { Span } from '../../../../src/shared/domain/finding.ts'
import { Random } from '../../../../src/phantom/random.ts'
import { randomReport } from './randomReport.ts'
import { shorthand } from './shorthand.ts'

const brief = (baseline: string, steered: string): string[] =>
  editsBetween(baseline, steered).map((edit) =>
    [edit.kind, ...edit.aspects, ':', shorthand(edit.baseline), '->', shorthand(edit.steered)].join(' '))

describe('editsBetween', () => {
  it.each<[string, string, string, string[]]>([
    ['a finding added', 'The heart is normal.', 'The heart is normal. Small left pleural effusion.',
      ['added : none -> +pleural-effusion small left']],
    ['a finding removed', 'The heart is normal. Left chest tube in place.', 'The heart is normal.',
      ['removed : +chest-tube left -> none']],
    ['a finding denied instead of stated', 'There is mild cardiomegaly.', 'There is no cardiomegaly.',
      ['changed polarity : +cardiomegaly mild -> -cardiomegaly']],
    ['another severity', 'Small left pleural effusion.', 'Large left pleural effusion.',
      ['changed severity : +pleural-effusion small left -> +pleural-effusion large left']],
    ['the other side', 'Small left pleural effusion.', 'Small right pleural effusion.',
      ['changed laterality : +pleural-effusion small left -> +pleural-effusion small right']],
    ['another place', 'Opacity in the left upper lobe.', 'Opacity in the left lower lobe.',
      ['changed location : +lung-opacity left upper -> +lung-opacity left lower']],
    ['another certainty', 'Left lower lobe pneumonia.', 'Possible left lower lobe pneumonia.',
      ['changed certainty : +pneumonia left lower -> +?pneumonia left lower']],
    ['a comparison dropped', 'Unchanged mild cardiomegaly.', 'Mild cardiomegaly.',
      ['changed comparison : +cardiomegaly mild unchanged -> +cardiomegaly mild']],
    ['other words, same meaning', 'No pleural effusion.', 'There is no evidence of pleural effusion.',
      ['reworded : -pleural-effusion -> -pleural-effusion']],
    ['a second side added', 'Small left pleural effusion.', 'Small left and moderate right pleural effusions.',
      ['added : none -> +pleural-effusion moderate right']],
    ['one member of a list gone', 'No pleural effusion or pneumothorax.', 'No pneumothorax.',
      ['removed : -pleural-effusion -> none']],
    ['a comparison dropped in words alone', 'Compared with the prior study, lung volumes are low.', 'Lung volumes are low.',
      ['changed comparison : +low-lung-volumes -> +low-lung-volumes']],
    ['a side denied while the other comes', 'Small left pleural effusion.', 'Small right pleural effusion. No left effusion.',
      ['changed polarity : +pleural-effusion small left -> -pleural-effusion left',
        'added : none -> +pleural-effusion small right']],
    ['the finding of the same side as kept', 'Small left pleural effusion.',
      'Small pleural effusion. A left effusion is small.',
      ['reworded : +pleural-effusion small left -> +pleural-effusion small left',
        'added : none -> +pleural-effusion small']],
    ['words without a finding', 'The heart is normal.', 'The heart is normal. The referring physician was called.',
      ['added : none -> none']],
  ])('names %s', (_, baseline, steered, wanted) => {
    expect(brief(baseline, steered).sort()).toEqual([...wanted].sort())
  })

  it('takes the order of sentences, case and punctuation for no change', () => {
    expect(brief('The heart is normal. No effusion.', 'No effusion. the heart is normal')).toEqual([])
  })

  it('marks the changed words and no others', () => {
    const [a, b] = ['There is a small left pleural effusion.', 'There is a large left pleural effusion.']
    const [edit] = editsBetween(a, b)
    expect(edit?.baselineSpans.map((span) => a.slice(span.start, span.end))).toEqual(['small'])
    expect(edit?.steeredSpans.map((span) => b.slice(span.start, span.end))).toEqual(['large'])
  })
})

describe('editsBetween on random reports', () => {
  const random = new Random(20240607)
  const pairs = Array.from({ length: 300 }, (): readonly [string, string] => {
    const baseline = randomReport(random)
    // Half of the steered texts share sentences with the baseline, as steering does.
    const sentences = splitSentences(baseline).map((span) => baseline.slice(span.start, span.end))
    const kept = sentences.filter(() => random.chance(0.6))
    const steered = random.chance(0.5) ? [...kept, randomReport(random)].join(' ') : randomReport(random)
    return [baseline, steered]
  })

  it('finds none between identical texts', () => {
    for (const [text] of pairs) expect(editsBetween(text, text)).toEqual([])
  })

  it('mirrors when the texts are swapped', () => {
    const other = { added: 'removed', removed: 'added', changed: 'changed', reworded: 'reworded' } as const
    const sorted = (edits: readonly Edit[]): string[] => edits.map((edit) => JSON.stringify(edit)).sort()
    for (const [baseline, steered] of pairs) {
      const mirrored = editsBetween(steered, baseline).map((edit): Edit => ({
        kind: other[edit.kind], aspects: edit.aspects, baseline: edit.steered, steered: edit.baseline,
        baselineSpans: edit.steeredSpans, steeredSpans: edit.baselineSpans,
      }))
      expect(sorted(editsBetween(baseline, steered)), `${baseline}\n${steered}`).toEqual(sorted(mirrored))
    }
  })

  it('gives every changed word to exactly one edit', () => {
    for (const [baseline, steered] of pairs) {
      const edits = editsBetween(baseline, steered)
      const left = remaining(baseline, edits.flatMap((edit) => edit.baselineSpans))
      const right = remaining(steered, edits.flatMap((edit) => edit.steeredSpans))
      // What no edit claims is the same on both sides, word for word.
      expect(left, `${baseline}\n${steered}`).toEqual(right)
    }
  })

  it('gives edits that the shared schema accepts, with kinds that fit their sides', () => {
    for (const [baseline, steered] of pairs) {
      for (const edit of editsBetween(baseline, steered)) {
        expect(Edit.parse(edit)).toEqual(edit)
        if (edit.kind === 'added') expect(edit.baselineSpans).toEqual([])
        if (edit.kind === 'removed') expect(edit.steeredSpans).toEqual([])
        expect(edit.kind === 'changed').toBe(edit.aspects.length > 0)
      }
    }
  })
})

/** The words (by key, sorted) of a text that lie in none of the spans; fails when spans overlap or are empty. */
function remaining(text: string, spans: readonly Span[]): string[] {
  const sorted = [...spans].sort((a, b) => a.start - b.start)
  sorted.forEach((span, index) => {
    expect(span.end).toBeGreaterThan(span.start)
    expect(span.start).toBeGreaterThanOrEqual(sorted[index - 1]?.end ?? 0)
  })
  return splitSentences(text)
    .flatMap((sentence) => wordsIn(text, sentence))
    .filter((word) => !sorted.some((span) => span.start <= word.span.start && word.span.end <= span.end))
    .map((word) => word.key)
    .sort()
}
