import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseModelConfig } from '../../../../src/compute/checkpoint/modelConfig.ts'
import { CHECKPOINT } from '../../../integration/compute/support/engineFixture.ts'

interface RawConfig {
  [key: string]: unknown
  text_config: Record<string, unknown>
  vision_config: Record<string, unknown>
}
const fixture = (): RawConfig => JSON.parse(readFileSync(join(CHECKPOINT, 'config.json'), 'utf8')) as RawConfig

describe('config.json', () => {
  it('gives the numbers of the decoder, the vision tower and the projector', () => {
    expect(parseModelConfig(fixture())).toMatchObject({
      decoder: {
        hiddenSize: 64, layers: 4, heads: 4, headDim: 16, ropeTheta: 10_000, ropeFactor: 1.5, eosTokenIds: [2],
      },
      vision: { hiddenSize: 32, layers: 2, intermediateSize: 128, imageSize: 48, patchSize: 16, patches: 9 },
      imageTokenId: 297,
      projectorLayers: 4,
    })
  })

  it('means the same in the words of transformers 5', () => {
    const { rope_scaling: _old, ...text } = fixture().text_config
    const { image_token_index: image_token_id, ...rest } = fixture()
    const rope_parameters = { rope_type: 'linear', factor: 1.5, rope_theta: 10_000 }
    const renamed = { ...rest, image_token_id, text_config: { ...text, rope_parameters } }
    expect(parseModelConfig(renamed)).toEqual(parseModelConfig(fixture()))
  })

  it('leaves out what transformers leaves out: MAIRA-2 in full', () => {
    const config = parseModelConfig({
      image_token_index: 32_204,
      text_config: { vocab_size: 32_207, rms_norm_eps: 1e-5, rope_scaling: { rope_type: 'linear', factor: 1.5 } },
      vision_config: { image_size: 518 },
    })
    expect(config.decoder).toMatchObject({ hiddenSize: 4096, layers: 32, headDim: 128, intermediateSize: 11_008 })
    expect(config.vision).toMatchObject({ hiddenSize: 768, layers: 12, patches: 1369 })
  })

  it.each([
    ['no text_config', { text_config: undefined }, /text_config/],
    ['no image token', { image_token_index: undefined }, /image_token_index is missing/],
    ['an image token outside the vocabulary', { image_token_index: 300 }, /outside the vocabulary/],
    ['another feature layer', { vision_feature_layer: -2 }, /vision_feature_layer/],
    ['another projector activation', { projector_hidden_act: 'relu' }, /projector_hidden_act/],
  ])('with %s is refused', (_name, change, message) => {
    expect(() => parseModelConfig({ ...fixture(), ...change })).toThrow(message)
  })

  it.each([
    ['grouped key heads', { num_key_value_heads: 2 }, /num_key_value_heads/],
    ['another rotary scaling', { rope_scaling: { type: 'yarn', factor: 2 } }, /yarn/],
    ['heads that do not divide the width', { num_attention_heads: 5 }, /hidden_size/],
    ['a tied head', { tie_word_embeddings: true }, /tie_word_embeddings/],
  ])('with %s in text_config is refused', (_name, change, message) => {
    const config = fixture()
    expect(() => parseModelConfig({ ...config, text_config: { ...config.text_config, ...change } })).toThrow(message)
  })
})
