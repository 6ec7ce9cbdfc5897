import type { FeatureActivation } from '../../shared/domain/feature.ts'
import type { Timings } from '../../shared/domain/generation.ts'
import type { Intervention } from '../../shared/domain/intervention.ts'
import { HilumError } from '../../shared/errors.ts'
import { prepareSteering, type Steering } from '../sae/steering.ts'
import { decode, type Decoded } from './decode.ts'
import type { PromptRun } from './decoder.ts'
import { Draft } from './draft.ts'
import type { Engine } from './engine.ts'
import { kvBytes } from './kvTiles.ts'
import { PromptCaches, type FrontPrompt } from './promptCaches.ts'
import type { PromptKv } from './promptKv.ts'
import { backPrompt, frontBytes, frontPrompt, type Kept, type Prompt } from './runPrompt.ts'

/** Features listed with each token. */
const TOP_FEATURES = 16

export interface GenerateRequest extends Prompt {
  readonly intervention: Intervention
  readonly maxNewTokens: number
  /**
   * Ids of a text that the coming one is expected to resemble, without the end token: several of its
   * tokens are checked in one pass. It changes how fast the text is written, never the text.
   */
  readonly draft?: readonly number[] | undefined
  /** True: nothing that is kept is used. */
  readonly fresh?: boolean | undefined
  /** Called while the prompt is run, in tokens through either half; not called where a cache answers. */
  readonly onPrompt?: ((done: number, total: number) => void) | undefined
  /** Called as soon as a token is known. */
  readonly onToken?: ((id: number) => void) | undefined
  readonly signal?: AbortSignal | undefined
  /** Ids that end the text; the checkpoint's end-of-sequence ids when left out. */
  readonly stopIds?: readonly number[] | undefined
  /** Also return the logits of every step, [steps, vocabulary] (tests, scoring). */
  readonly keepLogits?: boolean | undefined
}

export interface WrittenToken {
  readonly id: number
  /**
   * The most active features at the position whose output chose this token (the last prompt token for
   * the first one), before any intervention: what the model itself was computing, strongest first.
   */
  readonly features: readonly FeatureActivation[]
}

export interface GenerateResult {
  /** Without the end-of-sequence token. */
  readonly tokens: readonly WrittenToken[]
  readonly stopped: 'eos' | 'limit'
  readonly timings: Timings
  readonly logits: readonly Float32Array[]
}

/**
 * Greedy decoding with the intervention applied between the two halves of the decoder.
 *
 * A position counts as generated when its output chooses a new token: the last prompt token and every
 * written token after it (without the last prompt token the first word could not be steered).
 * `generated` steers those alone; `all` steers every position but the first (BOS).
 *
 * The back's prompt cache therefore ends before the last prompt token, and steering generated
 * positions only finds the whole prompt computed. Cached and fresh runs make the same passes over the
 * same rows, so they agree to the last bit.
 */
export async function generate(engine: Engine, request: GenerateRequest): Promise<GenerateResult> {
  const { decoder, dictionary } = engine
  const { maxNewTokens, signal } = request
  const steering = prepareSteering(dictionary, request.intervention)
  const prompt = await runPrompt(engine, request, steering)
  const stopIds = request.stopIds ?? decoder.config.decoder.eosTokenIds
  const began = performance.now()
  const decoded = await decode(engine, {
    front: prompt.front.value,
    back: prompt.back.value,
    steering,
    draft: request.draft === undefined ? null : draftOf(request.draft, stopIds, decoder.config.decoder.vocabSize),
    maxNewTokens,
    stopIds,
    keepLogits: request.keepLogits ?? false,
    onToken: request.onToken,
    signal,
  })
  return finish(engine, request, prompt, decoded, { decodeMs: performance.now() - began, batch: 1 })
}

/** A prompt run through both halves, and how long either took. */
export interface PromptDone {
  readonly front: Kept<FrontPrompt>
  readonly back: Kept<PromptKv>
  readonly frontMs: number
  readonly backMs: number
}

/** Runs what is not kept of a prompt. */
export async function runPrompt(
  { caches, ...engine }: Engine,
  request: Pick<GenerateRequest, 'ids' | 'images' | 'maxNewTokens' | 'fresh' | 'onPrompt' | 'signal'>,
  steering: Steering | null,
): Promise<PromptDone> {
  const { ids, maxNewTokens, onPrompt, signal } = request
  if (ids.length < 2) throw new HilumError('bad-input', 'The prompt is empty.')
  if (maxNewTokens < 1) throw new HilumError('bad-input', 'At least one token must be asked for.')
  let passed = 0
  const run: PromptRun = { signal, onTokens: (count) => onPrompt?.((passed += count), 2 * ids.length - 1) }
  const started = performance.now()
  const from = { ...engine, caches: request.fresh === true ? new PromptCaches(0) : caches }
  const front = await frontPrompt(from, request, run)
  const frontDone = performance.now()
  passed = ids.length
  const back = await backPrompt(from, request, front.value, steering, run)
  return {
    front, back,
    frontMs: front.reused ? 0 : frontDone - started,
    backMs: back.reused ? 0 : performance.now() - frontDone,
  }
}

/** A decoded text with the features active at its tokens and the timings of all of it. */
export async function finish(
  { decoder, dictionary }: Engine,
  { ids, images }: Prompt,
  { front, back, frontMs, backMs }: PromptDone,
  decoded: Decoded,
  { decodeMs, batch }: Pick<Timings, 'decodeMs' | 'batch'>,
): Promise<GenerateResult> {
  const began = performance.now()
  const features = await dictionary.active(decoded.residual, TOP_FEATURES)
  const featuresMs = performance.now() - began
  const visionMs = images.reduce((sum, image) => sum + image.visionMs, 0)
  const imageHits = images.filter((image) => image.visionMs === 0)
  const timings: Timings = {
    visionMs, frontMs, backMs, decodeMs, featuresMs,
    totalMs: frontMs + backMs + decodeMs + featuresMs,
    tokensPerSecond: decodeMs > 0 ? (1000 * decoded.ids.length) / decodeMs : 0,
    promptTokens: ids.length,
    generatedTokens: decoded.ids.length,
    drafted: decoded.drafted,
    accepted: decoded.accepted,
    batch,
    reused: {
      imageTokens: imageHits.reduce((sum, image) => sum + image.rows.length / decoder.width, 0),
      frontTokens: front.reused ? ids.length : 0,
      promptTokens: back.reused ? ids.length - 1 : 0,
      bytes:
        imageHits.reduce((sum, image) => sum + image.rows.byteLength, 0) +
        (front.reused ? frontBytes(front.value) : 0) +
        (back.reused ? kvBytes(back.value.shape, back.value.length) : 0),
    },
  }
  const tokens = decoded.ids.map((id, i) => ({ id, features: features[i] ?? [] }))
  return { tokens, stopped: decoded.stopped, timings, logits: decoded.logits }
}

/** A draft ends as texts do. Ids that the vocabulary lacks come from another model: nothing to propose. */
function draftOf(ids: readonly number[], stopIds: readonly number[], vocabSize: number): Draft {
  return new Draft([...ids, ...stopIds.slice(0, 1)].filter((id) => id < vocabSize))
}
