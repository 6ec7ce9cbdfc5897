import { fork } from 'node:child_process'
import { join } from 'node:path'
import type { Counts, FuzzNews, FuzzOrder } from './fuzzProcess.ts'

/** What a run of the fuzzer found. An empty list of faults is the only good end. */
export interface FuzzReport {
  readonly mutations: number
  readonly counts: Counts
  readonly faults: readonly string[]
  readonly slowestMs: number
  /** Largest resident memory of a fuzzing process, MiB. */
  readonly peakMiB: number
}

export interface FuzzOptions {
  /** The seed of the run. */
  readonly run: number
  readonly from?: number
  readonly count: number
  readonly onProgress?: (done: number) => void
}

/** Wall-clock time without news after which a process counts as hung; a busy machine is given room. */
const SILENCE_MS = 120_000
const MOST_FAULTS = 20

/**
 * Reads `count` mutated files in a process of its own. One that crashes or hangs is a fault: the file is named by its
 * number, and the run goes on behind it in a new process.
 */
export async function runFuzz({ run, from = 0, count, onProgress }: FuzzOptions): Promise<FuzzReport> {
  const faults: string[] = []
  const counts: Record<string, Record<string, number>> = {}
  let [next, slowestMs, peakMiB] = [from, 0, 0]
  const end = from + count
  while (next < end && faults.length < MOST_FAULTS) {
    const left = await oneProcess({ run, from: next, to: end }, (news) => {
      if (news.kind === 'begins') {
        next = news.index
        if ((next - from) % 1000 === 0) onProgress?.(next - from)
      } else if (news.kind === 'fault') faults.push(`${run}/${news.index} ${news.what}`)
      else {
        slowestMs = Math.max(slowestMs, news.slowestMs)
        peakMiB = Math.max(peakMiB, news.peakMiB)
        for (const [seed, one] of Object.entries(news.counts)) {
          const sum = (counts[seed] ??= {})
          for (const [outcome, number] of Object.entries(one)) sum[outcome] = (sum[outcome] ?? 0) + number
        }
      }
    })
    if (left === null) next = end
    else faults.push(`${run}/${next++} ${left}`)
  }
  return { mutations: next - from, counts: counts as Counts, faults, slowestMs, peakMiB }
}

/** Resolves with null when the process did its part, or with how it ended. */
function oneProcess(order: FuzzOrder, listen: (news: FuzzNews) => void): Promise<string | null> {
  const child = fork(join(import.meta.dirname, 'fuzzProcess.ts'), [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  return new Promise((resolve) => {
    let finished = false
    let hung = false
    let watch: NodeJS.Timeout | undefined
    const rewind = (): void => {
      clearTimeout(watch)
      watch = setTimeout(() => {
        hung = true
        child.kill('SIGKILL')
      }, SILENCE_MS)
    }
    rewind()
    child.on('message', (news: FuzzNews) => {
      rewind()
      finished ||= news.kind === 'done'
      listen(news)
    })
    child.once('exit', (code, signal) => {
      clearTimeout(watch)
      resolve(finished ? null : hung ? `hung for ${SILENCE_MS} ms` : `crashed (${signal ?? code})`)
    })
    child.send(order)
  })
}
