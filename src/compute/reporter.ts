import type {
  CaseQuestion, FilmActivations, GenerationEvent, ModelFacts, ModelFilm, ModelQuestion, SweepEvent,
} from '../shared/contracts/compute.ts'
import type { FeatureActivation } from '../shared/domain/feature.ts'
import type { GeneratedToken, Generation, GroundedPhrase, Provenance } from '../shared/domain/generation.ts'
import type { Intervention } from '../shared/domain/intervention.ts'
import { licenceLine, standingOf } from '../shared/domain/model.ts'
import { HilumError, throwIfCancelled } from '../shared/errors.ts'
import { BOILERPLATE } from './evaluate/keptPositions.ts'
import { phrasesToFilm } from './maira2/boxes.ts'
import { promptHash } from './maira2/chatTemplate.ts'
import type { GenerateResult } from './maira2/generate.ts'
import { hashImage, prepareImage } from './maira2/image.ts'
import type { ImageSettings } from './maira2/imageSettings.ts'
import { openModel, type Model, type OpenModelOptions } from './maira2/model.ts'
import { parseReport } from './maira2/parse.ts'
import { misfits, readImagePreparation, readTokenizer } from './maira2/processorFiles.ts'
import type { ReportTokenizer } from './maira2/tokenizer.ts'
import type { DecodedToken } from './maira2/tokenizerStream.ts'
import type { ImageTokens } from './maira2/vision.ts'
import { licenceOf, nameOf, readRecord } from './models/record.ts'
import { prepareQuestion, type PreparedQuestion } from './question.ts'

export interface OpenReporterOptions extends OpenModelOptions {
  /** Goes into provenance. */
  readonly hilumVersion: string
}

interface GenerateOptions {
  /** Token ids of a text that the coming one is expected to resemble: they make it faster, never different. */
  readonly draft?: readonly number[] | undefined
  /** True: nothing that is kept is used. */
  readonly fresh?: boolean | undefined
  readonly onEvent?: ((event: GenerationEvent) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

interface SweepOptions {
  readonly draft?: readonly number[] | undefined
  readonly onEvent: (event: SweepEvent) => void
  readonly signal?: AbortSignal | undefined
}

/** A question on its way into the decoder. */
interface Asked {
  readonly prepared: PreparedQuestion
  readonly ids: readonly number[]
  readonly images: readonly ImageTokens[]
}

/** A token read in a text, with the features active at it. */
export interface ReadToken {
  readonly text: string
  readonly features: FeatureActivation[]
}

/** A prompt in ids, with the image tokens that lie in it. */
export interface ReadPrompt {
  readonly ids: readonly number[]
  readonly images: readonly ImageTokens[]
  readonly imageId: number
  /** Words that every prompt shares. */
  readonly boilerplate: ReadonlySet<number>
}

/** Asks a model about cases: from films and clinical text to a report with its provenance. */
export class Reporter {
  readonly facts: ModelFacts
  readonly model: Model
  readonly #tokenizer: ReportTokenizer
  readonly #imageSettings: ImageSettings
  readonly #hilumVersion: string

  private constructor(
    model: Model, tokenizer: ReportTokenizer, imageSettings: ImageSettings, hilumVersion: string, facts: ModelFacts,
  ) {
    this.model = model
    this.#tokenizer = tokenizer
    this.#imageSettings = imageSettings
    this.#hilumVersion = hilumVersion
    this.facts = facts
  }

  /** @throws HilumError when a file of the checkpoint or the dictionary is missing, damaged or not MAIRA-2's. */
  static async open(options: OpenReporterOptions): Promise<Reporter> {
    const started = performance.now()
    const tokenizer = await readTokenizer(options.modelDir)
    const settings = await readImagePreparation(options.modelDir)
    const model = await openModel(options)
    const [misfit] = misfits(model.config, tokenizer, settings)
    if (misfit !== undefined) {
      await model.dispose()
      throw misfit
    }
    const record = await readRecord(options.modelDir)
    const measurement = record?.measurement ?? null
    const facts: ModelFacts = {
      ...model.facts,
      untrainedModes: model.config.untrainedModes,
      name: record?.name ?? nameOf(model.config, options.modelDir),
      embedded: model.config.embedded,
      features: model.dictionary.size,
      imageSize: settings.size,
      standing: standingOf(model.facts.format, measurement),
      findingAgreement: measurement?.findingAgreement ?? null,
      licence: licenceOf(model.config),
      loadMs: performance.now() - started,
    }
    return new Reporter(model, tokenizer, settings, options.hilumVersion, facts)
  }

  /** Writes a report. Its tokens are told as they come. */
  async generate(
    question: ModelQuestion, { draft, fresh, onEvent, signal }: GenerateOptions = {},
  ): Promise<Generation> {
    const started = performance.now()
    const asked = await this.#ask(question, { fresh, onEvent, signal })
    const stream = this.#tokenizer.stream()
    const decoded: DecodedToken[] = []
    const tell = (tokens: readonly DecodedToken[]): void => {
      for (const token of tokens) {
        const index = decoded.push(token) - 1
        onEvent?.({ stage: 'token', index, text: token.text, textSoFar: stream.text.slice(0, endOf(token)) })
      }
    }
    const { ids, images } = asked
    const { intervention, maxNewTokens } = question
    const result = await this.model.generate({
      ids, images, intervention, maxNewTokens, draft, fresh, signal, stopIds: [this.#tokenizer.eosId],
      onPrompt: (done, total) => onEvent?.({ stage: 'prompt', done, total }),
      onToken: (id) => tell(stream.push(id)),
    })
    tell(stream.end())
    return this.#generation(question, asked, result, { text: stream.text, decoded }, performance.now() - started)
  }

  /** Writes the report of one case under many interventions. Each is told when it is finished. */
  async sweep(
    question: CaseQuestion, interventions: readonly Intervention[], { draft, onEvent, signal }: SweepOptions,
  ): Promise<void> {
    const started = performance.now()
    const asked = await this.#ask(question, { onEvent, signal })
    const { ids, images } = asked
    const written = interventions.map(() => 0)
    await this.model.sweep({
      ids, images, interventions, draft, signal,
      maxNewTokens: question.maxNewTokens,
      stopIds: [this.#tokenizer.eosId],
      onPrompt: (done, total) => onEvent({ stage: 'prompt', done, total }),
      onToken: (i) => onEvent({ stage: 'token', intervention: i, written: (written[i] = (written[i] ?? 0) + 1) }),
      onResult: (i, result) => {
        const stream = this.#tokenizer.stream()
        const decoded = [...result.tokens.flatMap(({ id }) => stream.push(id)), ...stream.end()]
        const steered = { ...question, intervention: interventions[i] as Intervention }
        const spent = performance.now() - started
        const generation = this.#generation(steered, asked, result, { text: stream.text, decoded }, spent)
        onEvent({ stage: 'generation', intervention: i, generation })
      },
    })
  }

  /** A question as the decoder reads it, and what the dictionary's token mask has to know of it. */
  async promptOf(question: ModelQuestion): Promise<ReadPrompt> {
    const { ids, images } = await this.#ask(question, {})
    const boilerplate = new Set(this.#tokenizer.encodeText(BOILERPLATE))
    return { ids, images, imageId: this.#tokenizer.imageId, boilerplate }
  }

  /** One feature's activations over the image tokens of a question's films, in the order of the prompt. */
  async onFilms(question: ModelQuestion, feature: number): Promise<FilmActivations[]> {
    if (feature >= this.model.dictionary.size) {
      throw new HilumError('not-found', `There is no feature ${feature}: the dictionary has ${this.model.dictionary.size}.`)
    }
    const { prepared, ids, images } = await this.#ask(question, {})
    const positions = ids.flatMap((id, at) => (id === this.#tokenizer.imageId ? [at] : []))
    const all = await this.model.featureAt({ ids, images }, feature, positions)
    const patches = this.model.config.vision.patches
    const side = Math.round(Math.sqrt(patches))
    return prepared.films.map(({ hash }, at) => ({
      hash, side, activations: all.slice(at * patches, (at + 1) * patches),
    }))
  }

  /** What is active while the model reads a text on its own, token by token (without BOS), strongest first. */
  async activations(text: string, top: number): Promise<ReadToken[]> {
    const ids = [...this.#tokenizer.encodeText(text)]
    const features = await this.model.activations({ ids, images: [] }, top)
    const stream = this.#tokenizer.stream()
    const tokens = [...ids.flatMap((id) => stream.push(id)), ...stream.end()]
    return tokens.slice(1).map((token, i) => ({ text: token.text, features: [...(features[i + 1] ?? [])] }))
  }

  async dispose(): Promise<void> {
    await this.model.dispose()
  }

  /** The question's token ids with the image tokens of its films. */
  async #ask(
    question: CaseQuestion,
    { fresh, onEvent, signal }: Pick<GenerateOptions, 'fresh' | 'signal'> & {
      readonly onEvent?: ((event: { stage: 'vision' }) => void) | undefined
    },
  ): Promise<Asked> {
    const prepared = prepareQuestion(question)
    onEvent?.({ stage: 'vision' })
    const images: ImageTokens[] = []
    for (const film of prepared.films) {
      throwIfCancelled(signal)
      images.push(await this.#imageTokens(film, fresh))
    }
    const { ids } = this.#tokenizer.encodePrompt(prepared.prompt, this.model.config.vision.patches)
    return { prepared, images, ids: [...ids] }
  }

  #generation(
    question: ModelQuestion, { prepared, images }: Asked, result: GenerateResult,
    { text, decoded }: { readonly text: string; readonly decoded: readonly DecodedToken[] }, totalMs: number,
  ): Generation {
    return {
      text,
      tokens: generatedTokens(decoded, result),
      ...grounding(question, text),
      stopped: result.stopped,
      timings: { ...result.timings, totalMs },
      provenance: this.#provenance(question, prepared, images),
    }
  }

  #imageTokens(film: ModelFilm, fresh = false): Promise<ImageTokens> {
    return this.model.imageTokens(() => prepareImage(film, this.#imageSettings).values, hashImage(film), fresh)
  }

  #provenance(question: ModelQuestion, { prompt }: PreparedQuestion, images: readonly ImageTokens[]): Provenance {
    return {
      ...this.model.facts,
      modelName: this.facts.name,
      licence: licenceLine(this.facts.licence),
      hilumVersion: this.#hilumVersion,
      promptHash: promptHash(prompt),
      imageHashes: images.map((image) => image.hash),
      mode: question.mode,
      intervention: question.intervention,
      maxNewTokens: question.maxNewTokens,
      decoding: 'greedy',
    }
  }
}

function generatedTokens(decoded: readonly DecodedToken[], { tokens }: GenerateResult): readonly GeneratedToken[] {
  return decoded.map((token, i) => ({ ...token, features: tokens[i]?.features ?? [] }))
}

function endOf(token: DecodedToken): number {
  return token.start + token.text.length
}

/** Phrases and boxes of a grounded answer; plain findings have none. */
function grounding(
  question: ModelQuestion,
  text: string,
): { readonly phrases: readonly GroundedPhrase[] | null; readonly unparsedTail: string } {
  if (question.mode === 'findings') return { phrases: null, unparsedTail: '' }
  const { phrases, unparsedTail } = parseReport(text)
  const { columns, rows } = question.frontal
  return { phrases: phrases === null ? null : phrasesToFilm(phrases, columns, rows), unparsedTail }
}
