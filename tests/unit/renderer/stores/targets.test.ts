import { describe, expect, it } from 'vitest'
import { useCase } from '../../../../src/renderer/stores/case.ts'
import { useTargets } from '../../../../src/renderer/stores/targets.ts'
import { targetInWords } from '../../../../src/renderer/text/targetWords.ts'
import type { Target } from '../../../../src/shared/domain/target.ts'
import { caseOf, comparisonOf, playServices } from '../support.ts'

const NAMED: Target = { observations: ['edema'], comparison: false }
const OWN: Target = { observations: ['pleural-effusion'], comparison: true }

describe("features' targets in the window", () => {
  it('keep what the reader says and show the new verdicts by rule of the open case', async () => {
    const asked: unknown[] = []
    playServices({
      main: {
        'case.get': ({ caseId }) => caseOf(caseId),
        'case.history': () => ({ baseline: null, grounded: null, comparisons: asked.length === 0 ? [] : [comparisonOf([])] }),
        'target.get': ({ feature }) => ({ feature, named: NAMED, reader: null }),
        'target.set': ({ feature, target, reader }) => {
          asked.push({ feature, target, reader })
          return { feature, named: NAMED, reader: target === null ? null : { target, reader, createdAt: '2026-01-01T00:00:00Z' } }
        },
      },
    })
    const cases = useCase()
    const targets = useTargets()
    await cases.open('one')
    await targets.learn(7)
    targets.edit(7)
    expect(targets.editing).toBe(7)
    expect(await targets.keep(7, OWN)).toBe(true)
    expect(asked).toEqual([{ feature: 7, target: OWN, reader: 'Reader' }])
    expect(targets.known.get(7)?.reader?.target).toEqual(OWN)
    expect(targets.editing).toBeNull()
    expect(cases.comparisons).toHaveLength(1)
  })

  it('cannot be changed while they are not known, and stay open when they could not be kept', async () => {
    playServices({ main: { 'target.get': ({ feature }) => ({ feature, named: NAMED, reader: null }) } })
    const targets = useTargets()
    targets.edit(7)
    expect(targets.editing).toBeNull()
    await targets.learn(7)
    targets.edit(7)
    expect(await targets.keep(7, OWN)).toBe(false)
    expect(targets.editing).toBe(7)
  })

  it('are said in words', () => {
    expect(targetInWords(OWN)).toBe('pleural effusion, comparison')
    expect(targetInWords({ ...NAMED, absence: true })).toBe('absence of edema')
    expect(targetInWords({ observations: [], comparison: false })).toBe('nothing that an edit can touch')
  })
})
