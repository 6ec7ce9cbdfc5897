import type { FeatureActivation } from '../../shared/domain/feature.ts'
import type { Timings } from '../../shared/domain/generation.ts'
import type { Intervention } from '../../shared/domain/intervention.ts'
import { HilumError } from '../../shared/errors.ts'
import { prepareSteering } from '../sae/steering.ts'
import { decode } from './decode.ts'
import type { PromptRun } from './decoder.ts'
import { Draft } from './draft.ts'
import type { Engine } from './engine.ts'
import { kvBytes } from './kvLayout.ts'
import { backPrompt, frontBytes, frontPrompt, type Prompt } from './runPrompt.ts'

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
  const { ids, images, signal, maxNewTokens } = request
  const started = performance.now()
  if (ids.length < 2) throw new HilumError('bad-input', 'The prompt is empty.')
  if (maxNewTokens < 1) throw new HilumError('bad-input', 'At least one token must be asked for.')
  const steering = prepareSteering(dictionary, request.intervention)
  const stopIds = request.stopIds ?? decoder.config.decoder.eosTokenIds

  let passed = 0
  const run: PromptRun = {
    signal,
    onTokens: (count) => request.onPrompt?.((passed += count), 2 * ids.length - 1),
  }
  const front = await frontPrompt(engine, request, run)
  const frontDone = performance.now()
  passed = ids.length
  const back = await backPrompt(engine, request, front.value, steering, run)
  const backDone = performance.now()

  const decoded = await decode(engine, {
    front: front.value,
    back: back.value,
    steering,
    draft: request.draft === undefined ? null : draftOf(request.draft, stopIds, decoder.config.decoder.vocabSize),
    maxNewTokens,
    stopIds,
    keepLogits: request.keepLogits ?? false,
    onToken: request.onToken,
    signal,
  })
  const decodeDone = performance.now()
  const features = await dictionary.active(decoded.residual, TOP_FEATURES)

  const ended = performance.now()
  const seconds = (decodeDone - backDone) / 1000
  const imageHits = images.filter((image) => image.visionMs === 0)
  const timings: Timings = {
    visionMs: images.reduce((sum, image) => sum + image.visionMs, 0),
    frontMs: front.reused ? 0 : frontDone - started,
    backMs: back.reused ? 0 : backDone - frontDone,
    decodeMs: decodeDone - backDone,
    featuresMs: ended - decodeDone,
    totalMs: ended - started,
    tokensPerSecond: seconds > 0 ? decoded.ids.length / seconds : 0,
    promptTokens: ids.length,
    generatedTokens: decoded.ids.length,
    drafted: decoded.drafted,
    accepted: decoded.accepted,
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
