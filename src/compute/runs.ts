import type { GenerationEvent } from '../shared/contracts/compute.ts'
import { HilumError } from '../shared/errors.ts'

/** Runs that ended are remembered for this many more, so that a watcher who comes late sees them too. */
const REMEMBERED = 32

export type RunEnd = 'done' | 'failed' | 'cancelled'
type Watcher = (event: GenerationEvent) => void

interface Run {
  readonly events: GenerationEvent[]
  readonly watchers: Set<Watcher>
  readonly ended: Promise<RunEnd>
}

/** The generations of this process by the id their caller gave them, for others to watch. */
export class Runs {
  readonly #runs = new Map<string, Run>() // oldest first

  /** Carries a run out. Every event that `work` tells goes to the caller and to all watchers. */
  async carryOut<T>(runId: string, onEvent: Watcher, work: (tell: Watcher) => Promise<T>): Promise<T> {
    const settled = Promise.withResolvers<RunEnd>()
    const run: Run = { events: [], watchers: new Set([onEvent]), ended: settled.promise }
    this.#runs.delete(runId)
    this.#runs.set(runId, run)
    this.#forget()
    try {
      const result = await work((event) => {
        run.events.push(event)
        for (const watcher of run.watchers) watcher(event)
      })
      settled.resolve('done')
      return result
    } catch (error) {
      settled.resolve(error instanceof HilumError && error.kind === 'cancelled' ? 'cancelled' : 'failed')
      throw error
    }
  }

  /**
   * Tells all events of a run from its beginning and resolves when it has ended.
   * @throws HilumError not-found when no run of that id is known (yet).
   */
  async watch(runId: string, onEvent: Watcher, signal?: AbortSignal): Promise<RunEnd> {
    const run = this.#runs.get(runId)
    if (run === undefined) throw new HilumError('not-found', `There is no run “${runId}”.`)
    run.events.forEach(onEvent)
    run.watchers.add(onEvent)
    const stopped = Promise.withResolvers<null>()
    const stop = (): void => stopped.resolve(null)
    signal?.addEventListener('abort', stop, { once: true })
    if (signal?.aborted === true) stop()
    try {
      const end = await Promise.race([run.ended, stopped.promise])
      if (end === null) throw new HilumError('cancelled', 'Cancelled.')
      return end
    } finally {
      signal?.removeEventListener('abort', stop)
      run.watchers.delete(onEvent)
    }
  }

  /** Beyond the runs remembered, the oldest go. One that is still running is only no longer found by its id. */
  #forget(): void {
    for (const runId of this.#runs.keys()) {
      if (this.#runs.size <= REMEMBERED) return
      this.#runs.delete(runId)
    }
  }
}
