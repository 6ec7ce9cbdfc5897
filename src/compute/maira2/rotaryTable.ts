import type { DecoderConfig } from '../checkpoint/modelConfig.ts'

/**
 * Cosines and sines of the rotary embedding with linear scaling. Rounded to float32 at the same steps
 * as transformers does (LlamaRotaryEmbedding): at a few thousand positions the roundings show.
 */
export class RotaryTable {
  readonly #frequencies: Float32Array
  #positions = 0
  #cos = new Float32Array(0)
  #sin = new Float32Array(0)

  constructor(config: Pick<DecoderConfig, 'headDim' | 'ropeTheta' | 'ropeFactor'>) {
    const { headDim, ropeTheta, ropeFactor } = config
    this.#frequencies = Float32Array.from({ length: headDim / 2 }, (_, i) => {
      const power = Math.fround(ropeTheta ** Math.fround((2 * i) / headDim))
      return Math.fround(1 / power) / ropeFactor
    })
  }

  /** Views [count, headDim / 2] for positions first .. first + count - 1. */
  rows(first: number, count: number): { readonly cos: Float32Array; readonly sin: Float32Array } {
    const half = this.#frequencies.length
    if (first + count > this.#positions) this.#extend(Math.max(first + count, 2 * this.#positions, 256))
    return {
      cos: this.#cos.subarray(first * half, (first + count) * half),
      sin: this.#sin.subarray(first * half, (first + count) * half),
    }
  }

  #extend(positions: number): void {
    const half = this.#frequencies.length
    this.#cos = new Float32Array(positions * half)
    this.#sin = new Float32Array(positions * half)
    for (let p = 0; p < positions; p++) {
      for (let i = 0; i < half; i++) {
        const angle = Math.fround(p * (this.#frequencies[i] as number))
        this.#cos[p * half + i] = Math.cos(angle)
        this.#sin[p * half + i] = Math.sin(angle)
      }
    }
    this.#positions = positions
  }
}
