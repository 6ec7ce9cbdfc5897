import type { Steering } from '../sae/steering.ts'
import type { PromptRun } from './decoder.ts'
import type { Engine } from './engine.ts'
import { promptKey, steeredPromptKey, type FrontPrompt } from './promptCaches.ts'
import type { PromptKv } from './promptKv.ts'
import type { ImageTokens } from './vision.ts'

/** What the decoder is asked about: token ids with images laid onto the positions of the image token. */
export interface Prompt {
  /** BOS first, one image token id per image patch. */
  readonly ids: readonly number[]
  /** In the order of the prompt. */
  readonly images: readonly ImageTokens[]
}

export interface Kept<T> {
  readonly value: T
  readonly reused: boolean
}

/** The prompt through the front, kept or computed. */
export async function frontPrompt(
  { decoder, caches }: Engine,
  { ids, images }: Prompt,
  run: PromptRun,
): Promise<Kept<FrontPrompt>> {
  const key = promptKey(ids, images)
  const kept = caches.fronts.get(key)
  if (kept !== null) return { value: kept, reused: true }
  const rows = await decoder.embed(ids, images)
  const kv = decoder.front.newPrompt(ids.length)
  const value = { kv, residual: await decoder.runFront(rows, kv, run) }
  caches.fronts.set(key, value, frontBytes(value))
  return { value, reused: false }
}

/**
 * The back's keys and values of every prompt position but the last, kept or computed: the last one is
 * steered even when generated positions alone are, because its output chooses the first word.
 */
export async function backPrompt(
  { decoder, caches }: Engine,
  { ids, images }: Prompt,
  front: FrontPrompt,
  steering: Steering | null,
  run: PromptRun,
): Promise<Kept<PromptKv>> {
  const key = steeredPromptKey(promptKey(ids, images), steering)
  const positions = ids.length - 1
  const kept = caches.backs.get(key)
  if (kept !== null) return { value: kept, reused: true }
  const kv = decoder.back.newPrompt(positions)
  let rows = front.residual.subarray(0, positions * decoder.width)
  if (steering?.positions === 'all') {
    rows = rows.slice()
    steering.apply(rows, 1, positions)
  }
  await decoder.fillBack(rows, kv, run)
  caches.backs.set(key, kv, kv.bytes)
  return { value: kv, reused: false }
}

export function frontBytes({ kv, residual }: FrontPrompt): number {
  return kv.bytes + residual.byteLength
}
