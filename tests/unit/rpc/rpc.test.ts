import { MessageChannel } from 'node:worker_threads'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { HilumError } from '../../../src/shared/errors.ts'
import { connect } from '../../../src/shared/rpc/connect.ts'
import type { Client } from '../../../src/shared/rpc/connect.ts'
import { defineContract } from '../../../src/shared/rpc/contract.ts'
import { workerPort } from '../../../src/shared/rpc/ports.ts'
import { cancellationsOf, serve } from '../../../src/shared/rpc/serve.ts'
import type { Handlers } from '../../../src/shared/rpc/serve.ts'
import { withTransfer } from '../../../src/shared/rpc/transfer.ts'

const contract = defineContract({
  'sum.of': { params: z.object({ values: z.array(z.number()), scale: z.number().default(1) }), result: z.number() },
  'count.to': { params: z.object({ limit: z.number() }), result: z.string(), event: z.number() },
  'wait.forever': { params: z.object({}), result: z.object({}), event: z.string() },
  'fail.with': { params: z.object({ how: z.enum(['known', 'foreign', 'abort']) }), result: z.null() },
  'film.pixels': {
    params: z.object({ pixels: z.instanceof(Uint8Array).optional() }),
    result: z.object({ pixels: z.instanceof(Uint8Array) }),
  },
  'send.function': { params: z.object({}), result: z.unknown() },
  'emit.late': { params: z.object({}), result: z.string(), event: z.string() },
})
type TestContract = typeof contract

const aborted = vi.fn()
let sent: Uint8Array<ArrayBuffer> | undefined

const handlers: Handlers<TestContract> = {
  'sum.of': ({ values, scale }) => values.reduce((total, value) => total + value, 0) * scale,
  'count.to': async ({ limit }, { emit }) => {
    for (let i = 1; i <= limit; i += 1) {
      emit(i)
      await Promise.resolve()
    }
    return `counted to ${limit}`
  },
  'wait.forever': (_params, { signal, emit }) =>
    new Promise((_resolve, reject) => {
      emit('waiting')
      signal.addEventListener('abort', () => {
        aborted(signal.reason)
        emit('too late')
        reject(new HilumError('cancelled', 'Cancelled.'))
      })
    }),
  'fail.with': ({ how }) => {
    if (how === 'known') throw new HilumError('not-found', 'There is no such case.', { mend: 'Reload the worklist.' })
    if (how === 'abort') throw new DOMException('stopped', 'AbortError')
    throw new TypeError('x is undefined')
  },
  'film.pixels': ({ pixels }) => {
    sent = pixels ?? new Uint8Array([1, 2, 3])
    return withTransfer({ pixels: sent }, [sent.buffer])
  },
  'send.function': () => () => undefined,
  'emit.late': (_params, { emit }) => {
    setTimeout(() => emit('too late'), 5)
    return 'done'
  },
}

const channels: MessageChannel[] = []
const onError = vi.fn()

function pair(): { client: Client<TestContract>; channel: MessageChannel; stop: () => void } {
  const channel = new MessageChannel()
  channels.push(channel)
  const stop = serve(workerPort(channel.port1), contract, handlers, { onError })
  return { client: connect(workerPort(channel.port2), contract, 'the test process'), channel, stop }
}

const caught = (promise: Promise<unknown>): Promise<HilumError> =>
  promise.then(
    () => expect.unreachable('the call should have failed'),
    (thrown: unknown) => thrown as HilumError,
  )

afterEach(() => {
  for (const channel of channels.splice(0)) channel.port1.close()
  aborted.mockClear()
  onError.mockClear()
})

describe('a call', () => {
  it('returns what the handler returns, with the defaults of the contract filled in', async () => {
    const { client } = pair()
    expect(await client.call('sum.of', { values: [1, 2, 3] })).toBe(6)
    expect(await client.call('sum.of', { values: [1, 2, 3], scale: 10 })).toBe(60)
  })

  it('runs beside others and finds its own answer', async () => {
    const { client } = pair()
    const answers = await Promise.all([3, 1, 2].map((n) => client.call('sum.of', { values: [n] })))
    expect(answers).toEqual([3, 1, 2])
  })

  it('delivers its events in order and before its result', async () => {
    const { client } = pair()
    const seen: unknown[] = []
    seen.push(await client.call('count.to', { limit: 4 }, { onEvent: (n) => seen.push(n) }))
    expect(seen).toEqual([1, 2, 3, 4, 'counted to 4'])
  })
})

describe('a call that has ended', () => {
  it('sends nothing more, however late its handler emits', async () => {
    const { client, channel } = pair()
    const kinds: string[] = []
    channel.port2.on('message', (message: { kind: string }) => kinds.push(message.kind))
    await client.call('emit.late', {})
    await new Promise((resolve) => setTimeout(resolve, 20))
    await client.call('sum.of', { values: [] })
    expect(kinds).toEqual(['result', 'result'])
  })
})

describe('a failure', () => {
  it('arrives as the HilumError that was thrown, with its mend', async () => {
    const error = await caught(pair().client.call('fail.with', { how: 'known' }))
    expect(error).toBeInstanceOf(HilumError)
    expect(error).toMatchObject({ kind: 'not-found', message: 'There is no such case.', mend: 'Reload the worklist.' })
  })

  it('of a foreign kind arrives as internal, keeps its message and reaches the log', async () => {
    const error = await caught(pair().client.call('fail.with', { how: 'foreign' }))
    expect(error).toMatchObject({ kind: 'internal', message: 'x is undefined' })
    expect(onError).toHaveBeenCalledExactlyOnceWith('fail.with', expect.any(TypeError))
  })

  it('by an abort arrives as cancelled and is not logged', async () => {
    expect(await caught(pair().client.call('fail.with', { how: 'abort' }))).toMatchObject({ kind: 'cancelled' })
    expect(onError).not.toHaveBeenCalled()
  })

  it('answers params that break the contract, naming the method and the field, without calling the handler', async () => {
    const { client } = pair()
    const error = await caught(client.call('sum.of', { values: ['two'] as unknown as number[] }))
    expect(error.kind).toBe('bad-input')
    expect(error.message).toMatch(/sum\.of.*values/s)
  })

  it.each(['no.such', 'constructor', 'toString', '__proto__'])('answers the unknown method %s', async (method) => {
    const { client } = pair()
    const error = await caught(client.call(method as 'sum.of', { values: [] }))
    expect(error).toMatchObject({ kind: 'unsupported' })
  })

  it('answers a result that cannot be sent instead of leaving the caller waiting', async () => {
    expect(await caught(pair().client.call('send.function', {}))).toMatchObject({ kind: 'internal' })
  })

  it('rejects params that cannot be sent', async () => {
    const { client } = pair()
    const params = { values: [() => 1] as unknown as number[] }
    expect(await caught(client.call('sum.of', params))).toMatchObject({ kind: 'internal' })
  })

  it('ignores messages that are not calls', async () => {
    const { client, channel } = pair()
    for (const junk of [null, 7, 'call', {}, { kind: 'call' }, { kind: 'cancel', id: 99 }]) channel.port2.postMessage(junk)
    expect(await client.call('sum.of', { values: [5] })).toBe(5)
  })
})

describe('cancelling', () => {
  it('rejects the caller at once, aborts the handler and lets nothing more through', async () => {
    const { client } = pair()
    const abort = new AbortController()
    const events: string[] = []
    const call = client.call('wait.forever', {}, { signal: abort.signal, onEvent: (event) => {
      events.push(event)
      abort.abort()
    } })
    expect(await caught(call)).toMatchObject({ kind: 'cancelled' })
    await vi.waitFor(() => expect(aborted).toHaveBeenCalledOnce())
    expect(await client.call('sum.of', { values: [1] })).toBe(1)
    expect(events).toEqual(['waiting'])
  })

  it('before the call sends nothing', async () => {
    const { client } = pair()
    const onEvent = vi.fn()
    expect(await caught(client.call('count.to', { limit: 1 }, { signal: AbortSignal.abort(), onEvent })))
      .toMatchObject({ kind: 'cancelled' })
    await client.call('sum.of', { values: [] })
    expect(onEvent).not.toHaveBeenCalled()
  })
})

describe('a port that closes', () => {
  it('fails the calls that wait with unavailable, naming the other side, and those that come after', async () => {
    const { client, channel } = pair()
    const waiting = caught(client.call('wait.forever', {}))
    const closed = new Promise<void>((resolve) => client.onClose(resolve))
    channel.port1.close()
    expect(await waiting).toMatchObject({ kind: 'unavailable', message: 'Lost the connection to the test process.' })
    await closed
    expect(await caught(client.call('sum.of', { values: [] }))).toMatchObject({ kind: 'unavailable' })
  })

  it('aborts the handlers that run for it', async () => {
    const { client } = pair()
    const started = new Promise<void>((resolve) => {
      void caught(client.call('wait.forever', {}, { onEvent: () => resolve() }))
    })
    await started
    client.close()
    await vi.waitFor(() => expect(aborted).toHaveBeenCalledOnce())
    // Other than a cancellation: whoever asked did not give it up.
    expect(aborted).toHaveBeenCalledWith(expect.objectContaining({ kind: 'unavailable' }))
  })

  it('is closed by ending the service', async () => {
    const { client, stop } = pair()
    const waiting = caught(client.call('wait.forever', {}))
    stop()
    expect(await waiting).toMatchObject({ kind: 'unavailable' })
  })
})

describe('buffers', () => {
  it('marked by the handler are moved, not copied', async () => {
    const { pixels } = await pair().client.call('film.pixels', {})
    expect([...pixels]).toEqual([1, 2, 3])
    expect(sent?.byteLength).toBe(0)
  })

  it('listed by the caller are moved, not copied', async () => {
    const mine = new Uint8Array([4, 5])
    const { pixels } = await pair().client.call('film.pixels', { pixels: mine }, { transfer: [mine.buffer] })
    expect([...pixels]).toEqual([4, 5])
    expect(mine.byteLength).toBe(0)
  })
})

describe('the cancellations of a signal', () => {
  it('are those that were asked for, not those of a caller that is gone', () => {
    const [asked, gone] = [new AbortController(), new AbortController()]
    const [first, second] = [cancellationsOf(asked.signal), cancellationsOf(gone.signal)]
    asked.abort()
    gone.abort(new HilumError('unavailable', 'Gone.'))
    expect([first.aborted, second.aborted]).toEqual([true, false])
    expect([cancellationsOf(asked.signal).aborted, cancellationsOf(gone.signal).aborted]).toEqual([true, false])
  })
})
