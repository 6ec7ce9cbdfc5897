import type { ModelConfig } from './modelConfig.ts'

/**
 * The tensors of a MAIRA-2 checkpoint and their shapes, under the names of Microsoft's snapshot.
 * mask_token is left out: it is not used when a report is written.
 */
export function expectedTensors(config: ModelConfig): ReadonlyMap<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>()
  const linear = (name: string, outputs: number, inputs: number): void => {
    shapes.set(`${name}.weight`, [outputs, inputs]).set(`${name}.bias`, [outputs])
  }
  const norm = (name: string, size: number): void => {
    shapes.set(`${name}.weight`, [size]).set(`${name}.bias`, [size])
  }

  const { vision, decoder } = config
  const v = vision.hiddenSize
  const embeddings = 'vision_tower.embeddings'
  shapes.set(`${embeddings}.cls_token`, [1, 1, v])
  shapes.set(`${embeddings}.position_embeddings`, [1, vision.patches + 1, v])
  shapes.set(`${embeddings}.patch_embeddings.projection.weight`, [v, 3, vision.patchSize, vision.patchSize])
  shapes.set(`${embeddings}.patch_embeddings.projection.bias`, [v])
  for (let i = 0; i < vision.layers; i++) {
    const layer = `vision_tower.encoder.layer.${i}`
    norm(`${layer}.norm1`, v)
    for (const part of ['query', 'key', 'value']) linear(`${layer}.attention.attention.${part}`, v, v)
    linear(`${layer}.attention.output.dense`, v, v)
    shapes.set(`${layer}.layer_scale1.lambda1`, [v])
    norm(`${layer}.norm2`, v)
    linear(`${layer}.mlp.fc1`, vision.intermediateSize, v)
    linear(`${layer}.mlp.fc2`, v, vision.intermediateSize)
    shapes.set(`${layer}.layer_scale2.lambda1`, [v])
  }
  norm('vision_tower.layernorm', v)

  const d = decoder.hiddenSize
  for (let i = 0; i < config.projectorLayers; i++) {
    // A Sequential with an activation between the linear layers: parameters at even places.
    linear(`multi_modal_projector.layers.${2 * i}`, d, i === 0 ? v : d)
  }
  shapes.set('language_model.model.embed_tokens.weight', [decoder.vocabSize, d])
  for (let i = 0; i < decoder.layers; i++) {
    const layer = `language_model.model.layers.${i}`
    for (const part of ['q', 'k', 'v', 'o']) shapes.set(`${layer}.self_attn.${part}_proj.weight`, [d, d])
    for (const part of ['gate', 'up']) shapes.set(`${layer}.mlp.${part}_proj.weight`, [decoder.intermediateSize, d])
    shapes.set(`${layer}.mlp.down_proj.weight`, [d, decoder.intermediateSize])
    shapes.set(`${layer}.input_layernorm.weight`, [d]).set(`${layer}.post_attention_layernorm.weight`, [d])
  }
  shapes.set('language_model.model.norm.weight', [d])
  shapes.set('language_model.lm_head.weight', [decoder.vocabSize, d])
  return shapes
}

const RENAMES: readonly (readonly [string, string])[] = [
  ['language_model.model.', 'model.language_model.'],
  ['language_model.lm_head.', 'lm_head.'],
  ['vision_tower.', 'model.vision_tower.'],
  ['multi_modal_projector.', 'model.multi_modal_projector.'],
]

/** The name a tensor has in files written by transformers 5. */
export function renamedTensor(name: string): string {
  const rename = RENAMES.find(([prefix]) => name.startsWith(prefix))
  return rename === undefined ? name : rename[1] + name.slice(rename[0].length)
}
