import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Trials } from '../../../../scripts/dictionary/trials.ts'
import type { ReaderPool } from '../../../../scripts/model/readerPool.ts'
import type { Task } from '../../../../scripts/model/tasks.ts'

/** A model that says effusion on every third phantom, and on any one where feature 1 is pushed by 2 or more. */
function pool(asked: Task[]): ReaderPool {
  const ask = (task: Task): Promise<unknown> => {
    asked.push(task)
    if (task.kind !== 'write') throw new Error('not asked for here')
    return Promise.resolve(task.interventions.map(({ terms }) => {
      const pushed = terms.some(({ feature, strength }) => feature === 1 && strength >= 2)
      const broken = terms.some(({ strength }) => strength > 4)
      const text = broken ? 'effusion effusion the' : pushed || task.seed % 3 === 0 ? 'There is a small left pleural effusion.' : 'No pleural effusion.'
      return { text, stopped: 'eos', tokens: 5, phrases: null }
    }))
  }
  return { ask } as unknown as ReaderPool
}

const target = { observations: ['pleural-effusion'], comparison: false } as const
const seeds = Array.from({ length: 30 }, (_, i) => i)

describe('trials of steering', () => {
  let folder: string
  let file: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hilum-trials-'))
    file = join(folder, 'record.jsonl')
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('use phantoms whose text lacks the target, as many as asked for', async () => {
    const trials = new Trials(pool([]), [1, 1], null)
    const tried = [[1, 2], [0, 2], [1, 8]].map(([feature = 0, strength = 0]) => ({ feature, strength, target }))
    await trials.run(tried, seeds, 10)
    const at = (strength: number) => trials.of(1, target).filter((trial) => trial.strength === strength)
    const [pushed, broken] = [at(2), at(8)]
    expect(pushed?.map((trial) => trial.seed).sort((a, b) => a - b)).toEqual([1, 2, 4, 5, 7, 8, 10, 11, 13, 14])
    expect(pushed?.every((trial) => trial.success && trial.wellFormed === trial.sentences)).toBe(true)
    expect(broken?.every((trial) => trial.wellFormed === 0)).toBe(true)
    expect(trials.of(0, target).every((trial) => !trial.success)).toBe(true)
  })

  it('go on from their record, unless the feature has another scale now', async () => {
    await new Trials(pool([]), [1, 1.5], file).run([{ feature: 1, strength: 2, target }], seeds, 5)
    expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(5)

    const steeredSeeds = (asked: readonly Task[]): readonly number[] =>
      asked.flatMap((task) => (task.kind === 'write' && task.interventions[0]?.terms.length === 1 ? [task.seed] : []))
    const asked: Task[] = []
    const again = new Trials(pool(asked), [1, 1.5], file)
    await again.run([{ feature: 1, strength: 2, target }], seeds, 7)
    expect(steeredSeeds(asked)).toEqual([8, 10])
    expect(again.of(1, target)).toHaveLength(7)

    const rescaled = new Trials(pool([]), [1, 1.6], file)
    expect(rescaled.of(1, target)).toHaveLength(0)
  })
})
