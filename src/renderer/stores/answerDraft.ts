import type { AnswerBody, EditVerdict, OverallScore } from '../../shared/domain/answer.ts'
import { REXVAL_CATEGORIES, type RexvalCategory, type Significance, type VerdictValue } from '../../shared/domain/verdict.ts'

export type Choice = Extract<AnswerBody, { task: 'preference' }>['choice']

/**
 * An answer in the making. The reader walks over the edits and then, at the position after the last, to the report as
 * a whole. Nothing of it is kept before it is submitted, and the screen says so.
 */
export interface AnswerDraft {
  readonly task: AnswerBody['task']
  readonly edits: readonly (EditVerdict | null)[]
  /** The edit under review; `edits.length` stands for the whole. */
  readonly position: number
  /** An off-target verdict that waits for its category or significance. */
  readonly open: { readonly category: RexvalCategory | null } | null
  readonly overall: OverallScore | null
  readonly choice: Choice | null
  /** 1 to 5 for each question about an interpretation, in the order of `RATINGS`. */
  readonly ratings: readonly (number | null)[]
  readonly wording: string
  /** Whether each sentence activates the feature. */
  readonly active: readonly (boolean | null)[]
  readonly note: string
}

/** What is asked about an interpretation. */
export const RATINGS = ['clarity', 'relevance', 'singleMeaning'] as const

export function emptyDraft(task: AnswerBody['task'], edits: number, sentences = 0): AnswerDraft {
  return {
    task, edits: new Array<null>(edits).fill(null), position: 0, open: null, overall: null, choice: null,
    ratings: RATINGS.map(() => null), wording: '', active: new Array<null>(sentences).fill(null), note: '',
  }
}

/** What the draft asks for now. */
export function asksFor(
  draft: AnswerDraft,
): 'verdict' | 'category' | 'significance' | 'overall' | 'choice' | 'rating' | 'active' {
  if (draft.task === 'preference') return 'choice'
  if (draft.task === 'interpretation') return 'rating'
  if (draft.task === 'detection') return 'active'
  if (draft.open !== null) return draft.open.category === null ? 'category' : 'significance'
  return draft.position < draft.edits.length ? 'verdict' : 'overall'
}

/** Moves over the edits and the whole, stopping at both ends. An open off-target verdict is taken as far as it goes. */
export function move(draft: AnswerDraft, by: number): AnswerDraft {
  const settled = draft.open === null ? draft : withVerdict(draft, 'off-target', draft.open.category, null)
  return { ...settled, position: Math.min(settled.edits.length, Math.max(0, draft.position + by)) }
}

/** Rates the question under review, and the next one comes up. */
export function rate(draft: AnswerDraft, rating: number): AnswerDraft {
  if (draft.position >= draft.ratings.length) return draft
  return stepped({ ...draft, ratings: draft.ratings.with(draft.position, rating) }, draft.ratings.length)
}

/** Says whether the sentence under review activates the feature, and the next one comes up. */
export function detect(draft: AnswerDraft, active: boolean): AnswerDraft {
  if (draft.position >= draft.active.length) return draft
  return stepped({ ...draft, active: draft.active.with(draft.position, active) }, draft.active.length)
}

/** Moves over `count` questions, stopping at both ends. */
export function moveOver(draft: AnswerDraft, by: number, count: number): AnswerDraft {
  return { ...draft, position: Math.min(count - 1, Math.max(0, draft.position + by)) }
}

function stepped(draft: AnswerDraft, count: number): AnswerDraft {
  return moveOver(draft, 1, count)
}

/** On-target and neutral are taken at once and the next edit comes up; off-target asks on. */
export function judge(draft: AnswerDraft, value: VerdictValue): AnswerDraft {
  if (draft.position >= draft.edits.length) return draft
  if (value === 'off-target') return { ...draft, open: { category: null } }
  return withVerdict(draft, value, null, null)
}

export function chooseCategory(draft: AnswerDraft, number: number): AnswerDraft {
  const category = REXVAL_CATEGORIES[number - 1]
  return draft.open === null || category === undefined ? draft : { ...draft, open: { category } }
}

/** Completes an off-target verdict; null leaves the significance out. */
export function weigh(draft: AnswerDraft, significance: Significance | null): AnswerDraft {
  return draft.open === null ? draft : withVerdict(draft, 'off-target', draft.open.category, significance)
}

/** The answer, or null while something is missing. */
export function bodyOf(draft: AnswerDraft): AnswerBody | null {
  const note = draft.note.trim()
  if (draft.task === 'preference') {
    return draft.choice === null ? null : { task: 'preference', choice: draft.choice, note }
  }
  if (draft.task === 'interpretation') {
    const [clarity, relevance, singleMeaning] = draft.ratings
    if (clarity == null || relevance == null || singleMeaning == null) return null
    return { task: 'interpretation', clarity, relevance, singleMeaning, wording: draft.wording.trim(), note }
  }
  if (draft.task === 'detection') {
    const active = draft.active.filter((one) => one !== null)
    return active.length === draft.active.length && active.length > 0 ? { task: 'detection', active, note } : null
  }
  const edits = draft.edits.filter((verdict) => verdict !== null)
  if (draft.task !== 'edits' || draft.open !== null || draft.overall === null) return null
  return edits.length === draft.edits.length ? { task: 'edits', edits, overall: draft.overall, note } : null
}

function withVerdict(
  draft: AnswerDraft, value: VerdictValue, category: RexvalCategory | null, significance: Significance | null,
): AnswerDraft {
  const verdict = { value, category, significance, note: '' }
  const edits = draft.edits.with(draft.position, verdict)
  const after = edits.findIndex((other, at) => at > draft.position && other === null)
  const first = edits.indexOf(null)
  return { ...draft, edits, open: null, position: after >= 0 ? after : first >= 0 ? first : edits.length }
}
