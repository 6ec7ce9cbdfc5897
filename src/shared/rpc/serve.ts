import { z } from 'zod'
import { HilumError, toErrorData } from '../errors.ts'
import type { Contract, Event, MethodName, Params, Result } from './contract.ts'
import { CallMessage } from './message.ts'
import type { ReplyMessage } from './message.ts'
import type { Port } from './port.ts'
import { transferOf } from './transfer.ts'

/** What a handler has besides its params. */
export interface CallContext<E> {
  /** Aborted when the caller cancels, or, with a HilumError as its reason, when the caller is gone. */
  readonly signal: AbortSignal
  /** Sends an event to the caller; does nothing once the call has ended. */
  readonly emit: (event: E) => void
}

export type Handlers<C extends Contract> = {
  readonly [M in MethodName<C>]: (
    params: Params<C, M>,
    call: CallContext<Event<C, M>>,
  ) => Promise<Result<C, M>> | Result<C, M>
}

export interface ServeOptions {
  /** Told of every failed call but a cancelled one, for the log. */
  readonly onError?: (method: string, thrown: unknown) => void
}

/**
 * Answers the calls that come in on a port, as many at a time as come. Params are checked against the contract;
 * whatever a handler throws reaches the caller as a HilumError. Returns a function that ends the service.
 */
export function serve<C extends Contract>(
  port: Port,
  contract: C,
  handlers: Handlers<C>,
  options: ServeOptions = {},
): () => void {
  const running = new Map<number, AbortController>()

  const reply = (message: ReplyMessage, transfer: readonly ArrayBuffer[] = []): void => {
    if (running.has(message.id)) port.postMessage(message, transfer)
  }

  const run = async (id: number, method: string, params: unknown): Promise<void> => {
    const abort = new AbortController()
    running.set(id, abort)
    const emit = (event: unknown): void => reply({ kind: 'event', id, event }, transferOf(event))
    try {
      const handle = handlerOf(contract, handlers, method)
      const result = await handle(checkedParams(contract, method, params), { signal: abort.signal, emit })
      reply({ kind: 'result', id, result }, transferOf(result))
    } catch (thrown) {
      const error = toErrorData(thrown)
      if (error.kind !== 'cancelled' && !abort.signal.aborted) options.onError?.(method, thrown)
      reply({ kind: 'error', id, error })
    } finally {
      running.delete(id)
    }
  }

  const stop = (): void => {
    const gone = new HilumError('unavailable', 'Whoever asked for this is gone.')
    for (const abort of running.values()) abort.abort(gone)
    running.clear()
  }
  port.onClose(stop)
  port.onMessage((data) => {
    const message = CallMessage.safeParse(data)
    if (!message.success) return // not a call: nobody waits for an answer
    if (message.data.kind === 'cancel') running.get(message.data.id)?.abort()
    else if (!running.has(message.data.id)) void run(message.data.id, message.data.method, message.data.params)
  })
  return () => {
    stop()
    port.close()
  }
}

/**
 * Of a handler's signal, the cancellations that the caller asked for: for work that goes on without its caller, because
 * a page that is closed or reloaded did not give it up.
 */
export function cancellationsOf(signal: AbortSignal): AbortSignal {
  const asked = new AbortController()
  const pass = (): void => {
    if (!(signal.reason instanceof HilumError)) asked.abort()
  }
  if (signal.aborted) pass()
  else signal.addEventListener('abort', pass, { once: true })
  return asked.signal
}

type AnyHandler = (params: unknown, call: CallContext<unknown>) => unknown

function handlerOf<C extends Contract>(contract: C, handlers: Handlers<C>, method: string): AnyHandler {
  if (!Object.hasOwn(contract, method) || !Object.hasOwn(handlers, method)) {
    throw new HilumError('unsupported', `There is no method “${method}” here.`)
  }
  return handlers[method as MethodName<C>] as AnyHandler
}

function checkedParams(contract: Contract, method: string, params: unknown): unknown {
  const checked = contract[method]!.params.safeParse(params)
  if (checked.success) return checked.data
  throw new HilumError('bad-input', `${method} was called with values it cannot take: ${z.prettifyError(checked.error)}`)
}
