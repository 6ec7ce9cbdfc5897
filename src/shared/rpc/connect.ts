import { HilumError } from '../errors.ts'
import type { Contract, Event, MethodName, ParamsInput, Result } from './contract.ts'
import type { CallMessage, ReplyMessage } from './message.ts'
import type { Port } from './port.ts'

export interface CallOptions<E> {
  /** Aborting it rejects the call with kind `cancelled` at once and tells the other side to stop. */
  readonly signal?: AbortSignal | undefined
  readonly onEvent?: ((event: E) => void) | undefined
  /** Buffers inside the params to be moved instead of copied. */
  readonly transfer?: readonly ArrayBuffer[] | undefined
}

/** The calling side of a contract. */
export interface Client<C extends Contract> {
  /**
   * Calls a method. Rejects with the HilumError the handler threw, with `cancelled`, or with `unavailable` when the
   * other side is gone (also when it goes while the call runs). Events arrive in order and before the result.
   */
  call<M extends MethodName<C>>(
    method: M,
    params: ParamsInput<C, M>,
    options?: CallOptions<Event<C, M>>,
  ): Promise<Result<C, M>>
  /** Called once, when the other side is gone or this side was closed. */
  onClose(closed: () => void): void
  close(): void
}

interface Pending {
  readonly resolve: (result: unknown) => void
  readonly reject: (error: Error) => void
  readonly onEvent: ((event: never) => void) | undefined
  readonly forget: () => void
}

/** Speaks a contract over a port whose other end is `serve`d. The name is used in errors: “the compute process”. */
export function connect<C extends Contract>(port: Port, _contract: C, name = 'the other process'): Client<C> {
  const pending = new Map<number, Pending>()
  let count = 0
  let closed = false

  const settle = (id: number): Pending | undefined => {
    const call = pending.get(id)
    pending.delete(id)
    call?.forget()
    return call
  }

  port.onMessage((data) => {
    const message = data as ReplyMessage // from our own code; the page and the children never speak for us
    if (message.kind === 'event') pending.get(message.id)?.onEvent?.(message.event as never)
    else if (message.kind === 'result') settle(message.id)?.resolve(message.result)
    else if (message.kind === 'error') settle(message.id)?.reject(HilumError.fromData(message.error))
  })
  port.onClose(() => {
    closed = true
    for (const id of [...pending.keys()]) settle(id)?.reject(gone(name))
  })

  const send = (message: CallMessage, transfer?: readonly ArrayBuffer[]): void => port.postMessage(message, transfer)

  return {
    call(method, params, { signal, onEvent, transfer } = {}) {
      return new Promise((resolve, reject) => {
        if (closed) return reject(gone(name))
        if (signal?.aborted === true) return reject(cancelled())
        const id = (count += 1)
        const cancel = (): void => {
          settle(id)?.reject(cancelled())
          send({ kind: 'cancel', id })
        }
        signal?.addEventListener('abort', cancel, { once: true })
        const forget = (): void => signal?.removeEventListener('abort', cancel)
        pending.set(id, { resolve: resolve as (result: unknown) => void, reject, onEvent, forget })
        try {
          send({ kind: 'call', id, method, params }, transfer)
        } catch (thrown) {
          settle(id)
          reject(new HilumError('internal', `The params of ${method} cannot be sent to ${name}.`, { cause: thrown }))
        }
      })
    },
    onClose: (listener) => port.onClose(listener),
    close: () => port.close(),
  }
}

function gone(name: string): HilumError {
  return new HilumError('unavailable', `Lost the connection to ${name}.`, { mend: 'Try again; it is started anew.' })
}

function cancelled(): HilumError {
  return new HilumError('cancelled', 'Cancelled.')
}
