import { describe, expect, it } from 'vitest'
import { Runs } from '../../../src/compute/runs.ts'
import type { GenerationEvent } from '../../../src/shared/contracts/compute.ts'
import { HilumError } from '../../../src/shared/errors.ts'

const word = (index: number): GenerationEvent => ({ stage: 'token', index, text: `${index} `, textSoFar: '' })
const nobody = (): void => undefined
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))

describe('watching a run', () => {
  it('that has not begun waits for it, and hears every event from the first', async () => {
    const runs = new Runs()
    const heard: [GenerationEvent[], GenerationEvent[]] = [[], []]
    const watching = heard.map((events) => runs.watch('a', (event) => events.push(event)))
    await turn()
    const result = await runs.carryOut('a', nobody, async (tell) => {
      tell(word(0)) // before anybody who waited had a turn
      await turn()
      tell(word(1))
      return 'text'
    })
    expect(result).toBe('text')
    expect(await Promise.all(watching)).toEqual(['done', 'done'])
    expect(heard).toEqual([[word(0), word(1)], [word(0), word(1)]])
  })

  it.each([
    ['cancelled', new HilumError('cancelled', 'Cancelled.')],
    ['failed', new HilumError('unavailable', 'No model is open.')],
  ])('ends as %s when it does, also for one who waited for its beginning', async (end, error) => {
    const runs = new Runs()
    const early = runs.watch('a', nobody)
    await turn()
    const run = runs.carryOut('a', nobody, () => Promise.reject(error))
    await expect(run).rejects.toBe(error)
    expect(await early).toBe(end)
    expect(await runs.watch('a', nobody)).toBe(end)
  })

  it('ends when the watcher cancels, before it begins or while it runs, and the run goes on', async () => {
    const runs = new Runs()
    const [waiting, following] = [new AbortController(), new AbortController()]
    const first = runs.watch('a', nobody, waiting.signal)
    waiting.abort()
    await expect(first).rejects.toMatchObject({ kind: 'cancelled' })
    await expect(runs.watch('a', nobody, waiting.signal)).rejects.toMatchObject({ kind: 'cancelled' })

    const heard: GenerationEvent[] = []
    const second = runs.watch('a', (event) => heard.push(event), following.signal)
    const run = runs.carryOut('a', nobody, async (tell) => {
      await turn()
      tell(word(0))
      following.abort()
      await turn()
      tell(word(1))
    })
    await expect(second).rejects.toMatchObject({ kind: 'cancelled' })
    await run
    expect(heard).toEqual([word(0)])
  })

  it('hears of the run of its own id only', async () => {
    const runs = new Runs()
    let ended = false
    const abort = new AbortController()
    const watching = runs.watch('b', nobody, abort.signal).finally(() => (ended = true)).catch(nobody)
    await runs.carryOut('a', nobody, async () => undefined)
    await turn()
    expect(ended).toBe(false)
    abort.abort()
    await watching
  })
})
