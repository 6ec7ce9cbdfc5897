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
  /** Those who wait for a run that was accepted elsewhere and has not reached this process. */
  readonly #awaited = new Map<string, Set<(run: Run) => void>>()

  /** Carries a run out. Every event that `work` tells goes to the caller and to all watchers. */
  async carryOut<T>(runId: string, onEvent: Watcher, work: (tell: Watcher) => Promise<T>): Promise<T> {
    const settled = Promise.withResolvers<RunEnd>()
    const run: Run = { events: [], watchers: new Set([onEvent]), ended: settled.promise }
    this.#runs.delete(runId)
    this.#runs.set(runId, run)
    this.#forget()
    this.#awaited.get(runId)?.forEach((begun) => begun(run))
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
   * Tells all events of a run from its beginning and resolves when it has ended. A run that has not begun is waited
   * for: whoever watches cancels when it will not come (served from the store, cancelled before it began).
   * @throws HilumError cancelled when the signal aborts, before the run begins or while it runs.
   */
  async watch(runId: string, onEvent: Watcher, signal?: AbortSignal): Promise<RunEnd> {
    const cancelled = Promise.withResolvers<never>()
    cancelled.promise.catch(() => undefined) // nobody may be waiting any more
    const cancel = (): void => cancelled.reject(new HilumError('cancelled', 'Cancelled.'))
    signal?.addEventListener('abort', cancel, { once: true })
    if (signal?.aborted === true) cancel()
    try {
      const run = await this.#begun(runId, cancelled.promise)
      run.events.forEach(onEvent)
      run.watchers.add(onEvent)
      return await Promise.race([run.ended, cancelled.promise]).finally(() => run.watchers.delete(onEvent))
    } finally {
      signal?.removeEventListener('abort', cancel)
    }
  }

  /** The run of an id, once it has begun. */
  async #begun(runId: string, cancelled: Promise<never>): Promise<Run> {
    const known = this.#runs.get(runId)
    if (known !== undefined) return known
    const arrival = Promise.withResolvers<Run>()
    const waiting = this.#awaited.get(runId) ?? new Set()
    this.#awaited.set(runId, waiting.add(arrival.resolve))
    try {
      return await Promise.race([arrival.promise, cancelled])
    } finally {
      waiting.delete(arrival.resolve)
      if (waiting.size === 0 && this.#awaited.get(runId) === waiting) this.#awaited.delete(runId)
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
