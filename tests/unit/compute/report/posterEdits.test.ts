import { describe, expect, it } from 'vitest'
import { editsBetween } from '../../../../src/compute/report/edits.ts'
import { ruleVerdict } from '../../../../src/compute/report/ruleVerdict.ts'
import { targetOfInterpretation } from '../../../../src/compute/report/target.ts'
import type { Span } from '../../../../src/shared/domain/finding.ts'
import golden from '../../../golden/report/posterEdits.json' with { type: 'json' }

describe('the three steered examples of the MAIRA-2-SAE poster', () => {
  it.each(golden.cases)('feature $feature: $interpretation', (example) => {
    const target = targetOfInterpretation(example.interpretation)
    expect(target).toEqual(example.target)
    const quote = (text: string, spans: readonly Span[]): string[] =>
      spans.map((span) => text.slice(span.start, span.end))
    const edits = editsBetween(example.baseline, example.steered).map((edit) => {
      const verdict = ruleVerdict(edit, target, example.direction === 'raise' ? 'raise' : 'lower')
      return {
        kind: edit.kind,
        aspects: edit.aspects,
        observation: (edit.steered ?? edit.baseline)?.observation ?? null,
        from: quote(example.baseline, edit.baselineSpans),
        to: quote(example.steered, edit.steeredSpans),
        verdict: verdict.value,
        category: verdict.category,
      }
    })
    expect(edits).toEqual(example.edits)
  })
})
