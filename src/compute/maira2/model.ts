import { createHash } from 'node:crypto'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { env } from 'onnxruntime-node'
import type { Feature, FeatureActivation } from '../../shared/domain/feature.ts'
import type { Intervention } from '../../shared/domain/intervention.ts'
import type { WeightFormat } from '../../shared/domain/model.ts'
import { HilumError } from '../../shared/errors.ts'
import { Checkpoint, readModelConfig } from '../checkpoint/checkpoint.ts'
import type { ModelConfig } from '../checkpoint/modelConfig.ts'
import { Dictionary } from '../sae/dictionary.ts'
import { prepareSteering } from '../sae/steering.ts'
import { refuseTooLarge } from '../models/memoryNeed.ts'
import { compileModel, type CompiledModel } from './compile.ts'
import { checkedManifest } from './compileManifest.ts'
import { Decoder } from './decoder.ts'
import type { Engine } from './engine.ts'
import { generate, type GenerateRequest, type GenerateResult } from './generate.ts'
import { ImageStore } from './imageStore.ts'
import { writeGraphs } from './modelGraphs.ts'
import { PassCosts } from './passCosts.ts'
import { PromptCaches } from './promptCaches.ts'
import { frontPrompt, type Prompt } from './runPrompt.ts'
import { sweepBatch, sweepBatches, type SweepRequest } from './sweep.ts'
import { Vision, type ImageTokens } from './vision.ts'

/** Image tokens kept on disk: some fifty films of MAIRA-2. */
const STORED_IMAGE_BYTES = 2 ** 30

/** Up to this width a pass of one token is over before a second thread has woken. */
const SMALL_WIDTH = 512

export interface OpenModelOptions {
  /** A MAIRA-2 checkpoint in Hugging Face's layout, or a model that was compiled from one. */
  readonly modelDir: string
  /** Holds dictionary.safetensors, config.json and features.json. Null: the model is read without features. */
  readonly dictionaryDir: string | null
  /** Cut the decoder after this block instead of the one the dictionary reads (calibration). */
  readonly hookLayer?: number | undefined
  /** A checkpoint is compiled into this folder. */
  readonly cacheDir: string
  /** The most threads to use. Small models are fastest on one and use one. */
  readonly threads: number
  /** How a checkpoint's decoder weights are stored; fp32 when left out. A compiled model has its format. */
  readonly format?: WeightFormat | undefined
  /** Told what is being done, as done of total. */
  readonly onStep?: ((step: string, done: number, total: number) => void) | undefined
  /** Bytes for image tokens and prompts kept between generations; a quarter of the memory when left out. */
  readonly cacheBytes?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** Bytes of memory that may be used; the machine's when left out. */
  readonly memoryBytes?: number | undefined
}

/** What provenance says of a model and what it runs on. */
export interface ModelFacts {
  readonly modelHash: string
  readonly dictionaryHash: string
  readonly hookLayer: number
  readonly runtime: string
  readonly provider: 'cpu'
  readonly format: WeightFormat
  readonly threads: number
}

/** What a whole sequence is: token ids with the images laid into them. */
export interface Sequence extends Prompt {
  readonly signal?: AbortSignal | undefined
}

/**
 * A checkpoint and a dictionary, compiled, loaded and ready to write reports. Calls may overlap: they
 * are served one after the other.
 */
export class Model {
  readonly config: ModelConfig
  readonly facts: ModelFacts
  readonly #vision: Vision
  readonly #engine: Engine
  readonly #imageStore: ImageStore
  #turn: Promise<unknown> = Promise.resolve()
  #disposed = false

  constructor(config: ModelConfig, facts: ModelFacts, vision: Vision, engine: Engine, imageStore: ImageStore) {
    this.config = config
    this.facts = facts
    this.#vision = vision
    this.#engine = engine
    this.#imageStore = imageStore
  }

  /** Every feature of the dictionary, by index. */
  get features(): readonly Feature[] {
    return this.#engine.dictionary.features
  }

  get dictionary(): Dictionary {
    return this.#engine.dictionary
  }

  /** Rows that a decoding pass may have (rowCheck): more than 1 where drafts and batches are of use. */
  get rowCounts(): readonly number[] {
    return this.#engine.decoder.rowCounts
  }

  /** What the caches hold and did. */
  get cacheCounters(): PromptCaches['counters'] {
    return this.#engine.caches.counters
  }

  /** Forgets everything kept between generations and restarts. Returns how many bytes of memory that was. */
  async clearCaches(): Promise<number> {
    const { images, fronts, backs } = this.cacheCounters
    this.#engine.caches.clear()
    await this.#imageStore.clear()
    return images.bytes + fronts.bytes + backs.bytes
  }

  /**
   * An image's tokens, computed, or kept in memory or on disk.
   * @param pixels normalised pixels [3, S, S], or what makes them when they are needed
   * @param hash SHA-256 that stands for them
   * @param fresh true: nothing that is kept is used
   */
  imageTokens(pixels: Float32Array | (() => Float32Array), hash: string, fresh = false): Promise<ImageTokens> {
    return this.#serve(async () => {
      const kept = fresh ? null : await this.#keptImage(hash)
      if (kept !== null) return { hash, rows: kept, visionMs: 0 }
      const started = performance.now()
      const rows = await this.#vision.encode(typeof pixels === 'function' ? pixels() : pixels)
      const visionMs = performance.now() - started
      this.#engine.caches.images.set(hash, rows, rows.byteLength)
      await this.#imageStore.put(hash, rows, visionMs)
      return { hash, rows, visionMs }
    })
  }

  /** Writes a report; see generate. */
  generate(request: GenerateRequest): Promise<GenerateResult> {
    return this.#serve(() => generate(this.#engine, request))
  }

  /**
   * Writes the text of one prompt under many interventions; see sweepBatches. Other calls are served
   * between its batches.
   */
  async sweep(request: SweepRequest): Promise<void> {
    for (const batch of sweepBatches(this.#engine, request)) {
      await this.#serve(() => sweepBatch(this.#engine, request, batch))
    }
  }

  /** For each token of a sequence, the features active at the hook when it was read, strongest first. */
  activations(sequence: Sequence, limit = 64): Promise<readonly (readonly FeatureActivation[])[]> {
    return this.#serve(async () => {
      const front = await frontPrompt(this.#engine, sequence, sequence)
      return this.#engine.dictionary.active(front.value.residual, limit)
    })
  }

  /** The activation of one feature at given positions of a sequence, before any intervention. */
  featureAt(sequence: Sequence, feature: number, positions: readonly number[]): Promise<Float32Array> {
    return this.#serve(async () => {
      const front = await frontPrompt(this.#engine, sequence, sequence)
      const { dictionary } = this.#engine
      return Float32Array.from(positions, (at) => dictionary.activation(front.value.residual, at, feature))
    })
  }

  /** The residual at the hook of every token of a sequence, [n, d]. */
  residuals(sequence: Sequence): Promise<Float32Array> {
    return this.#serve(async () => {
      const front = await frontPrompt(this.#engine, sequence, sequence)
      return front.value.residual.slice()
    })
  }

  /**
   * Logits [n, vocabulary] of every position of a sequence. Under `generated` positions only the last
   * one is steered, as it would be if the sequence were a prompt.
   */
  logits(sequence: Sequence, intervention: Intervention): Promise<Float32Array> {
    return this.#serve(async () => {
      const { decoder, dictionary } = this.#engine
      const steering = prepareSteering(dictionary, intervention)
      const front = await frontPrompt(this.#engine, sequence, sequence)
      const rows = front.value.residual.slice()
      const n = sequence.ids.length
      steering?.apply(rows, steering.positions === 'all' ? 1 : n - 1, n)
      return decoder.allLogits(rows, sequence)
    })
  }

  /** Waits for the running call, then frees sessions and caches. */
  async dispose(): Promise<void> {
    if (this.#disposed) return
    this.#disposed = true
    await this.#turn
    this.#engine.caches.clear()
    await this.#vision.release()
    await this.#engine.decoder.release()
    await this.#engine.dictionary.release()
  }

  async #keptImage(hash: string): Promise<Float32Array | null> {
    const { images } = this.#engine.caches
    const inMemory = images.get(hash)
    if (inMemory !== null) return inMemory
    const { vision, decoder } = this.config
    const stored = await this.#imageStore.get(hash)
    if (stored?.length !== vision.patches * decoder.hiddenSize) return null
    images.set(hash, stored, stored.byteLength)
    return stored
  }

  #serve<T>(work: () => Promise<T>): Promise<T> {
    if (this.#disposed) return Promise.reject(new HilumError('unavailable', 'The model was closed.'))
    const result = this.#turn.then(work)
    this.#turn = result.catch(() => undefined)
    return result
  }
}

/**
 * Opens a model: reads the checkpoint, compiles it unless that was done before, loads it.
 * @throws HilumError in one sentence when checkpoint and dictionary are damaged or do not fit together.
 */
export async function openModel(options: OpenModelOptions): Promise<Model> {
  const { dictionaryDir, cacheDir, cacheBytes = totalmem() / 4, onStep } = options
  onStep?.('Reading the checkpoint', 0, 3)
  const given = dictionaryDir === null ? null : await Dictionary.open(dictionaryDir)
  const { config, compiled } = await compiledModel(options, given)
  const dictionary = given ?? Dictionary.none(config.decoder.hiddenSize, middleBlock(config))
  const hookLayer = options.hookLayer ?? dictionary.layer
  const graphs = await writeGraphs(compiled, config, hookLayer)
  onStep?.('Loading the model', 2, 3)
  const threads = config.decoder.hiddenSize <= SMALL_WIDTH ? 1 : options.threads
  const vision = await Vision.open(graphs.vision, config, threads)
  const decoder = await Decoder.open(config, graphs, threads)
  onStep?.('The model is ready', 3, 3)
  const facts: ModelFacts = {
    modelHash: compiled.manifest.modelHash,
    dictionaryHash: dictionary.hash,
    hookLayer,
    runtime: `onnxruntime-node ${env.versions.node ?? env.versions.common}`,
    provider: 'cpu',
    format: compiled.manifest.format,
    threads,
  }
  const engine = { decoder, dictionary, caches: new PromptCaches(cacheBytes), costs: new PassCosts() }
  return new Model(config, facts, vision, engine, imageStoreOf(cacheDir, facts))
}

/** A folder's model: compiled already, or compiled now from the checkpoint that it holds. */
async function compiledModel(
  { modelDir, cacheDir, format = 'fp32', signal, onStep, memoryBytes = totalmem() }: OpenModelOptions,
  dictionary: Dictionary | null,
): Promise<{ readonly config: ModelConfig; readonly compiled: CompiledModel }> {
  const manifest = await checkedManifest(modelDir, false)
  if (manifest !== null) {
    const config = await readModelConfig(modelDir)
    checkWidth(config, dictionary)
    refuseTooLarge(config, manifest.format, memoryBytes)
    return { config, compiled: { folder: modelDir, manifest } }
  }
  const checkpoint = await Checkpoint.open(modelDir)
  try {
    checkWidth(checkpoint.config, dictionary)
    refuseTooLarge(checkpoint.config, format, memoryBytes)
    onStep?.('Compiling the model', 1, 3)
    const compiled = await compileModel({ checkpoint, cacheDir, format, signal })
    return { config: checkpoint.config, compiled }
  } finally {
    await checkpoint.close()
  }
}

function checkWidth({ decoder }: ModelConfig, dictionary: Dictionary | null): void {
  if (dictionary === null || dictionary.width === decoder.hiddenSize) return
  throw new HilumError(
    'bad-input',
    `The dictionary reads residuals of width ${dictionary.width}, but the model has ${decoder.hiddenSize}.`,
    { mend: 'Use a dictionary that was trained on this model.' },
  )
}

/** Where a model without a dictionary is cut: it has to be cut somewhere, and released dictionaries read the middle. */
function middleBlock({ decoder }: ModelConfig): number {
  return Math.max(0, Math.floor(decoder.layers / 2) - 1)
}

/** Image tokens are those of one model on one runtime and processor: elsewhere the last bits may differ. */
function imageStoreOf(cacheDir: string, { modelHash, runtime, threads }: ModelFacts): ImageStore {
  const key = JSON.stringify([modelHash, runtime, threads, cpus()[0]?.model ?? ''])
  const name = createHash('sha256').update(key).digest('hex').slice(0, 32)
  return new ImageStore(join(cacheDir, 'images', name), STORED_IMAGE_BYTES)
}
