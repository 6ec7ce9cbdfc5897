import { describe, expect, it } from 'vitest'
import { assignItems } from '../../../../src/main/review/assignItems.ts'
import { blocksOfReaders } from '../../../../src/main/review/blocks.ts'
import { planItems } from '../../../../src/main/review/planItems.ts'
import type { Assignment, ReviewPlan } from '../../../../src/shared/domain/reviewSet.ts'
import { plan } from './plans.ts'

const cases = Array.from({ length: 12 }, (_, at) => `c${at}`)
const assign = (change: Partial<ReviewPlan> = {}) => {
  const made = plan({ cases, ...change })
  const items = planItems(made, new Map())
  return { items, assignments: assignItems(made, items) }
}
const of = (assignments: readonly Assignment[], reader: string) => assignments.filter((one) => one.reader === reader)

describe('the order of reading', () => {
  it('follows from the seed alone, and is another for every reader', () => {
    const { assignments } = assign()
    expect(assign().assignments).toEqual(assignments)
    expect(assign({ seed: 12 }).assignments).not.toEqual(assignments)
    const order = (reader: string) => of(assignments, reader).map((one) => one.item)
    expect(order('Ada').toSorted((a, b) => a - b)).toEqual(order('Ben').toSorted((a, b) => a - b))
    expect(order('Ada')).not.toEqual(order('Ben'))
    expect(of(assignments, 'Ada').map((one) => one.position)).toEqual(order('Ada').map((_, at) => at))
  })

  it('puts the baseline on either side for half of the items, and always first where nothing is blinded', () => {
    const { items, assignments } = assign()
    expect(of(assignments, 'Ada').filter((one) => one.swapped).length).toBe(items.length / 2)
    expect(assign({ blinded: false }).assignments.some((one) => one.swapped)).toBe(false)
  })

  it('spreads the items of a case over the arms', () => {
    const { items, assignments } = assign({ arms: 2 })
    const arm = new Map(of(assignments, 'Ada').map((one) => [one.item, one.arm]))
    for (const caseId of cases) {
      const arms = items.filter((item) => item.caseId === caseId).map((item) => arm.get(item.number)!)
      expect(arms.toSorted()).toEqual([0, 0, 1, 1])
    }
  })

  it('repeats a share of the items in an arm after the others, controls not among them', () => {
    const made = plan({ cases, repeatShare: 0.25, controls: ['baseline'] })
    const items = planItems(made, new Map())
    const repeats = of(assignItems(made, items), 'Ben').filter((one) => one.occurrence === 2)
    expect(repeats.length).toBe(15) // a quarter of 48 and 12 controls
    expect(new Set(repeats.map((one) => one.arm))).toEqual(new Set([1]))
    expect(repeats.map((one) => items[one.item - 1]!.control)).toEqual(repeats.map(() => null))
  })
})

describe('incomplete blocks', () => {
  it.each([[4, 2, 12], [5, 3, 20], [6, 2, 45], [7, 3, 70]])(
    'of %i readers, %i an item, over %i items are balanced: equal loads, equal pairs', (readers, size, items) => {
      const blocks = blocksOfReaders(readers, size, items, 5)
      const load = new Map<number, number>()
      const pairs = new Map<string, number>()
      for (const block of blocks) {
        expect(new Set(block).size).toBe(size)
        for (const reader of block) load.set(reader, (load.get(reader) ?? 0) + 1)
        for (const a of block) for (const b of block) if (a < b) pairs.set(`${a} ${b}`, (pairs.get(`${a} ${b}`) ?? 0) + 1)
      }
      expect(new Set(load.values())).toEqual(new Set([(items * size) / readers]))
      expect(pairs.size).toBe((readers * (readers - 1)) / 2)
      expect(new Set(pairs.values()).size).toBe(1)
    },
  )

  it.each([[4, 2, 7], [5, 2, 13], [20, 9, 33]])(
    'of %i readers, %i an item, over %i items differ in load by no more than one', (readers, size, items) => {
      const loads = new Array<number>(readers).fill(0)
      for (const block of blocksOfReaders(readers, size, items, 5)) {
        expect(new Set(block).size).toBe(size)
        for (const reader of block) loads[reader]! += 1
      }
      expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(1)
    },
  )

  it('give each reader in the plan an equal part', () => {
    const { items, assignments } = assign({ readers: ['Ada', 'Ben', 'Cho'], readersPerItem: 2 })
    expect(['Ada', 'Ben', 'Cho'].map((reader) => of(assignments, reader).length)).toEqual(new Array(3).fill((items.length * 2) / 3))
  })
})
