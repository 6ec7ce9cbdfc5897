import { best } from '../../../src/compute/maira2/decode.ts'
import type { Decoder } from '../../../src/compute/maira2/decoder.ts'
import { openSession } from '../../../src/compute/onnx/session.ts'
import { KvThroughLoop } from './kvThroughGraph.ts'
import { configOf, type Shape } from './shape.ts'
import type { Subject } from './subject.ts'
import type { RandomModel } from './writeRandomModel.ts'

/** Tokens that are timed: each takes so long that a few say enough. */
const SLOW_TOKENS = 8

/** The same weights in the usual export, with keys and values in and out. */
export class UsualLoop {
  readonly #loop: KvThroughLoop
  readonly #close: () => Promise<void>
  readonly #rows: Float32Array
  readonly #decoder: Decoder

  private constructor(loop: KvThroughLoop, close: () => Promise<void>, rows: Float32Array, decoder: Decoder) {
    this.#loop = loop
    this.#close = close
    this.#rows = rows
    this.#decoder = decoder
  }

  static async open(model: RandomModel, { engine: { decoder }, prompt }: Subject, shape: Shape): Promise<UsualLoop> {
    const session = await openSession(model.kvThrough, shape.threads)
    const loop = new KvThroughLoop(session, configOf(shape).decoder)
    return new UsualLoop(loop, () => session.release(), await decoder.embedTokens(prompt), decoder)
  }

  /** Milliseconds a token after the prompt. */
  async run(): Promise<number> {
    this.#loop.reset()
    const chunk = 256 * this.#decoder.width
    let logits: Float32Array = new Float32Array(0)
    for (let at = 0; at < this.#rows.length; at += chunk) {
      logits = await this.#loop.pass(this.#rows.subarray(at, at + chunk))
    }
    const began = performance.now()
    for (let i = 0; i < SLOW_TOKENS; i++) {
      logits = await this.#loop.pass(await this.#decoder.embedTokens([best(logits)]))
    }
    this.#loop.reset()
    return (performance.now() - began) / SLOW_TOKENS
  }

  close(): Promise<void> {
    return this.#close()
  }
}
