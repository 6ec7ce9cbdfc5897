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
  span: { start: 0, end: 1 },
  sentence: 0,
  sentenceSpan: { start: 0, end: 1 },
  ...over,
})

describe('findings and edits in words', () => {
  it('says what a finding states', () => {
    expect(findingInWords(finding({ polarity: 'negative' }))).toBe('no pleural effusion')
    expect(
      findingInWords(finding({ change: 'new', severity: 'moderate', laterality: 'right', location: 'base' })),
    ).toBe('new moderate right pleural effusion, base')
    expect(findingInWords(finding({ certainty: 'uncertain' }))).toBe('possible pleural effusion')
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
    expect(editInWords(edit)).toBe('left pleural effusion → right pleural effusion (laterality)')
    expect(editInWords({ ...edit, kind: 'added', baseline: null })).toBe('right pleural effusion')
    expect(editInWords({ ...edit, kind: 'removed', steered: null })).toBe('left pleural effusion')
  })
})
