import type { GenerationEvent } from '../../../src/shared/contracts/compute.ts'
import { HilumError } from '../../../src/shared/errors.ts'
import { sleep } from './sleep.ts'

const watchers = new Map<string, { events: GenerationEvent[]; ended: boolean }>()

/** Plays the writing of a text, as slowly as `?slow=` in the address says. */
export async function play(runId: string, text: string, signal: AbortSignal): Promise<void> {
  const run = { events: [] as GenerationEvent[], ended: false }
  watchers.set(runId, run)
  const slow = Number(new URLSearchParams(location.search).get('slow') ?? '1')
  try {
    run.events.push({ stage: 'vision' })
    await sleep(250 * slow)
    for (let done = 0; done <= 412; done += 103) {
      run.events.push({ stage: 'prompt', done, total: 412 })
      await sleep(40 * slow)
    }
    const pieces = [...text.matchAll(/\s?\S+/g)]
    for (const [index, piece] of pieces.entries()) {
      if (signal.aborted) throw new HilumError('cancelled', 'Cancelled.')
      run.events.push({
        stage: 'token',
        index,
        text: piece[0],
        textSoFar: text.slice(0, piece.index + piece[0].length),
      })
      await sleep(25 * slow)
    }
  } finally {
    run.ended = true
  }
}

/** Tells the events of a run from its beginning, once there is one, until it ends. */
export async function watch(
  runId: string,
  emit: (event: GenerationEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  let run = watchers.get(runId)
  for (; run === undefined && !signal.aborted; run = watchers.get(runId)) await sleep(15)
  for (let at = 0; run !== undefined && !signal.aborted;) {
    for (; at < run.events.length; at++) emit(run.events[at] as GenerationEvent)
    if (run.ended) break
    await sleep(15)
  }
}
