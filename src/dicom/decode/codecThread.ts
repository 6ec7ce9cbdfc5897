import { basename, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { ErrorData } from '../../shared/errors.ts'
import { HilumError } from '../../shared/errors.ts'
import type { CodestreamSize } from './codestreamSize.ts'
import type { CodedFrame } from './storedPixels.ts'
import type { CodecName } from './wasmCodec.ts'

export interface CodecJob {
  readonly name: CodecName
  readonly data: Uint8Array
}
export type CodecReply =
  | { readonly frame: CodedFrame; readonly error: null }
  | { readonly frame: null; readonly error: ErrorData }

/** Two films are opened at a time: current and prior. */
const MOST_THREADS = 2
/** A thread that decoded more than this is let go, because WebAssembly memory never shrinks. */
const KEPT_PIXELS = 4_000_000

/**
 * What a decoder may take of the processor, where a megapixel takes a tenth of a second. Counted in the whole process
 * and not by the clock, so that a busy machine refuses no film.
 */
const LEAST_MS = 1_200
const MS_PER_MEGAPIXEL = 1_000
const LOOK_EVERY_MS = 100

const idle: Worker[] = []
const waiting: (() => void)[] = []
let threads = 0

/**
 * Decodes one image in a thread that is ended when it takes too long: a hostile stream can keep a codec busy for ever,
 * and WebAssembly cannot be interrupted from within. `size` is what the stream declares, checked against the caps.
 * Throws `bad-input` for a damaged stream and `limit` for one that takes too long.
 */
export async function decodeInThread(name: CodecName, data: Uint8Array, size: CodestreamSize): Promise<CodedFrame> {
  const pixels = size.rows * size.columns * size.samples
  const thread = await takeThread()
  let keep = false
  try {
    const limitMs = LEAST_MS + (pixels / 1e6) * MS_PER_MEGAPIXEL
    // A copy, because it is moved to the thread; slice of a Buffer would share its memory.
    const { frame, error } = await ask(thread, { name, data: new Uint8Array(data) }, limitMs)
    keep = pixels <= KEPT_PIXELS
    if (error !== null) throw HilumError.fromData(error)
    if (frame.rows !== size.rows || frame.columns !== size.columns || frame.samples !== size.samples) {
      throw stopped(name, `${frame.columns} x ${frame.rows} x ${frame.samples} came out`)
    }
    return frame
  } finally {
    await giveBack(thread, keep)
  }
}

function ask(thread: Worker, job: CodecJob, limitMs: number): Promise<CodecReply> {
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void): void => {
      clearInterval(timer)
      thread.off('message', answered).off('error', ended).off('exit', ended)
      settle()
    }
    const answered = (reply: CodecReply): void => finish(() => resolve(reply))
    const ended = (cause: unknown): void => finish(() => reject(stopped(job.name, cause)))
    const began = process.cpuUsage()
    const timer = setInterval(() => {
      const { user, system } = process.cpuUsage(began)
      if ((user + system) / 1000 > limitMs) finish(() => reject(tooLong(job.name)))
    }, LOOK_EVERY_MS)
    thread.on('message', answered).on('error', ended).on('exit', ended)
    thread.ref()
    thread.postMessage(job, [job.data.buffer as ArrayBuffer])
  })
}

async function takeThread(): Promise<Worker> {
  const free = idle.pop()
  if (free !== undefined) return free
  if (threads >= MOST_THREADS) {
    await new Promise<void>((resolve) => void waiting.push(resolve))
    return takeThread()
  }
  threads += 1
  return new Worker(entry())
}

/** Waits until a thread that is let go is gone, so that its memory is free before more is taken. */
async function giveBack(thread: Worker, keep: boolean): Promise<void> {
  if (keep) {
    thread.unref() // an idle thread holds no program open
    idle.push(thread)
  } else {
    await thread.terminate()
    threads -= 1
  }
  waiting.shift()?.()
}

/** Beside this file in the sources, beside the entries of the other processes in a build. */
function entry(): string {
  const here = import.meta.dirname
  if (import.meta.filename.endsWith('.ts')) return join(here, 'codecWorker.ts')
  return join(basename(here) === 'chunks' ? join(here, '..') : here, 'codec.js')
}

function tooLong(name: CodecName): HilumError {
  return new HilumError('limit', `The compressed pixel data kept the ${name} decoder busy for too long.`, {
    mend: 'The file is damaged or hostile; export the film again from where it came from.',
  })
}

function stopped(name: CodecName, cause: unknown): HilumError {
  return new HilumError('bad-input', `The compressed pixel data is damaged: the ${name} decoder stopped.`, {
    mend: 'Export or copy the file again.',
    cause,
  })
}
