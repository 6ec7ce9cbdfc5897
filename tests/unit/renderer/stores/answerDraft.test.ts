import { describe, expect, it } from 'vitest'
import {
  asksFor, bodyOf, chooseCategory, detect, emptyDraft, judge, move, moveOver, rate, weigh, type AnswerDraft,
} from '../../../../src/renderer/stores/answerDraft.ts'

/** Carries out steps on a draft, one after the other. */
const after = (draft: AnswerDraft, ...steps: ((draft: AnswerDraft) => AnswerDraft)[]): AnswerDraft =>
  steps.reduce((now, step) => step(now), draft)

describe('an answer in the making', () => {
  it('asks edit by edit, then for the whole, and is complete with both', () => {
    const draft = emptyDraft('edits', 2)
    expect(asksFor(draft)).toBe('verdict')
    const judged = after(draft, (d) => judge(d, 'on-target'), (d) => judge(d, 'neutral'))
    expect(judged.position).toBe(2)
    expect(asksFor(judged)).toBe('overall')
    expect(bodyOf(judged)).toBeNull()
    expect(bodyOf({ ...judged, overall: '1', note: ' fine ' })).toEqual({
      task: 'edits', overall: '1', note: 'fine',
      edits: [
        { value: 'on-target', category: null, significance: null, note: '' },
        { value: 'neutral', category: null, significance: null, note: '' },
      ],
    })
  })

  it('asks an off-target verdict for category and significance, either of which may be left out', () => {
    const open = after(emptyDraft('edits', 1), (d) => judge(d, 'off-target'))
    expect(asksFor(open)).toBe('category')
    const chosen = chooseCategory(open, 3)
    expect(asksFor(chosen)).toBe('significance')
    expect(bodyOf({ ...chosen, overall: '2a' })).toBeNull() // still open
    expect(weigh(chosen, 'insignificant').edits).toEqual([
      { value: 'off-target', category: 'wrong-location', significance: 'insignificant', note: '' },
    ])
    expect(weigh(open, null).edits[0]).toMatchObject({ value: 'off-target', category: null, significance: null })
    expect(chooseCategory(open, 7)).toBe(open)
  })

  it('takes an open verdict as far as it goes when the reader moves on, and comes back to what was left out', () => {
    const moved = after(emptyDraft('edits', 3), (d) => judge(d, 'off-target'), (d) => chooseCategory(d, 1), (d) => move(d, 1))
    expect(moved.edits[0]).toMatchObject({ category: 'false-finding', significance: null })
    expect(moved.position).toBe(1)
    const skipped = after(moved, (d) => move(d, 1), (d) => judge(d, 'neutral'))
    expect(skipped.position).toBe(1)
  })

  it('stops at both ends, and judges nothing at the whole', () => {
    const draft = emptyDraft('edits', 1)
    expect(move(draft, -1).position).toBe(0)
    const whole = after(draft, (d) => move(d, 5))
    expect(whole.position).toBe(1)
    expect(judge(whole, 'on-target')).toBe(whole)
  })

  it('of two reports that do not differ is about the whole alone', () => {
    const draft = emptyDraft('edits', 0)
    expect(asksFor(draft)).toBe('overall')
    expect(bodyOf({ ...draft, overall: '1' })).toEqual({ task: 'edits', edits: [], overall: '1', note: '' })
  })

  it('rates three questions where an interpretation is asked about, with a better wording', () => {
    const rated = after(emptyDraft('interpretation', 0), (d) => rate(d, 4), (d) => rate(d, 2), (d) => rate(d, 5))
    expect(asksFor(rated)).toBe('rating')
    expect(bodyOf(after(emptyDraft('interpretation', 0), (d) => rate(d, 4)))).toBeNull()
    expect(bodyOf({ ...rated, wording: ' Effusion, left ' })).toEqual({
      task: 'interpretation', clarity: 4, relevance: 2, singleMeaning: 5, wording: 'Effusion, left', note: '',
    })
    expect(after(rated, (d) => moveOver(d, -1, 3), (d) => rate(d, 1)).ratings).toEqual([4, 1, 5])
  })

  it('says of every sentence whether it activates the feature', () => {
    const one = after(emptyDraft('detection', 0, 2), (d) => detect(d, true))
    expect([asksFor(one), one.position, bodyOf(one)]).toEqual(['active', 1, null])
    expect(bodyOf(detect(one, false))).toEqual({ task: 'detection', active: [true, false], note: '' })
  })

  it('is a choice where a preference is asked', () => {
    const draft = emptyDraft('preference', 4)
    expect(asksFor(draft)).toBe('choice')
    expect(bodyOf(draft)).toBeNull()
    expect(bodyOf({ ...draft, choice: 'both' })).toEqual({ task: 'preference', choice: 'both', note: '' })
  })
})
