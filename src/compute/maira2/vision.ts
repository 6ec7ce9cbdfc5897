import { Tensor, type InferenceSession } from 'onnxruntime-node'
import { HilumError } from '../../shared/errors.ts'
import type { ModelConfig } from '../checkpoint/modelConfig.ts'
import { openSession } from '../onnx/session.ts'

/** An image as the decoder sees it. */
export interface ImageTokens {
  /** SHA-256 that stands for the image in caches and provenance. */
  readonly hash: string
  /** [patches, d], patches row by row from the top left. */
  readonly rows: Float32Array
  /** Milliseconds it took; 0 when it came from the cache. */
  readonly visionMs: number
}

/** The vision tower and projector, loaded. */
export class Vision {
  readonly #session: InferenceSession
  readonly #imageSize: number

  private constructor(session: InferenceSession, imageSize: number) {
    this.#session = session
    this.#imageSize = imageSize
  }

  static async open(path: string, config: ModelConfig, threads: number): Promise<Vision> {
    return new Vision(await openSession(path, threads), config.vision.imageSize)
  }

  /** Normalised pixels [3, S, S] -> image tokens [patches, d]. */
  async encode(pixels: Float32Array): Promise<Float32Array> {
    const side = this.#imageSize
    if (pixels.length !== 3 * side * side) {
      throw new HilumError('bad-input', `The model takes images of 3 x ${side} x ${side} values, not ${pixels.length}.`)
    }
    const { image_tokens } = await this.#session.run({ pixels: new Tensor('float32', pixels, [1, 3, side, side]) })
    return image_tokens?.data as Float32Array
  }

  async release(): Promise<void> {
    await this.#session.release()
  }
}
