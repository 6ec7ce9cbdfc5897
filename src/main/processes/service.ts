import { HilumError } from '../../shared/errors.ts'
import { connect } from '../../shared/rpc/connect.ts'
import type { Client } from '../../shared/rpc/connect.ts'
import type { Contract } from '../../shared/rpc/contract.ts'
import type { ProcessExit, ServiceProcess } from './serviceProcess.ts'

/** A service that lives in a process of its own. */
export interface Service<C extends Contract, P extends ServiceProcess = ServiceProcess> {
  /** Calls a method, starting the process first when there is none. Errors as in `Client.call`. */
  readonly call: Client<C>['call']
  /** The running process, started and prepared. Rejects when either fails. */
  process(): Promise<P>
  /**
   * Sets what is done with every new process before anybody uses it (opening the store, the model). When it throws,
   * those who waited fail with what was thrown; the process stays, and whoever asks next has it tried again there.
   */
  prepareWith(prepare: (client: Client<C>) => Promise<void>): void
  /** Has the process prepared anew before it is used again, because what it was prepared with has changed. */
  prepareAgain(): void
  /** Told of every end of the process that was not asked for. The next call starts another. */
  onFailure(listener: (exit: ProcessExit) => void): void
  /** Ends the process for good and waits until it is gone. */
  stop(): Promise<void>
}

/** More failures than this within the window mean that starting again does not help. */
const MOST_FAILURES = 5
const FAILURE_WINDOW_MS = 60_000

interface Running<C extends Contract, P> {
  readonly process: P
  readonly client: Client<C>
}

/** Owns one process of a kind: starts it at the first use and again after it failed. */
export function createService<C extends Contract, P extends ServiceProcess>(options: {
  readonly name: string
  readonly contract: C
  readonly start: () => P
}): Service<C, P> {
  const { name, contract, start } = options
  const listeners: ((exit: ProcessExit) => void)[] = []
  let prepare: (client: Client<C>) => Promise<void> = async () => undefined
  let started: Promise<Running<C, P>> | null = null
  let prepared: Promise<Running<C, P>> | null = null
  let live: P | null = null
  let failures: readonly number[] = []
  let stopped = false

  const left = (process: P, exit: ProcessExit): void => {
    if (live === process) live = started = prepared = null
    if (exit.reason === 'stopped') return
    failures = [...failures, Date.now()].slice(-MOST_FAILURES)
    for (const listener of listeners) listener(exit)
  }

  const begin = async (): Promise<Running<C, P>> => {
    if (stopped) throw new HilumError('unavailable', `The ${name} process was stopped.`)
    const oldest = failures.length < MOST_FAILURES ? undefined : failures[0]
    if (oldest !== undefined && Date.now() - oldest < FAILURE_WINDOW_MS) {
      throw new HilumError('unavailable', `The ${name} process failed ${MOST_FAILURES} times within a minute.`, {
        mend: 'Wait a minute and try again; if it fails again, look into the log for the reason.',
      })
    }
    const process = start()
    live = process
    void process.exited.then((exit) => left(process, exit))
    try {
      await process.ready
      return { process, client: connect(process.connect(), contract, `the ${name} process`) }
    } catch (error) {
      process.kill()
      throw error
    }
  }

  /** The process, whether or not it could be prepared; another one after its connection has closed. */
  const running = (): Promise<Running<C, P>> => {
    if (started !== null) return started
    const mine = begin()
    started = mine
    const forget = (): void => {
      if (started === mine) started = prepared = null
    }
    mine.then(({ client }) => client.onClose(forget), forget)
    return mine
  }

  /** All who ask while it is being prepared share that one attempt. */
  const ready = (): Promise<Running<C, P>> => {
    if (prepared !== null) return prepared
    const mine = running().then(async (found) => {
      await prepare(found.client)
      return found
    })
    prepared = mine
    mine.catch(() => {
      if (prepared === mine) prepared = null
    })
    return mine
  }

  return {
    call: async (method, params, callOptions) => (await ready()).client.call(method, params, callOptions),
    process: async () => (await ready()).process,
    prepareWith: (given) => void (prepare = given),
    prepareAgain: () => void (prepared = null),
    onFailure: (listener) => void listeners.push(listener),
    async stop() {
      stopped = true
      live?.kill()
      await live?.exited
    },
  }
}
