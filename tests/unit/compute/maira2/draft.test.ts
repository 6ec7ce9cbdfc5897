import { describe, expect, it } from 'vitest'
import { Draft } from '../../../../src/compute/maira2/draft.ts'
import { PassCosts } from '../../../../src/compute/maira2/passCosts.ts'

function after(draft: Draft, ids: readonly number[]): Draft {
  ids.forEach((id) => draft.write(id))
  return draft
}
const ROWS = [1, 2, 3, 4, 6, 8, 16]
const cheap = (rows: number): number => 1 + 0.2 * (rows - 1)

describe('a draft', () => {
  it('proposes what stands next while the texts agree', () => {
    const draft = new Draft([5, 6, 7, 8])
    expect(draft.propose(2)).toEqual([5, 6])
    expect(after(draft, [5, 6]).propose(9)).toEqual([7, 8])
    expect(after(draft, [7, 8]).propose(9)).toEqual([])
  })

  it.each([
    ['another word', [1, 2, 99], [4, 5]],
    ['an inserted word', [1, 2, 99, 3], [4, 5]],
    ['a missing word', [1, 2, 4], [5, 6]],
    ['a whole other sentence', [1, 2, 91, 92, 93, 94, 95, 5, 6], [7, 8]],
  ])('joins the text again after %s', (_what, written, next) => {
    expect(after(new Draft([1, 2, 3, 4, 5, 6, 7, 8]), written).propose(2)).toEqual(next)
  })

  it('joins at the place that shares most with what was written, the nearest of equals', () => {
    const ids = [1, 2, 50, 9, 3, 4, 50, 60, 3, 4, 50, 70, 3, 4, 50, 80]
    expect(after(new Draft(ids), [1, 2, 60, 3, 4, 50]).propose(1)).toEqual([70])
    expect(after(new Draft(ids), [1, 99, 4, 50]).propose(1)).toEqual([60])
  })

  it('proposes more the more agrees, and nothing once nothing does', () => {
    const ids = Array.from({ length: 200 }, (_, i) => i)
    const agreeing = after(new Draft(ids), ids.slice(0, 60))
    expect(agreeing.length(ROWS, cheap)).toBe(15)
    const differing = after(new Draft(ids), ids.slice(0, 30).map((id) => id + 1000))
    expect(differing.length(ROWS, cheap)).toBe(0)
    expect(agreeing.length(ROWS, (rows) => rows)).toBe(0) // rows that cost as much as passes are not worth it
    expect(agreeing.length([1], cheap)).toBe(0)
  })
})

describe('the costs of passes', () => {
  it('are a line through what was seen', () => {
    const costs = new PassCosts()
    expect(costs.relative(4)).toBeCloseTo(1.9)
    for (let i = 0; i < 20; i++) for (const rows of [1, 4, 8]) costs.observe(rows, 30 + 9 * (rows - 1))
    expect(costs.relative(1)).toBe(1)
    expect(costs.relative(4)).toBeCloseTo(1 + 0.3 * 3)
    expect(costs.relative(16)).toBeCloseTo(1 + 0.3 * 15)
  })

  it('follow the machine when it changes', () => {
    const costs = new PassCosts()
    for (let i = 0; i < 40; i++) costs.observe(1 + (i % 8), 10 + (i % 8))
    for (let i = 0; i < 400; i++) costs.observe(1 + (i % 8), 10 + 5 * (i % 8))
    expect(costs.relative(3)).toBeCloseTo(2, 1)
  })
})
