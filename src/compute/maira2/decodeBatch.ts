import { throwIfCancelled } from '../../shared/errors.ts'
import type { Steering } from '../sae/steering.ts'
import { BranchKv } from './branchKv.ts'
import { best, type Decoded } from './decode.ts'
import type { Engine } from './engine.ts'
import type { FrontPrompt } from './promptCaches.ts'
import type { PromptKv } from './promptKv.ts'

export interface DecodeBatchRequest {
  readonly front: FrontPrompt
  /** Of every prompt position but the last. */
  readonly back: PromptKv
  /** One a text. */
  readonly steerings: readonly (Steering | null)[]
  readonly maxNewTokens: number
  readonly stopIds: readonly number[]
  readonly onToken?: ((text: number, id: number) => void) | undefined
  /** Called as soon as a text has ended. */
  readonly onEnd: (text: number, decoded: Decoded) => Promise<void>
  readonly signal?: AbortSignal | undefined
}

interface Text {
  readonly index: number
  readonly ids: number[]
  readonly residuals: Float32Array[]
  ended: boolean
}

/**
 * Greedy decoding of several texts after one prompt, one token of each a pass: the weights and the
 * prompt's keys and values are read once for all. A row's numbers do not depend on the rows beside it,
 * so each text is what it would be alone. Texts that have ended leave; fillers make up the number of rows
 * where their count is none that passes may have (Decoder.rowCounts).
 */
export async function decodeBatch(engine: Engine, request: DecodeBatchRequest): Promise<void> {
  const { decoder, costs } = engine
  const { steerings, maxNewTokens, stopIds, onToken, onEnd, signal } = request
  const { vocabSize } = decoder.config.decoder
  const { width } = decoder
  const rowCount = decoder.rowCounts.find((count) => count >= steerings.length)
  if (rowCount === undefined) throw new RangeError(`${steerings.length} texts do not fit into one pass.`)
  let texts: readonly Text[] = Array.from({ length: rowCount }, (_, index) =>
    ({ index, ids: [], residuals: [], ended: index >= steerings.length }))
  const front = new BranchKv(request.front.kv, texts.length)
  const back = new BranchKv(request.back, texts.length)
  const end = async (text: Text, stopped: Decoded['stopped']): Promise<void> => {
    text.ended = true
    const residual = joined(text.residuals)
    await onEnd(text.index, { ids: text.ids, residual, stopped, logits: [], drafted: 0, accepted: 0 })
  }

  for (let step = 0; texts.some((text) => !text.ended); step++) {
    throwIfCancelled(signal)
    const began = performance.now()
    front.room() // a full tile is put away
    back.room()
    const rows = step === 0
      ? repeated(request.front.residual.slice(-width), texts.length)
      : await decoder.front.residual(await decoder.embedTokens(texts.map((text) => text.ids.at(-1) ?? 0)), front)
    const untouched = rows.slice()
    texts.forEach((text, row) => steerings[text.index]?.apply(rows, row, row + 1))
    const logits = await decoder.back.logits(rows, back, 0)
    costs.observe(texts.length, performance.now() - began)
    for (const [row, text] of texts.entries()) {
      if (text.ended) continue
      const id = best(logits.subarray(row * vocabSize, (row + 1) * vocabSize))
      if (stopIds.includes(id)) {
        await end(text, 'eos')
        continue
      }
      text.ids.push(id)
      text.residuals.push(untouched.slice(row * width, (row + 1) * width))
      onToken?.(text.index, id)
      if (text.ids.length === maxNewTokens) await end(text, 'limit')
    }
    texts = remaining(texts, decoder.rowCounts, [front, back])
  }
}

/** The texts of the next pass: those that go on, and fillers where their count is none a pass may have. */
function remaining(
  texts: readonly Text[], rowCounts: readonly number[], branches: readonly BranchKv[],
): readonly Text[] {
  const going = texts.filter((text) => !text.ended).length
  const wanted = rowCounts.find((count) => count >= going) ?? texts.length
  if (going === 0 || wanted >= texts.length) return texts
  let fillers = wanted - going
  const kept = texts.flatMap((text, row) => (!text.ended || fillers-- > 0 ? [row] : []))
  for (const branch of branches) branch.keep(kept)
  return kept.map((row) => texts[row] as Text)
}

function repeated(row: Float32Array, times: number): Float32Array {
  return joined(Array.from({ length: times }, () => row))
}

function joined(rows: readonly Float32Array[]): Float32Array {
  const width = rows[0]?.length ?? 0
  const all = new Float32Array(rows.length * width)
  rows.forEach((row, i) => all.set(row, i * width))
  return all
}
