import type { Edit } from '../../shared/domain/edit.ts'
import type { Span } from '../../shared/domain/finding.ts'

export type TextSide = 'baseline' | 'steered'

/** A piece of a text that is drawn in one style: inside one word or between words, under one set of edits. */
export interface Segment {
  readonly start: number
  readonly end: number
  readonly text: string
  /** Index of the word it belongs to, or null for spaces and punctuation. */
  readonly word: number | null
  /** Index and kind of the edit it is part of; where edits overlap, the weightiest kind. */
  readonly edit: { readonly index: number; readonly kind: Edit['kind'] } | null
  /** True for the first piece of its edit on this side, where the edit's number stands. */
  readonly opens: boolean
}

/** An edit and its number, which is all that drawing it needs. */
export interface NumberedEdit {
  readonly index: number
  readonly edit: Edit
}

/** Where edits overlap the one that says most about the content is drawn. */
const WEIGHT: Record<Edit['kind'], number> = { added: 3, removed: 3, changed: 2, reworded: 1 }

export function spansOf(edit: Edit, side: TextSide): readonly Span[] {
  return side === 'baseline' ? edit.baselineSpans : edit.steeredSpans
}

/**
 * Cuts a text at every border of a word or an edit, so that each piece has one style and the pieces
 * joined are the text again. Spans that reach past the text are cut to it.
 */
export function segmentsOf(
  text: string,
  words: readonly Span[],
  edits: readonly NumberedEdit[],
  side: TextSide,
): Segment[] {
  const marks = edits.flatMap((kept) =>
    spansOf(kept.edit, side).map((span) => ({ index: kept.index, kind: kept.edit.kind, ...span })),
  )
  const cuts = new Set([0, text.length])
  for (const { start, end } of [...words, ...marks]) {
    cuts.add(Math.min(start, text.length))
    cuts.add(Math.min(end, text.length))
  }
  const borders = [...cuts].sort((a, b) => a - b)
  const opened = new Set<number>()
  const segments: Segment[] = []
  for (let at = 0; at + 1 < borders.length; at++) {
    const start = borders[at] as number
    const end = borders[at + 1] as number
    const covering = marks
      .filter((mark) => mark.start <= start && end <= mark.end)
      .sort((a, b) => WEIGHT[b.kind] - WEIGHT[a.kind] || a.index - b.index)[0]
    const word = words.findIndex((span) => span.start <= start && end <= span.end)
    const opens = covering !== undefined && !opened.has(covering.index)
    if (covering !== undefined) opened.add(covering.index)
    segments.push({
      start,
      end,
      text: text.slice(start, end),
      word: word < 0 ? null : word,
      edit: covering === undefined ? null : { index: covering.index, kind: covering.kind },
      opens,
    })
  }
  return segments
}
