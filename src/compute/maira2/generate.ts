import type { FeatureActivation } from '../../shared/domain/feature.ts'
import type { Timings } from '../../shared/domain/generation.ts'
import type { Intervention } from '../../shared/domain/intervention.ts'
import { HilumError, throwIfCancelled } from '../../shared/errors.ts'
import type { Dictionary } from '../sae/dictionary.ts'
import { prepareSteering, type Steering } from '../sae/steering.ts'
import type { Decoder, PromptRun } from './decoder.ts'
import type { KvCache } from './kvCache.ts'
import { promptKey, steeredPromptKey, type FrontPrompt, type PromptCaches } from './promptCaches.ts'
import type { ImageTokens } from './vision.ts'

/** Features listed with each token. */
const TOP_FEATURES = 16

export interface GenerateRequest {
  /** The whole prompt, one image token id per image patch, BOS first. */
  readonly ids: readonly number[]
  /** In the order of the prompt. */
  readonly images: readonly ImageTokens[]
  readonly intervention: Intervention
  readonly maxNewTokens: number
  /** Called while the prompt is run, in tokens through either half; not called where a cache answers. */
  readonly onPrompt?: ((done: number, total: number) => void) | undefined
  /** Called as soon as a token is known. */
  readonly onToken?: ((token: WrittenToken) => void) | undefined
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

/** What a generation runs on. */
export interface Engine {
  readonly decoder: Decoder
  readonly dictionary: Dictionary
  readonly caches: PromptCaches
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
 *
 * Call it for one generation at a time: the cached arrays hold the generation's own rows too.
 */
export async function generate(engine: Engine, request: GenerateRequest): Promise<GenerateResult> {
  const { decoder, dictionary } = engine
  const { ids, images, signal, maxNewTokens } = request
  const { vocabSize, eosTokenIds } = decoder.config.decoder
  const started = performance.now()
  if (ids.length < 2) throw new HilumError('bad-input', 'The prompt is empty.')
  if (maxNewTokens < 1) throw new HilumError('bad-input', 'At least one token must be asked for.')
  const steering = prepareSteering(dictionary, request.intervention)
  const stopIds = request.stopIds ?? eosTokenIds

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

  const prompt = front.value
  const tokens: WrittenToken[] = []
  const logits: Float32Array[] = []
  let stopped: GenerateResult['stopped'] = 'limit'
  let residual: Float32Array = prompt.residual.slice((ids.length - 1) * decoder.width)
  while (tokens.length < maxNewTokens) {
    throwIfCancelled(signal)
    const features = (await dictionary.active(residual, TOP_FEATURES))[0] ?? []
    steering?.apply(residual, 0, 1)
    const row = await decoder.back.logits(residual, back.value, 0)
    if (request.keepLogits === true) logits.push(row)
    const id = best(row, vocabSize)
    if (stopIds.includes(id)) {
      stopped = 'eos'
      break
    }
    const token = { id, features }
    tokens.push(token)
    request.onToken?.(token)
    if (tokens.length === maxNewTokens) break
    residual = await decoder.front.residual(await decoder.embedToken(id), prompt.cache)
  }

  const ended = performance.now()
  const seconds = (ended - backDone) / 1000
  const imageHits = images.filter((image) => image.visionMs === 0)
  const timings: Timings = {
    visionMs: images.reduce((sum, image) => sum + image.visionMs, 0),
    frontMs: front.reused ? 0 : frontDone - started,
    backMs: back.reused ? 0 : backDone - frontDone,
    decodeMs: ended - backDone,
    totalMs: ended - started,
    tokensPerSecond: seconds > 0 ? tokens.length / seconds : 0,
    promptTokens: ids.length,
    generatedTokens: tokens.length,
    reused: {
      imageTokens: imageHits.reduce((sum, image) => sum + image.rows.length / decoder.width, 0),
      frontTokens: front.reused ? ids.length : 0,
      promptTokens: back.reused ? ids.length - 1 : 0,
      bytes:
        imageHits.reduce((sum, image) => sum + image.rows.byteLength, 0) +
        (front.reused ? frontBytes(prompt, ids.length) : 0) +
        (back.reused ? back.value.bytesOf(ids.length - 1) : 0),
    },
  }
  return { tokens, stopped, timings, logits }
}

interface Kept<T> {
  readonly value: T
  readonly reused: boolean
}

/** The prompt through the front, kept or computed, with room for the generation. */
export async function frontPrompt(
  { decoder, caches }: Engine,
  { ids, images, maxNewTokens }: Pick<GenerateRequest, 'ids' | 'images' | 'maxNewTokens'>,
  run: PromptRun,
): Promise<Kept<FrontPrompt>> {
  const key = promptKey(ids, images)
  const kept = caches.fronts.get(key)
  if (kept !== null) {
    kept.cache.truncate(ids.length)
    kept.cache.reserve(ids.length + maxNewTokens)
    caches.fronts.set(key, kept, kept.cache.bytes + kept.residual.byteLength)
    return { value: kept, reused: true }
  }
  const rows = await decoder.embed(ids, images)
  const cache = decoder.front.newCache(ids.length + maxNewTokens)
  const value = { cache, residual: await decoder.runFront(rows, cache, run) }
  caches.fronts.set(key, value, cache.bytes + value.residual.byteLength)
  return { value, reused: false }
}

/** The back's cache of every prompt position but the last, kept or computed. */
async function backPrompt(
  { decoder, caches }: Engine,
  { ids, images, maxNewTokens }: GenerateRequest,
  front: FrontPrompt,
  steering: Steering | null,
  run: PromptRun,
): Promise<Kept<KvCache>> {
  const key = steeredPromptKey(promptKey(ids, images), steering)
  const positions = ids.length - 1
  const kept = caches.backs.get(key)
  if (kept !== null) {
    kept.truncate(positions)
    kept.reserve(positions + maxNewTokens)
    caches.backs.set(key, kept, kept.bytes)
    return { value: kept, reused: true }
  }
  const cache = decoder.back.newCache(positions + maxNewTokens)
  let rows = front.residual.subarray(0, positions * decoder.width)
  if (steering?.positions === 'all') {
    rows = rows.slice()
    steering.apply(rows, 1, positions)
  }
  await decoder.fillBack(rows, cache, run)
  caches.backs.set(key, cache, cache.bytes)
  return { value: cache, reused: false }
}

function frontBytes(front: FrontPrompt, positions: number): number {
  return front.cache.bytesOf(positions) + front.residual.byteLength
}

/** Index of the greatest logit, the first one of equals. */
function best(logits: Float32Array, vocabSize: number): number {
  let id = 0
  for (let i = 1; i < vocabSize; i++) {
    if ((logits[i] as number) > (logits[id] as number)) id = i
  }
  if (!Number.isFinite(logits[id])) {
    throw new HilumError('limit', 'The intervention drove the model out of the range of its numbers.', {
      mend: 'Use a smaller strength.',
    })
  }
  return id
}
