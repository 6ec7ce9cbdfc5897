import { describe, expect, it } from 'vitest'
import type { Finding } from '../../../../src/shared/domain/finding.ts'
import { editInWords, findingInWords } from '../../../../src/renderer/text/editWords.ts'

const finding = (over: Partial<Finding>): Finding => ({
  observation: 'pleural-effusion',
  polarity: 'positive',
  certainty: 'certain',
  severity: null,
  laterality: null,
  location: null,
  change: null,
  placement: null,
  millimetres: null,
  span: { start: 0, end: 1 },
  sentence: 0,
  sentenceSpan: { start: 0, end: 1 },
  ...over,
})

const texts = { baseline: 'Heart normal.', steered: 'Overall heart normal.' }

describe('findings and edits in words', () => {
  it('says what a finding states', () => {
    expect(findingInWords(finding({ polarity: 'negative' }))).toBe('no pleural effusion')
    expect(
      findingInWords(finding({ change: 'new', severity: 'moderate', laterality: 'right', location: 'base' })),
    ).toBe('new moderate right pleural effusion, base')
    expect(findingInWords(finding({ certainty: 'uncertain' }))).toBe('possible pleural effusion')
    expect(findingInWords(finding({ polarity: 'negative', certainty: 'uncertain', change: 'unchanged' })))
      .toBe('probably no pleural effusion, unchanged')
  })

  it('says what changed and in which respect', () => {
    const edit = {
      kind: 'changed' as const,
      aspects: ['laterality' as const],
      baseline: finding({ laterality: 'left' }),
      steered: finding({ laterality: 'right' }),
      baselineSpans: [],
      steeredSpans: [],
    }
    expect(editInWords(edit, texts)).toBe('left pleural effusion → right pleural effusion (laterality)')
    expect(editInWords({ ...edit, kind: 'added', baseline: null }, texts)).toBe('right pleural effusion')
    expect(editInWords({ ...edit, kind: 'removed', steered: null }, texts)).toBe('left pleural effusion')
  })

  it('quotes the words where no finding was drawn from them', () => {
    const bare = { aspects: [], baseline: null, steered: null, baselineSpans: [], steeredSpans: [] }
    const added = { ...bare, kind: 'added' as const, steeredSpans: [{ start: 0, end: 7 }, { start: 14, end: 20 }] }
    expect(editInWords(added, texts)).toBe('“Overall … normal”')
    const reworded = { ...bare, kind: 'reworded' as const, baselineSpans: [{ start: 0, end: 5 }], steeredSpans: [{ start: 0, end: 7 }] }
    expect(editInWords(reworded, texts)).toBe('“Heart” → “Overall”')
  })
})
