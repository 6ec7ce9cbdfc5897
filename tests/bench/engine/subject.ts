import { BranchKv } from '../../../src/compute/maira2/branchKv.ts'
import { Decoder } from '../../../src/compute/maira2/decoder.ts'
import type { Engine } from '../../../src/compute/maira2/engine.ts'
import { generate, type GenerateResult } from '../../../src/compute/maira2/generate.ts'
import { kvBytes } from '../../../src/compute/maira2/kvTiles.ts'
import { PassCosts } from '../../../src/compute/maira2/passCosts.ts'
import { PromptCaches } from '../../../src/compute/maira2/promptCaches.ts'
import { backPrompt, frontPrompt } from '../../../src/compute/maira2/runPrompt.ts'
import { sweepBatch, sweepBatches } from '../../../src/compute/maira2/sweep.ts'
import { blankFeature } from '../../../src/compute/sae/blankFeature.ts'
import { Dictionary } from '../../../src/compute/sae/dictionary.ts'
import { Random } from '../../../src/phantom/random.ts'
import { BASELINE, type Intervention } from '../../../src/shared/domain/intervention.ts'
import type { Figures } from './figures.ts'
import { configOf, type Shape } from './shape.ts'
import type { RandomModel } from './writeRandomModel.ts'

export const STRENGTHS = 20
/** Row counts of decoding passes whose processor time is reported. */
export const PASS_ROWS = [1, 2, 4, 8, 16] as const

/** Hilum's engine on the random model. */
export class Subject {
  readonly prompt: readonly number[]
  readonly bytesAToken: number
  readonly engine: Engine
  /** The ids of the unsteered text. */
  baseline: readonly number[] = []
  readonly #shape: Shape

  private constructor(engine: Engine, shape: Shape, weightBytes: number) {
    this.engine = engine
    this.#shape = shape
    this.prompt = randomIds(shape, shape.prompt, 7)
    const { front, back } = engine.decoder
    this.bytesAToken = weightBytes + kvBytes(front.shape, shape.prompt) + kvBytes(back.shape, shape.prompt)
  }

  static async open({ graphs, weightBytes }: RandomModel, shape: Shape): Promise<Subject> {
    const config = configOf(shape)
    const decoder = await Decoder.open(config, graphs, shape.threads)
    const dictionary = await randomDictionary(shape)
    const caches = new PromptCaches(8 * 2 ** 30)
    return new Subject({ decoder, dictionary, caches, costs: new PassCosts() }, shape, weightBytes)
  }

  async measure(figures: Figures): Promise<void> {
    const { written } = this.#shape
    this.engine.caches.clear()
    const cold = await this.#write(BASELINE)
    this.baseline = cold.tokens.map((token) => token.id)
    figures.add('prefill', cold.timings.frontMs + cold.timings.backMs)
    const steering = intervention(1, 'generated')
    const plain = await this.#write(steering)
    const ids = plain.tokens.map((token) => token.id)
    figures.add('decode', plain.timings.decodeMs / written)
    figures.add('decode total', plain.timings.decodeMs)
    figures.add('features', plain.timings.featuresMs)
    figures.add('from scratch', cold.timings.totalMs)
    figures.add('steered, generated', plain.timings.totalMs - plain.timings.featuresMs)
    for (const share of [1, 0.8, 0]) {
      const drafted = await this.#write(steering, altered(ids, share, this.#shape))
      if (JSON.stringify(drafted.tokens) !== JSON.stringify(plain.tokens)) throw new Error('A draft changed the text.')
      figures.add(`draft ${share}`, drafted.timings.decodeMs)
      figures.add(`drafted ${share}`, drafted.timings.drafted)
      figures.add(`accepted ${share}`, drafted.timings.accepted)
    }
    const all = await this.#write(intervention(1, 'all'))
    figures.add('steered, all', all.timings.totalMs)
    figures.add('sweep', await this.#sweep())
    figures.add('browse', await this.#browse(ids))
    await this.#passes(figures)
  }

  /** Processor time of decoding passes behind the prompt, shared by its threads: other programs matter less to it. */
  async #passes(figures: Figures): Promise<void> {
    const { decoder } = this.engine
    const run = {}
    const { value: front } = await frontPrompt(this.engine, { ids: this.prompt, images: [] }, run)
    const { value: back } = await backPrompt(this.engine, { ids: this.prompt, images: [] }, front, null, run)
    for (const rows of PASS_ROWS) {
      const [frontKv, backKv] = [new BranchKv(front.kv), new BranchKv(back)]
      if (rows > frontKv.room() || rows > backKv.room()) continue
      const before = process.cpuUsage()
      const residual = await decoder.front.residual(await decoder.embedTokens(this.prompt.slice(0, rows)), frontKv)
      await decoder.back.logits(residual, backKv, 0)
      const { user, system } = process.cpuUsage(before)
      figures.add(`pass ${rows}`, (user + system) / 1000 / this.#shape.threads)
    }
  }

  /** From the prompt on, nothing kept. */
  async #sweep(): Promise<number> {
    this.engine.caches.clear()
    const interventions = Array.from({ length: STRENGTHS }, (_, i) => intervention((i - 10) / 5, 'generated'))
    const request = {
      ids: this.prompt, images: [], interventions, maxNewTokens: this.#shape.written, stopIds: [],
      onResult: () => undefined,
    }
    const began = performance.now()
    for (const batch of sweepBatches(this.engine, request)) await sweepBatch(this.engine, request, batch)
    return performance.now() - began
  }

  /** The active features of every position of a prompt whose residual is kept, and of its text. */
  async #browse(ids: readonly number[]): Promise<number> {
    const rows = new Float32Array((this.prompt.length + ids.length) * this.#shape.hidden)
    for (let i = 0; i < rows.length; i++) rows[i] = Math.sin(i)
    const began = performance.now()
    await this.engine.dictionary.active(rows, 16)
    return performance.now() - began
  }

  #write(how: Intervention, draft?: readonly number[]): Promise<GenerateResult> {
    return generate(this.engine, {
      ids: this.prompt, images: [], intervention: how, maxNewTokens: this.#shape.written, stopIds: [], draft,
    })
  }

  async close(): Promise<void> {
    this.engine.caches.clear()
    await this.engine.decoder.release()
    await this.engine.dictionary.release()
  }
}

function intervention(strength: number, positions: Intervention['positions']): Intervention {
  return { terms: [{ feature: 5, strength }], method: 'add', positions }
}

/** A draft of which every token is right with this probability, and another one where it is not. */
function altered(ids: readonly number[], share: number, shape: Shape): readonly number[] {
  const random = new Random(99)
  const another = (id: number): number => (id + 1 + random.below(shape.vocabulary - 300)) % shape.vocabulary
  return ids.map((id) => (random.chance(share) ? id : another(id)))
}

function randomIds({ vocabulary }: Shape, count: number, seed: number): readonly number[] {
  const random = new Random(seed)
  return Array.from({ length: count }, (_, i) => (i === 0 ? 1 : 300 + random.below(vocabulary - 300)))
}

async function randomDictionary({ hidden: width, features: size, hook: layer }: Shape): Promise<Dictionary> {
  const values = (count: number, scale: number): Float32Array => {
    const random = new Random(count)
    return Float32Array.from({ length: count }, () => scale * (random.next() + random.next() - 1))
  }
  const unit = Math.sqrt(6 / width) // rows of length 1
  return Dictionary.fromData({
    layer, width, size, encoder: values(size * width, unit), decoder: values(size * width + 1, unit).subarray(1),
    encoderBias: new Float32Array(size), decoderBias: new Float32Array(width), k: 64, threshold: 2, groupSizes: [size],
    normalization: 'none', features: Array.from({ length: size }, (_, i) => ({ ...blankFeature(i), maxActivation: 4 })),
  })
}
