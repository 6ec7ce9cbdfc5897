import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BOILERPLATE, keptPositions } from '../../src/compute/evaluate/keptPositions.ts'
import { readImageSettings } from '../../src/compute/maira2/imageSettings.ts'
import type { WeightFormat } from '../../src/shared/domain/model.ts'
import type { GenerateResult } from '../../src/compute/maira2/generate.ts'
import { openModel, type Model } from '../../src/compute/maira2/model.ts'
import { parseReport } from '../../src/compute/maira2/parse.ts'
import { readTokenizerFiles } from '../../src/compute/maira2/tokenizerFiles.ts'
import type { ReportTokenizer } from '../../src/compute/maira2/tokenizer.ts'
import type { DecodedToken } from '../../src/compute/maira2/tokenizerStream.ts'
import type { ImageTokens } from '../../src/compute/maira2/vision.ts'
import { reportText } from '../../src/phantom/report.ts'
import type { FeatureActivation } from '../../src/shared/domain/feature.ts'
import type { GroundedPhrase } from '../../src/shared/domain/generation.ts'
import { BASELINE, type Intervention } from '../../src/shared/domain/intervention.ts'
import { PhantomFilms, type FilmSize } from './phantomFilms.ts'
import { phantomQuestion } from './phantomQuestion.ts'

export interface PhantomReaderOptions {
  readonly modelDir: string
  readonly dictionaryDir: string
  /** Compiled models and drawn films are kept here. */
  readonly cacheDir: string
  readonly film: FilmSize
  /** fp32 when left out. */
  readonly format?: WeightFormat | undefined
}

/** A report the model wrote. */
export interface WrittenReport {
  readonly text: string
  readonly stopped: 'eos' | 'limit'
  readonly tokens: number
  /** Boxes are fractions of the film's central square; null for plain findings. */
  readonly phrases: readonly GroundedPhrase[] | null
}

/** A token of a report that the model read, with every feature active at it. */
export interface ReadToken {
  readonly text: string
  /** Offset in the report's text, UTF-16 code units. */
  readonly start: number
  readonly active: readonly FeatureActivation[]
}

/** The reference report of a phantom, read by the model after its prompt. */
export interface ReadReport {
  readonly seed: number
  readonly sentences: readonly string[]
  /** Features at the prompt's last token, whose output chooses the first word. */
  readonly before: readonly FeatureActivation[]
  readonly tokens: readonly ReadToken[]
  /** Features at the kept positions of the prompt before its last token. */
  readonly promptActive: readonly (readonly FeatureActivation[])[]
}

/** Residuals at the hook of the kept positions of a prompt with its reference report. */
export interface KeptResiduals {
  readonly seed: number
  /** [n, d] */
  readonly rows: Float32Array
  /** d */
  readonly width: number
}

/** Asks a model about phantoms through the same steps as the app: films, prompt, tokens, decoding. */
export class PhantomReader {
  readonly model: Model
  readonly #tokenizer: ReportTokenizer
  readonly #films: PhantomFilms
  readonly #boilerplate: ReadonlySet<number>

  private constructor(model: Model, tokenizer: ReportTokenizer, films: PhantomFilms) {
    this.model = model
    this.#tokenizer = tokenizer
    this.#films = films
    this.#boilerplate = new Set(tokenizer.encodeText(BOILERPLATE))
  }

  static async open({ modelDir, dictionaryDir, cacheDir, film, format }: PhantomReaderOptions): Promise<PhantomReader> {
    const settings = readImageSettings(JSON.parse(await readFile(join(modelDir, 'preprocessor_config.json'), 'utf8')))
    const { tokenizer } = await readTokenizerFiles(modelDir)
    const films = await PhantomFilms.open(cacheDir, settings, film)
    const model = await openModel({ modelDir, dictionaryDir, cacheDir, format, threads: 1, cacheBytes: 64 * 2 ** 20 })
    return new PhantomReader(model, tokenizer, films)
  }

  /** Writes the report of a phantom. */
  async write(
    seed: number,
    mode: 'findings' | 'grounded',
    intervention: Intervention,
    maxNewTokens: number,
  ): Promise<WrittenReport> {
    const result = await this.generate(seed, mode, intervention, maxNewTokens)
    const text = this.#tokenizer.decode(result.tokens.map((token) => token.id))
    const phrases = mode === 'grounded' ? parseReport(text).phrases : null
    return { text, stopped: result.stopped, tokens: result.tokens.length, phrases }
  }

  /** The greedy tokens of a phantom's report with the logits that chose them. */
  async generate(
    seed: number,
    mode: 'findings' | 'grounded',
    intervention: Intervention,
    maxNewTokens: number,
    draft?: readonly number[],
  ): Promise<GenerateResult> {
    const { ids, images } = await this.#prompt(seed, mode)
    return this.model.generate({
      ids, images, intervention, maxNewTokens, draft, stopIds: [this.#tokenizer.eosId], keepLogits: true,
    })
  }

  /** Logits [tokens, vocabulary] of the positions that choose `tokens` after the prompt for plain findings. */
  async logitsAlong(seed: number, tokens: readonly number[]): Promise<Float32Array> {
    const { ids, images } = await this.#prompt(seed, 'findings')
    const all = await this.model.logits({ ids: [...ids, ...tokens], images }, BASELINE)
    const vocabulary = this.model.config.decoder.vocabSize
    return all.slice((ids.length - 1) * vocabulary, (ids.length - 1 + tokens.length) * vocabulary)
  }

  /** The text of generated tokens. */
  decode(ids: readonly number[]): string {
    return this.#tokenizer.decode(ids)
  }

  /** What the model is given for a phantom: prompt ids, and its films' pixels [3, S, S], normalised, in its order. */
  async asked(
    seed: number,
    mode: 'findings' | 'grounded',
  ): Promise<{ readonly ids: readonly number[]; readonly pixels: readonly Float32Array[] }> {
    const { subject, prompt, films } = phantomQuestion(seed, mode)
    const pixels: Float32Array[] = []
    for (const view of films) pixels.push(await this.#films.prepared(subject, view))
    return { ids: [...this.#tokenizer.encodePrompt(prompt, this.model.config.vision.patches).ids], pixels }
  }

  /** Reads the reference report of a phantom after its prompt, and says what is active where. */
  async read(seed: number): Promise<ReadReport> {
    const { ids, images, promptLength, sentences } = await this.#sequence(seed)
    const active = await this.model.activations({ ids, images }, this.model.dictionary.size)
    const decoded = this.#decode(ids.slice(promptLength))
    return {
      seed,
      sentences,
      before: active[promptLength - 1] ?? [],
      tokens: decoded.map(({ text, start }, i) => ({ text, start, active: active[promptLength + i] ?? [] })),
      promptActive: this.#kept(ids, promptLength).filter((at) => at < promptLength - 1).map((at) => active[at] ?? []),
    }
  }

  /** The residuals that the dictionary is measured on. */
  async residuals(seed: number): Promise<KeptResiduals> {
    const { ids, images, promptLength } = await this.#sequence(seed)
    const all = await this.model.residuals({ ids, images })
    const width = all.length / ids.length
    const kept = this.#kept(ids, promptLength)
    const rows = new Float32Array(kept.length * width)
    kept.forEach((at, i) => rows.set(all.subarray(at * width, (at + 1) * width), i * width))
    return { seed, rows, width }
  }

  async dispose(): Promise<void> {
    await this.model.dispose()
  }

  async #prompt(seed: number, mode: 'findings' | 'grounded'): Promise<{ ids: number[]; images: ImageTokens[] }> {
    const { ids, pixels } = await this.asked(seed, mode)
    const images: ImageTokens[] = []
    for (const film of pixels) {
      images.push(await this.model.imageTokens(film, createHash('sha256').update(film).digest('hex')))
    }
    return { ids: [...ids], images }
  }

  async #sequence(seed: number) {
    const { ids, images } = await this.#prompt(seed, 'findings')
    const { subject } = phantomQuestion(seed, 'findings')
    const report = this.#tokenizer.encodeText(reportText(subject.report)).slice(1) // without BOS
    const sentences = subject.report.map((sentence) => sentence.text)
    return { ids: [...ids, ...report], images, promptLength: ids.length, sentences }
  }

  #kept(ids: readonly number[], promptLength: number): readonly number[] {
    const { imageId } = this.#tokenizer
    return keptPositions({ ids, promptLength, imageId, boilerplate: this.#boilerplate })
  }

  #decode(ids: readonly number[]): readonly DecodedToken[] {
    const stream = this.#tokenizer.stream()
    return [...ids.flatMap((id) => stream.push(id)), ...stream.end()]
  }
}
