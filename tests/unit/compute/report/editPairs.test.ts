import { describe, expect, it } from 'vitest'
import { editsBetween } from '../../../../src/compute/report/edits.ts'
import { EDIT_ASPECTS, EDIT_KINDS } from '../../../../src/shared/domain/edit.ts'
import type { Span } from '../../../../src/shared/domain/finding.ts'
import golden from '../../../golden/report/editPairs.json' with { type: 'json' }

describe('the edits that a radiologist names', () => {
  it.each(golden.pairs)('$name', ({ baseline, steered, edits }) => {
    const quote = (text: string, spans: readonly Span[]): string[] =>
      spans.map((span) => text.slice(span.start, span.end))
    const found = editsBetween(baseline, steered).map((edit) => ({
      kind: edit.kind,
      aspects: edit.aspects,
      observation: (edit.steered ?? edit.baseline)?.observation ?? null,
      from: quote(baseline, edit.baselineSpans),
      to: quote(steered, edit.steeredSpans),
    }))
    expect(found).toEqual(edits)
  })

  it('cover every kind and every aspect', () => {
    const named = golden.pairs.flatMap((pair) => pair.edits.flatMap((edit) => [edit.kind, ...edit.aspects]))
    expect(golden.pairs.length).toBeGreaterThanOrEqual(40)
    for (const word of [...EDIT_KINDS, ...EDIT_ASPECTS]) expect(named).toContain(word)
  })
})
