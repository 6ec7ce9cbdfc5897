import { describe, expect, it } from 'vitest'
import type { KeptEdit } from '../../../../src/shared/contracts/main.ts'
import type { Edit } from '../../../../src/shared/domain/edit.ts'
import { segmentsOf } from '../../../../src/renderer/text/segments.ts'
import { tokenOfWord, wordAt, wordsOf } from '../../../../src/renderer/text/words.ts'

const text = 'No effusion. The heart is mildly enlarged.'
const edit = (index: number, kind: Edit['kind'], ...spans: [number, number][]): KeptEdit => ({
  id: `e${index}`,
  index,
  edit: {
    kind,
    aspects: [],
    baseline: null,
    steered: null,
    baselineSpans: spans.map(([start, end]) => ({ start, end })),
    steeredSpans: [],
  },
  rules: {
    judge: { kind: 'rules', name: 'rules' },
    verdict: { value: 'neutral', category: null, significance: null, note: '' },
    reason: '',
    createdAt: '',
    correlation: null,
  },
  reader: null,
  model: null,
})

describe('the words of a text', () => {
  it('leave out punctuation at their ends but keep it inside', () => {
    const sample = 'A 2.5-cm nodule, (new).'
    expect(wordsOf(sample).map(({ start, end }) => sample.slice(start, end))).toEqual(['A', '2.5-cm', 'nodule', 'new'])
  })

  it('are found under an offset', () => {
    const words = wordsOf(text)
    expect(wordAt(words, 5)).toBe(1)
    expect(wordAt(words, 2)).toBeNull()
  })

  it('belong to the last token that reads them', () => {
    const token = (start: number, piece: string) => ({ id: 0, text: piece, start, features: [] })
    const tokens = [token(0, 'No'), token(2, ' eff'), token(6, 'usion'), token(11, '.')]
    expect(tokenOfWord(tokens, { start: 3, end: 11 })).toBe(2)
    expect(tokenOfWord(tokens, { start: 0, end: 2 })).toBe(0)
    expect(tokenOfWord(tokens, { start: 20, end: 25 })).toBeNull()
  })
})

describe('cutting a text into segments', () => {
  it('loses nothing', () => {
    const edits = [edit(0, 'removed', [0, 12]), edit(1, 'changed', [26, 32], [33, 900])]
    const joined = segmentsOf(text, wordsOf(text), edits, 'baseline')
      .map((segment) => segment.text)
      .join('')
    expect(joined).toBe(text)
  })

  it('marks the words of an edit and where it opens', () => {
    const segments = segmentsOf(text, wordsOf(text), [edit(4, 'changed', [26, 32])], 'baseline')
    const marked = segments.filter((segment) => segment.edit !== null)
    expect(marked).toEqual([
      { start: 26, end: 32, text: 'mildly', word: 5, edit: { index: 4, kind: 'changed' }, opens: true },
    ])
  })

  it('opens an edit once even when it has several spans', () => {
    const segments = segmentsOf(text, wordsOf(text), [edit(0, 'removed', [0, 2], [13, 22])], 'baseline')
    expect(segments.filter((segment) => segment.opens).map((segment) => segment.start)).toEqual([0])
  })

  it('draws the weightier of two overlapping edits', () => {
    const edits = [edit(0, 'reworded', [13, 42]), edit(1, 'changed', [26, 32])]
    const segments = segmentsOf(text, wordsOf(text), edits, 'baseline')
    expect(segments.find((segment) => segment.text === 'mildly')?.edit?.index).toBe(1)
    expect(segments.find((segment) => segment.text === 'heart')?.edit?.index).toBe(0)
  })

  it('marks nothing on the side where an edit has no words', () => {
    const segments = segmentsOf(text, wordsOf(text), [edit(0, 'removed', [0, 12])], 'steered')
    expect(segments.every((segment) => segment.edit === null)).toBe(true)
  })
})
