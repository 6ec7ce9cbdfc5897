import { Tensor, type InferenceSession } from 'onnxruntime-node'
import type { DecoderConfig } from '../checkpoint/modelConfig.ts'
import { openSession } from '../onnx/session.ts'
import { KvCache } from './kvCache.ts'
import type { RotaryTable } from './rotaryTable.ts'

/** One half of the decoder, loaded: runs new tokens and appends their keys and values to a cache. */
export class DecoderPart {
  readonly #session: InferenceSession
  readonly #config: DecoderConfig
  readonly #rotary: RotaryTable
  readonly #blocks: number

  private constructor(session: InferenceSession, config: DecoderConfig, rotary: RotaryTable, blocks: number) {
    this.#session = session
    this.#config = config
    this.#rotary = rotary
    this.#blocks = blocks
  }

  /** @param blocks how many blocks the graph at `path` holds. */
  static async open(
    path: string,
    config: DecoderConfig,
    rotary: RotaryTable,
    blocks: number,
    threads: number,
  ): Promise<DecoderPart> {
    return new DecoderPart(await openSession(path, threads), config, rotary, blocks)
  }

  newCache(capacity: number): KvCache {
    return new KvCache(this.#blocks, this.#config.hiddenSize, capacity)
  }

  /** Residual rows [n, d] of the positions after the cache's last -> the residual after these blocks, [n, d]. */
  async residual(rows: Float32Array, cache: KvCache): Promise<Float32Array> {
    const results = await this.#run(rows, cache, {})
    return results.residual_out?.data as Float32Array
  }

  /** The same through the head: logits [n - from, vocabulary] of the new rows `from` on. */
  async logits(rows: Float32Array, cache: KvCache, from: number): Promise<Float32Array> {
    const results = await this.#run(rows, cache, { logits_from: new Tensor('int64', [BigInt(from)], [1]) })
    return results.logits?.data as Float32Array
  }

  async release(): Promise<void> {
    await this.#session.release()
  }

  async #run(
    rows: Float32Array,
    cache: KvCache,
    more: Record<string, Tensor>,
  ): Promise<InferenceSession.OnnxValueMapType> {
    const { hiddenSize, headDim, heads } = this.#config
    const n = rows.length / hiddenSize
    const past = cache.length + 1
    const { cos, sin } = this.#rotary.rows(cache.length, n)
    const feeds: Record<string, Tensor> = {
      residual: new Tensor('float32', rows, [n, hiddenSize]),
      cos: new Tensor('float32', cos, [n, headDim / 2]),
      sin: new Tensor('float32', sin, [n, headDim / 2]),
      mask: new Tensor('float32', causalMask(past, n), [n, past + n]),
      ...more,
    }
    for (let block = 0; block < cache.blocks; block++) {
      feeds[`past_key_${block}`] = new Tensor('float32', cache.keys(block), [past, heads, headDim])
      feeds[`past_value_${block}`] = new Tensor('float32', cache.values(block), [past, heads, headDim])
    }
    const results = await this.#session.run(feeds)
    cache.append(results.new_rows?.data as Float32Array, n)
    return results
  }
}

/** [n, past + n]: 0 where row i may look, -Infinity at the blank row and at later new rows. */
function causalMask(past: number, n: number): Float32Array {
  const total = past + n
  const mask = new Float32Array(n * total)
  for (let row = 0; row < n; row++) {
    mask[row * total] = -Infinity
    mask.fill(-Infinity, row * total + past + row + 1, (row + 1) * total)
  }
  return mask
}
