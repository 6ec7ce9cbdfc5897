import type { PacsAccess } from '../../shared/domain/pacs.ts'
import { HilumError, throwIfCancelled } from '../../shared/errors.ts'

/** An answer that has begun: its type, and its bytes as they come. */
export interface Answer {
  readonly status: number
  readonly contentType: string
  readonly body: AsyncIterable<Uint8Array>
}

/** A PACS that is silent for this long is given up. */
const SILENCE_MS = 60_000

/**
 * Asks a DICOMweb server. No redirect is followed: nothing is sent anywhere but where the reader said. `maximum` is
 * what the body may hold, whatever length the server claims. Throws HilumError: `unavailable`, `limit`, `cancelled`.
 */
export async function ask(
  { node, password }: PacsAccess, path: string, accept: string, maximum: number, signal: AbortSignal,
): Promise<Answer> {
  throwIfCancelled(signal)
  const silence = new AbortController()
  const watch = setTimeout(() => silence.abort(), SILENCE_MS)
  const headers = new Headers({ accept })
  if (node.user !== null) headers.set('authorization', basic(node.user, password ?? ''))
  try {
    const response = await fetch(`${node.url.replace(/\/+$/, '')}/${path}`, {
      headers, redirect: 'error', signal: AbortSignal.any([signal, silence.signal]),
    })
    const claimed = Number(response.headers.get('content-length') ?? 0)
    if (claimed > maximum) throw tooMuch(node.name, maximum)
    if (response.status >= 400) throw refused(node.name, response.status)
    const body = read(response.body, node.name, maximum, () => watch.refresh(), signal)
    return { status: response.status, contentType: response.headers.get('content-type') ?? '', body: ended(body, watch) }
  } catch (thrown) {
    clearTimeout(watch)
    throw thrown instanceof HilumError ? thrown : failed(node.name, thrown, signal)
  }
}

/** The whole body as JSON. */
export async function json(answer: Answer, name: string): Promise<unknown> {
  const parts: Uint8Array[] = []
  for await (const part of answer.body) parts.push(part)
  const text = Buffer.concat(parts).toString('utf8')
  if (text === '' || answer.status === 204) return []
  try {
    return JSON.parse(text) as unknown
  } catch (cause) {
    throw strange(name, 'it is no JSON', cause)
  }
}

async function* read(
  body: ReadableStream<Uint8Array> | null, name: string, maximum: number, heard: () => void, signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let total = 0
  try {
    for await (const chunk of body ?? []) {
      heard()
      total += chunk.length
      if (total > maximum) throw tooMuch(name, maximum)
      yield chunk
    }
  } catch (thrown) {
    throw thrown instanceof HilumError ? thrown : failed(name, thrown, signal)
  }
}

async function* ended(body: AsyncIterable<Uint8Array>, watch: NodeJS.Timeout): AsyncGenerator<Uint8Array> {
  try {
    yield* body
  } finally {
    clearTimeout(watch)
  }
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`
}

export function strange(name: string, what: string, cause?: unknown): HilumError {
  return new HilumError('bad-input', `The answer of ${name} cannot be read: ${what}.`, {
    mend: 'Check that the address is that of a DICOMweb service.', cause,
  })
}

function tooMuch(name: string, maximum: number): HilumError {
  return new HilumError('limit', `${name} answers with more than ${maximum} bytes, so its answer was dropped.`, {
    mend: 'Ask for less, or check the address.',
  })
}

function refused(name: string, status: number): HilumError {
  if (status === 401 || status === 403) {
    return new HilumError('unavailable', `${name} refuses the name or the password (${status}).`, {
      mend: 'Check both, or ask who runs it.',
    })
  }
  const mend = status === 404 ? 'Check the address; it should end where "studies" begins.' : 'Look into its log, or try later.'
  return new HilumError('unavailable', `${name} answers with an error (${status}).`, { mend })
}

function failed(name: string, cause: unknown, signal: AbortSignal): HilumError {
  if (signal.aborted) return new HilumError('cancelled', 'Cancelled.')
  const reason = reasonOf(cause)
  const what = /redirect/i.test(reason) ? 'it leads to another address, which is not followed'
    : (cause as Error).name === 'AbortError' ? `it was silent for ${SILENCE_MS / 1000} s` : reason
  return new HilumError('unavailable', `${name} cannot be reached: ${what}.`, {
    mend: 'Check its address and that it runs.', cause,
  })
}

function reasonOf(thrown: unknown): string {
  const { cause, message } = thrown as Error
  const inner = cause as (Error & { code?: string }) | undefined
  return inner?.code ?? inner?.message ?? message
}
