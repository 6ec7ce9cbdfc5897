import { parseModelConfig } from '../../../src/compute/checkpoint/modelConfig.ts'

/** What is measured: a random decoder of a size that two cores can bear, and how it is asked. */
export interface Shape {
  readonly hidden: number
  readonly layers: number
  readonly heads: number
  readonly inner: number
  readonly vocabulary: number
  readonly hook: number
  /** Features of the dictionary: four times the width, the smallest expansion that is released. */
  readonly features: number
  readonly prompt: number
  readonly written: number
  readonly threads: number
}

export const AT_SIZE: Shape = {
  hidden: 2048, layers: 16, heads: 16, inner: 5504, vocabulary: 32_000, hook: 7, features: 8192,
  prompt: 1500, written: 80, threads: 2,
}

/** The same steps in seconds, to see that they work. Its figures mean nothing. */
export const REHEARSAL: Shape = {
  hidden: 256, layers: 4, heads: 4, inner: 704, vocabulary: 2048, hook: 1, features: 1024,
  prompt: 300, written: 40, threads: 2,
}

export const ROPE_FACTOR = 1.5
export const NORM_EPSILON = 1e-5

export function configOf({ hidden, layers, heads, inner, vocabulary }: Shape) {
  return parseModelConfig({
    _name_or_path: 'random',
    image_token_index: 3,
    text_config: {
      hidden_size: hidden, intermediate_size: inner, num_hidden_layers: layers, num_attention_heads: heads,
      vocab_size: vocabulary, rms_norm_eps: NORM_EPSILON, rope_scaling: { type: 'linear', factor: ROPE_FACTOR },
    },
    vision_config: { hidden_size: 16, num_hidden_layers: 1, num_attention_heads: 2, image_size: 32, patch_size: 8 },
  })
}
