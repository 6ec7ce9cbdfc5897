import { mutate, repairPng } from './mutate.ts'
import { randomFrom, seedOf } from './random.ts'
import { makeSeeds, type Seed } from './seeds.ts'
import type { Outcome } from './target.ts'
import { readAsHilumDoes } from './target.ts'

/** What a fuzzing process is asked, and what it tells. Each mutation is announced before it is read. */
export interface FuzzOrder {
  readonly run: number
  readonly from: number
  readonly to: number
}
export type FuzzNews =
  | { readonly kind: 'begins'; readonly index: number }
  | { readonly kind: 'fault'; readonly index: number; readonly what: string }
  | { readonly kind: 'done'; readonly counts: Counts; readonly slowestMs: number; readonly peakMiB: number }
export type Counts = Readonly<Record<string, Readonly<Record<Outcome, number>>>>

/** Longest time on the processor for one file. */
const SLOWEST_MS = 2_000

/** The bytes of mutation `index` of a run, and the seed they came from. */
export function mutation(seeds: readonly Seed[], run: number, index: number): { seed: string; bytes: Uint8Array } {
  const random = randomFrom(seedOf(run, index))
  const seed = seeds[index % seeds.length]!
  const other = seeds[Math.floor(random() * seeds.length)]!
  const bytes = mutate(seed.bytes, other.bytes, random)
  return { seed: seed.name, bytes: seed.name === 'png' && random() < 0.7 ? repairPng(bytes) : bytes }
}

async function fuzz({ run, from, to }: FuzzOrder, tell: (news: FuzzNews) => void): Promise<void> {
  const seeds = await makeSeeds()
  const counts = new Map(seeds.map(({ name }) => [name, { shown: 0, refused: 0, failed: 0 }]))
  let slowestMs = 0
  for (let index = from; index < to; index++) {
    tell({ kind: 'begins', index })
    const { seed, bytes } = mutation(seeds, run, index)
    const began = process.cpuUsage()
    try {
      counts.get(seed)![await readAsHilumDoes(bytes)] += 1
    } catch (thrown) {
      tell({ kind: 'fault', index, what: `${seed}: ${thrown instanceof Error ? thrown.stack : String(thrown)}` })
    }
    const ms = process.cpuUsage(began).user / 1000
    if (ms > SLOWEST_MS) tell({ kind: 'fault', index, what: `${seed}: took ${Math.round(ms)} ms of processor time.` })
    slowestMs = Math.max(slowestMs, ms)
  }
  const peakMiB = Math.round(process.resourceUsage().maxRSS / 1024)
  tell({ kind: 'done', counts: Object.fromEntries(counts), slowestMs, peakMiB })
}

if (process.send !== undefined) {
  const tell = (news: FuzzNews): void => void process.send!(news)
  process.once('message', (order: FuzzOrder) => {
    void fuzz(order, tell).then(() => process.disconnect())
  })
}
