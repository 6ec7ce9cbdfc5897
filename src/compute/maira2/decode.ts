import { HilumError, throwIfCancelled } from '../../shared/errors.ts'
import type { Steering } from '../sae/steering.ts'
import { BranchKv } from './branchKv.ts'
import type { Draft } from './draft.ts'
import type { Engine } from './engine.ts'
import type { FrontPrompt } from './promptCaches.ts'
import type { PromptKv } from './promptKv.ts'

export interface DecodeRequest {
  readonly front: FrontPrompt
  /** Of every prompt position but the last. */
  readonly back: PromptKv
  readonly steering: Steering | null
  /** Null: one token a pass. */
  readonly draft: Draft | null
  readonly maxNewTokens: number
  readonly stopIds: readonly number[]
  readonly keepLogits: boolean
  readonly onToken?: ((id: number) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

export interface Decoded {
  /** Without the end token. */
  readonly ids: readonly number[]
  /** The residual at the hook, before any intervention, of the position that chose each token, [ids, d]. */
  readonly residual: Float32Array
  readonly stopped: 'eos' | 'limit'
  /** Of every step, the end token's included, when they were asked for. */
  readonly logits: readonly Float32Array[]
  /** Tokens proposed by the draft and run, and those among them that stand in the text. */
  readonly drafted: number
  readonly accepted: number
}

/**
 * Greedy decoding. With a draft, a pass runs the last token and proposed ones after it; each row's best
 * token either equals the next proposed one, whose row then counts, or takes its place, and the rows
 * after it are forgotten. A row's numbers do not depend on the rows beside it (Decoder.rowCounts), so
 * text, logits and cache are those of one-token passes to the last bit.
 */
export async function decode(engine: Engine, request: DecodeRequest): Promise<Decoded> {
  const { decoder, costs } = engine
  const { steering, draft, maxNewTokens, stopIds, keepLogits, onToken, signal } = request
  const { vocabSize } = decoder.config.decoder
  const { width } = decoder
  const front = new BranchKv(request.front.kv)
  const back = new BranchKv(request.back)
  const ids: number[] = []
  const residual = new Float32Array(maxNewTokens * width)
  const logits: Float32Array[] = []
  let [drafted, accepted] = [0, 0]
  const end = (stopped: Decoded['stopped']): Decoded =>
    ({ ids, residual: residual.slice(0, ids.length * width), stopped, logits, drafted, accepted })

  for (;;) {
    throwIfCancelled(signal)
    const began = performance.now()
    const limit = Math.min(front.room(), back.room(), maxNewTokens - ids.length)
    const rowCounts = decoder.rowCounts.filter((count) => count <= limit)
    const proposed = draft?.propose(draft.length(rowCounts, (rows) => costs.relative(rows))) ?? []
    const rows = await residualRows(engine, request.front, front, ids, proposed)
    const untouched = rows.slice()
    steering?.apply(rows, 0, 1 + proposed.length)
    const all = await decoder.back.logits(rows, back, 0)
    costs.observe(1 + proposed.length, performance.now() - began)
    drafted += proposed.length

    const start = back.length - 1 - proposed.length
    let row = 0
    for (; row <= proposed.length; row++) {
      const own = all.subarray(row * vocabSize, (row + 1) * vocabSize)
      if (keepLogits) logits.push(own.slice())
      const id = best(own)
      if (row < proposed.length && id === proposed[row]) accepted++
      if (stopIds.includes(id)) return end('eos')
      residual.set(untouched.subarray(row * width, (row + 1) * width), ids.length * width)
      ids.push(id)
      draft?.write(id)
      onToken?.(id)
      if (ids.length === maxNewTokens) return end('limit')
      if (id !== proposed[row]) break
    }
    back.truncate(start + row + 1)
    front.truncate(start + row + 1)
  }
}

/** The residual at the hook of the last token and of the proposed ones after it, [1 + proposed, d]. */
async function residualRows(
  { decoder }: Engine,
  prompt: FrontPrompt,
  front: BranchKv,
  written: readonly number[],
  proposed: readonly number[],
): Promise<Float32Array> {
  const last = written.at(-1)
  if (last !== undefined) return decoder.front.residual(await decoder.embedTokens([last, ...proposed]), front)
  const first = prompt.residual.slice(-decoder.width) // the prompt's last token, which the front has run
  if (proposed.length === 0) return first
  const rows = new Float32Array((1 + proposed.length) * decoder.width)
  rows.set(first)
  rows.set(await decoder.front.residual(await decoder.embedTokens(proposed), front), decoder.width)
  return rows
}

/** Index of the greatest logit, the first one of equals. */
export function best(logits: Float32Array): number {
  let id = 0
  for (let i = 1; i < logits.length; i++) {
    if ((logits[i] as number) > (logits[id] as number)) id = i
  }
  if (!Number.isFinite(logits[id])) {
    throw new HilumError('limit', 'The intervention drove the model out of the range of its numbers.', {
      mend: 'Use a smaller strength.',
    })
  }
  return id
}
