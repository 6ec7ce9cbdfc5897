import type { InferenceSession } from 'onnxruntime-node'
import { Tensor } from 'onnxruntime-node'
import type { DecoderConfig } from '../checkpoint/modelConfig.ts'
import { openSession } from '../onnx/session.ts'
import { passInputs } from './decoderPass.ts'
import type { KvShape, Past } from './kvLayout.ts'
import { PromptKv } from './promptKv.ts'
import type { RotaryTable } from './rotaryTable.ts'

/** One half of the decoder, loaded: runs new tokens and leaves their keys and values with those before them. */
export class DecoderPart {
  readonly shape: KvShape
  readonly #session: InferenceSession
  readonly #width: number
  readonly #rotary: RotaryTable

  private constructor(session: InferenceSession, shape: KvShape, width: number, rotary: RotaryTable) {
    this.#session = session
    this.shape = shape
    this.#width = width
    this.#rotary = rotary
  }

  /** @param kv how many blocks the graph at `path` holds, and how it takes tiles. */
  static async open(
    path: string,
    config: DecoderConfig,
    rotary: RotaryTable,
    kv: Pick<KvShape, 'blocks' | 'tiles'>,
    threads: number,
  ): Promise<DecoderPart> {
    const { heads, headDim, hiddenSize } = config
    return new DecoderPart(await openSession(path, threads), { ...kv, heads, headDim }, hiddenSize, rotary)
  }

  /** Room for the keys and values of a prompt. */
  newPrompt(positions: number): PromptKv {
    return new PromptKv(this.shape, positions)
  }

  /**
   * Residual rows of the positions after `past` -> the residual after these blocks, of the same size.
   * @param rows [positions, d], or with several sequences one position of each, [sequences, d]
   */
  async residual(rows: Float32Array, past: Past): Promise<Float32Array> {
    const results = await this.#run(rows, past)
    return results.residual_out?.data as Float32Array
  }

  /** The same through the head: logits [rows - from, vocabulary] of the new rows `from` on. */
  async logits(rows: Float32Array, past: Past, from: number): Promise<Float32Array> {
    const results = await this.#run(rows, past, from)
    return results.logits?.data as Float32Array
  }

  async release(): Promise<void> {
    await this.#session.release()
  }

  async #run(rows: Float32Array, past: Past, from?: number): Promise<InferenceSession.OnnxValueMapType> {
    const n = rows.length / this.#width
    const count = n / past.sequences
    const residual = new Tensor('float32', rows, [n, this.#width])
    const results = await this.#session.run({ residual, ...passInputs(past, count, this.#rotary, from) })
    past.append(results.new_rows?.data as Float32Array, count)
    return results
  }
}
