import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { LookupFunction } from 'node:net'
import type { JudgeFailure } from '../../shared/domain/judging.ts'
import { toErrorData } from '../../shared/errors.ts'
import { insideAddress, parseJudgeAddress } from './address.ts'

/** The longest reply that is read, in bytes; a judge says little. */
export const MOST_REPLY_BYTES = 256 * 1024

/** What came back: the reply word for word as far as it was read, and the model's text or why there is none. */
export interface EndpointReply {
  readonly status: number | null
  readonly reply: string | null
  readonly content: string | null
  readonly failure: JudgeFailure | null
}

export interface EndpointQuestion {
  /** The judge's base address. */
  readonly address: string
  /** The JSON body. */
  readonly body: string
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

/**
 * Posts one chat completion to an OpenAI-compatible service on this machine or network and reads the first choice's
 * text. Never throws: what goes wrong is a failure. The time limit covers everything from the look-up to the last
 * byte; redirects are not followed, since they may lead outside.
 */
export async function askEndpoint({ address, body, timeoutMs, signal }: EndpointQuestion): Promise<EndpointReply> {
  const nothing = (failure: JudgeFailure): EndpointReply => ({ status: null, reply: null, content: null, failure })
  if (signal?.aborted === true) return nothing('cancelled')
  const limit = AbortSignal.timeout(timeoutMs)
  const ending = signal === undefined ? limit : AbortSignal.any([signal, limit])
  const stopped = (): JudgeFailure | null => (signal?.aborted === true ? 'cancelled' : limit.aborted ? 'timeout' : null)
  try {
    const url = new URL(`${parseJudgeAddress(address).href}/chat/completions`)
    const { ip, family } = await until(insideAddress(url), ending)
    const raw = await post(url, { ip, family }, body, ending)
    return raw.failure !== null ? { ...raw, content: null } : { ...raw, ...readCompletion(raw.status, raw.reply) }
  } catch (error) {
    const { kind } = toErrorData(error)
    return nothing(stopped() ?? (kind === 'unsupported' || kind === 'bad-input' ? 'refused-address' : 'unreachable'))
  }
}

/** The system's look-up of a name cannot be stopped; what waits for it can. */
function until<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('Stopped.')), { once: true })
    work.then(resolve, reject)
  })
}

interface RawReply {
  readonly status: number
  readonly reply: string
  readonly failure: 'too-large' | null
}

function post(url: URL, to: { ip: string; family: 4 | 6 }, body: string, signal: AbortSignal): Promise<RawReply> {
  // The address that was checked, whatever the name leads to a moment later.
  const pinned: LookupFunction = (_host, options, done) =>
    options.all === true ? done(null, [{ address: to.ip, family: to.family }]) : done(null, to.ip, to.family)
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', accept: 'application/json', 'content-length': Buffer.byteLength(body) }
    const request = send(url, { method: 'POST', headers, lookup: pinned, agent: false, signal }, (response) => {
      const parts: Buffer[] = []
      let bytes = 0
      response.on('data', (part: Buffer) => {
        bytes += part.length
        parts.push(part)
        if (bytes <= MOST_REPLY_BYTES) return
        resolve({ status: response.statusCode ?? 0, reply: text(parts), failure: 'too-large' })
        request.destroy()
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, reply: text(parts), failure: null }))
      response.on('error', reject)
      response.on('aborted', () => reject(new Error('The judge closed the connection.')))
    })
    request.on('error', reject)
    request.end(body)
  })
}

const text = (parts: readonly Buffer[]): string => Buffer.concat(parts).subarray(0, MOST_REPLY_BYTES).toString('utf8')

/** The parts of a chat completion that are read; a reply need not have any of them. */
interface Completion {
  readonly choices?: readonly { readonly message?: { readonly content?: unknown }; readonly finish_reason?: unknown }[]
}

function readCompletion(status: number, reply: string): Pick<EndpointReply, 'content' | 'failure'> {
  const no = (failure: JudgeFailure) => ({ content: null, failure })
  if (status >= 300 && status < 400) return no('redirect')
  if (status !== 200) return no('http-error')
  let value: unknown
  try {
    value = JSON.parse(reply)
  } catch {
    return no('not-json')
  }
  const choice = (value as Completion | null)?.choices?.[0]
  const content = choice?.message?.content
  if (typeof content !== 'string' || content.trim() === '') return no('no-answer')
  return choice?.finish_reason === 'length' ? no('cut-off') : { content, failure: null }
}
