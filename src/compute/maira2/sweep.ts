import type { Intervention } from '../../shared/domain/intervention.ts'
import { prepareSteering } from '../sae/steering.ts'
import { decodeBatch } from './decodeBatch.ts'
import type { Engine } from './engine.ts'
import { finish, generate, runPrompt, type GenerateRequest, type GenerateResult } from './generate.ts'
import { kvBytes } from './kvTiles.ts'

/** Keys and values that the texts of one batch may come to: a text of MAIRA-2's 300 tokens takes 300 MiB. */
const BATCH_BYTES = 2 * 2 ** 30

export interface SweepRequest extends Omit<GenerateRequest, 'intervention' | 'onToken' | 'keepLogits'> {
  readonly interventions: readonly Intervention[]
  /** Called as soon as a token of the text under an intervention, given by its number, is known. */
  readonly onToken?: ((intervention: number, id: number) => void) | undefined
  /** Called as soon as a text is finished. */
  readonly onResult: (intervention: number, result: GenerateResult) => void
}

/**
 * How a sweep is cut: numbers of interventions that are written together. Those that spare the prompt
 * share everything before the text and go as rows of the same passes; one that steers the prompt has a
 * prompt of its own and goes alone.
 */
export function sweepBatches({ decoder }: Engine, request: SweepRequest): readonly (readonly number[])[] {
  const { front, back, rowCounts } = decoder
  const perText = kvBytes(front.shape, request.maxNewTokens) + kvBytes(back.shape, request.maxNewTokens)
  const most = Math.max(1, Math.min(rowCounts.at(-1) ?? 1, Math.floor(BATCH_BYTES / perText)))
  const numbers = request.interventions.map((_, i) => i)
  const sparing = numbers.filter((i) => request.interventions[i]?.positions === 'generated')
  const size = Math.ceil(sparing.length / Math.max(1, Math.ceil(sparing.length / most)))
  const batches: (readonly number[])[] = []
  for (let at = 0; at < sparing.length; at += size) batches.push(sparing.slice(at, at + size))
  return [...batches, ...numbers.filter((i) => !sparing.includes(i)).map((i) => [i])]
}

/** Writes the texts of one batch. Each is what `generate` writes, to the last bit. */
export async function sweepBatch(engine: Engine, request: SweepRequest, batch: readonly number[]): Promise<void> {
  const { interventions, onToken, onResult, maxNewTokens, signal } = request
  const [first] = batch
  if (first === undefined) return
  if (batch.length === 1) {
    const intervention = interventions[first] as Intervention
    onResult(first, await generate(engine, { ...request, intervention, onToken: (id) => onToken?.(first, id) }))
    return
  }
  const steerings = batch.map((i) => prepareSteering(engine.dictionary, interventions[i] as Intervention))
  const prompt = await runPrompt(engine, request, null)
  const began = performance.now()
  await decodeBatch(engine, {
    front: prompt.front.value,
    back: prompt.back.value,
    steerings,
    maxNewTokens,
    stopIds: request.stopIds ?? engine.decoder.config.decoder.eosTokenIds,
    onToken: (text, id) => onToken?.(batch[text] as number, id),
    onEnd: async (text, decoded) => {
      const timings = { decodeMs: performance.now() - began, batch: batch.length }
      onResult(batch[text] as number, await finish(engine, request, prompt, decoded, timings))
    },
    signal,
  })
}
