import { appendFileSync } from 'node:fs'
import {
  countWellFormed, showsTarget, statedIn, type Stated, type SteeringTrial,
} from '../../src/compute/evaluate/steeringEffect.ts'
import type { Target } from '../../src/shared/domain/target.ts'
import { BASELINE, type Intervention } from '../../src/shared/domain/intervention.ts'
import { MOST_TOKENS } from '../model/modelScore.ts'
import { phantomVocabulary } from '../model/phantomVocabulary.ts'
import type { ReaderPool } from '../model/readerPool.ts'
import { readRecord, type TrialLine } from './record.ts'

/** A feature at a strength, to be tried on phantoms whose text lacks the target; null: on any phantom. */
export interface Trial {
  readonly feature: number
  readonly strength: number
  readonly target: Target | null
}

/** A steered text that goes on for longer than this is not well formed any more, whatever it says. */
const MOST_STEERED_TOKENS = 160
/** Baselines that are asked for at a time. */
const AHEAD = 4
/** Interventions a process tries before it takes the next task. */
const CHUNK = 24

/** Tries features on phantoms, in any order and over any number of runs: what is on record is not tried again. */
export class Trials {
  readonly #pool: ReaderPool
  readonly #scales: readonly number[]
  readonly #file: string | null
  readonly #lines = new Map<string, TrialLine>()
  readonly #baselines = new Map<number, Promise<Stated>>()
  readonly #vocabulary = phantomVocabulary()

  /** @param file JSON lines that trials are appended to and read from; null keeps them in memory */
  constructor(pool: ReaderPool, scales: readonly number[], file: string | null) {
    this.#pool = pool
    this.#scales = scales
    this.#file = file
    for (const line of file === null ? [] : readRecord(file, scales)) this.#lines.set(keyOf(line), line)
  }

  /** All texts of a feature that are on record. */
  linesOf(feature: number): readonly TrialLine[] {
    return [...this.#lines.values()].filter((line) => line.feature === feature)
  }

  /** The trials of a feature on phantoms that lacked the target. */
  of(feature: number, target: Target): readonly (SteeringTrial & { readonly seed: number })[] {
    return this.linesOf(feature).filter((line) => !showsTarget(line.before, target)).map(
      ({ strength, seed, after, sentences, wellFormed }) => (
        { strength, seed, success: showsTarget(after, target), sentences, wellFormed }))
  }

  /** What the text of a phantom states without steering. */
  baseline(seed: number): Promise<Stated> {
    let stated = this.#baselines.get(seed)
    if (stated === undefined) {
      stated = this.#write(seed, [BASELINE], MOST_TOKENS.findings).then((texts) => statedIn(texts[0] ?? ''))
      this.#baselines.set(seed, stated)
    }
    return stated
  }

  /** Tries each on the first `cases` of the seeds whose text lacks its target; fewer where there are no more. */
  async run(
    trials: readonly Trial[],
    seeds: readonly number[],
    cases: number,
    onProgress?: (left: number) => void,
  ): Promise<void> {
    const plan = new Map<number, Trial[]>()
    const wanted = new Map(trials.map((trial) => [trial, cases]))
    for (const [i, seed] of seeds.entries()) {
      const open = [...wanted].filter(([, left]) => left > 0).map(([trial]) => trial)
      if (open.length === 0) break
      // The next ones are written meanwhile.
      const [stated] = await Promise.all([seed, ...seeds.slice(i + 1, i + AHEAD)].map((one) => this.baseline(one)))
      for (const trial of open) {
        if (stated === undefined || (trial.target !== null && showsTarget(stated, trial.target))) continue
        wanted.set(trial, (wanted.get(trial) as number) - 1)
        if (!this.#lines.has(keyOf({ ...trial, seed }))) plan.set(seed, [...(plan.get(seed) ?? []), trial])
      }
    }
    let left = [...plan.values()].reduce((sum, own) => sum + own.length, 0)
    onProgress?.(left)
    await Promise.all([...plan].flatMap(([seed, own]) => chunks(own).map(async (some) => {
      await this.#try(seed, some)
      onProgress?.((left -= some.length))
    })))
  }

  async #try(seed: number, trials: readonly Trial[]): Promise<void> {
    const interventions = trials.map(({ feature, strength }): Intervention => (
      { terms: [{ feature, strength }], method: 'add', positions: 'generated' }))
    const before = toLine(await this.baseline(seed))
    const texts = await this.#write(seed, interventions, MOST_STEERED_TOKENS)
    trials.forEach(({ feature, strength }, i) => {
      const text = texts[i] ?? ''
      const line: TrialLine = {
        feature, strength, seed, scale: this.#scales[feature] as number, before, after: toLine(statedIn(text)),
        ...countWellFormed(text, this.#vocabulary),
      }
      this.#lines.set(keyOf(line), line)
      if (this.#file !== null) appendFileSync(this.#file, `${JSON.stringify(line)}\n`)
    })
  }

  async #write(seed: number, interventions: readonly Intervention[], maxNewTokens: number): Promise<readonly string[]> {
    const written = await this.#pool.ask({ kind: 'write', seed, mode: 'findings', interventions, maxNewTokens })
    return written.map((one) => one.text)
  }
}

function toLine({ observations, comparison }: Stated): TrialLine['before'] {
  return { observations: [...observations], comparison }
}

function keyOf({ feature, strength, seed }: Pick<TrialLine, 'feature' | 'strength' | 'seed'>): string {
  return `${feature} ${strength} ${seed}`
}

function chunks<T>(items: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / CHUNK) }, (_, i) => items.slice(i * CHUNK, (i + 1) * CHUNK))
}
