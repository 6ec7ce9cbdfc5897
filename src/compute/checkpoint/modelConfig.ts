import { z } from 'zod'
import { ReportMode } from '../../shared/domain/generation.ts'
import { HilumError } from '../../shared/errors.ts'

/** The LLaMA decoder's numbers. */
export interface DecoderConfig {
  readonly hiddenSize: number
  readonly layers: number
  readonly heads: number
  readonly headDim: number
  readonly intermediateSize: number
  readonly vocabSize: number
  readonly rmsNormEps: number
  readonly ropeTheta: number
  /** Linear rotary scaling: position p turns like position p / factor. */
  readonly ropeFactor: number
  readonly eosTokenIds: readonly number[]
}

/** The DINOv2 encoder's numbers. */
export interface VisionConfig {
  readonly hiddenSize: number
  readonly layers: number
  readonly heads: number
  readonly intermediateSize: number
  /** Side of the square input, pixels. */
  readonly imageSize: number
  readonly patchSize: number
  /** Image tokens per image: the grid, without CLS. */
  readonly patches: number
  readonly layerNormEps: number
}

/** What config.json says of a MAIRA-2 checkpoint, with the defaults of transformers where it is silent. */
export interface ModelConfig {
  readonly name: string | null
  /** True for the model that ships with Hilum, which knows phantoms only. */
  readonly embedded: boolean
  /** Ways of asking that it was not trained for; MAIRA-2 itself knows all. */
  readonly untrainedModes: readonly ReportMode[]
  readonly decoder: DecoderConfig
  readonly vision: VisionConfig
  readonly imageTokenId: number
  /** Linear layers of the projector. */
  readonly projectorLayers: number
}

const count = z.number().int().positive()
const Rope = z.object({
  type: z.string().optional(),
  rope_type: z.string().optional(),
  factor: z.number().positive().optional(),
  rope_theta: z.number().positive().optional(),
})

// Defaults are transformers' LlamaConfig and Dinov2Config: nested configs are saved without them.
const TextConfig = z.object({
  hidden_size: count.default(4096),
  num_hidden_layers: count.default(32),
  num_attention_heads: count.default(32),
  num_key_value_heads: count.nullish(),
  head_dim: count.nullish(),
  intermediate_size: count.default(11_008),
  vocab_size: count.default(32_000),
  rms_norm_eps: z.number().positive().default(1e-6),
  rope_theta: z.number().positive().optional(),
  rope_scaling: Rope.nullish(),
  rope_parameters: Rope.nullish(),
  hidden_act: z.literal('silu').default('silu'),
  attention_bias: z.literal(false).default(false),
  mlp_bias: z.literal(false).default(false),
  tie_word_embeddings: z.literal(false).default(false),
  eos_token_id: z.union([z.number().int(), z.array(z.number().int())]).nullish(),
})
const Vision = z.object({
  hidden_size: count.default(768),
  num_hidden_layers: count.default(12),
  num_attention_heads: count.default(12),
  mlp_ratio: z.number().positive().default(4),
  image_size: count.default(224),
  patch_size: count.default(14),
  num_channels: z.literal(3).default(3),
  layer_norm_eps: z.number().positive().default(1e-6),
  hidden_act: z.literal('gelu').default('gelu'),
  qkv_bias: z.literal(true).default(true),
  use_swiglu_ffn: z.literal(false).default(false),
  apply_layernorm: z.literal(true).default(true),
})
/** The model_type of MAIRA-2's own config.json. */
const MODEL_TYPE = 'maira2'
const Named = z.object({ model_type: z.string() })
const Config = z.object({
  _name_or_path: z.string().nullish(),
  hilum_embedded: z.boolean().default(false),
  hilum_untrained_modes: z.array(ReportMode).optional(),
  text_config: TextConfig,
  vision_config: Vision,
  image_token_index: z.number().int().min(0).optional(),
  image_token_id: z.number().int().min(0).optional(),
  projector_n_layers: count.default(4),
  projector_hidden_act: z.literal('gelu').default('gelu'),
  vision_feature_layer: z.literal(-1).default(-1),
  vision_feature_select_strategy: z.literal('default').default('default'),
})

/**
 * Reads config.json of a MAIRA-2 checkpoint (LLaVA layout: text_config, vision_config, projector keys).
 * @throws HilumError naming the key that is missing or asks for something Hilum does not do.
 */
export function parseModelConfig(json: unknown): ModelConfig {
  const named = Named.safeParse(json)
  if (named.success && named.data.model_type !== MODEL_TYPE) {
    throw new HilumError('unsupported', `config.json describes a model of type "${named.data.model_type}", not MAIRA-2.`, {
      mend: 'Choose a folder with a MAIRA-2 checkpoint.',
    })
  }
  const parsed = Config.safeParse(json)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    const key = issue === undefined || issue.path.length === 0 ? 'the whole' : issue.path.join('.')
    throw new HilumError('unsupported', `config.json is not a MAIRA-2 configuration: ${key}: ${issue?.message ?? ''}.`, {
      mend: 'Choose a folder with a MAIRA-2 checkpoint.',
    })
  }
  const { text_config: text, vision_config: vision, ...rest } = parsed.data
  const imageTokenId = rest.image_token_index ?? rest.image_token_id
  if (imageTokenId === undefined) throw unsupported('image_token_index is missing')
  if (imageTokenId >= text.vocab_size) throw unsupported('image_token_index lies outside the vocabulary')
  return {
    name: rest._name_or_path ?? null,
    embedded: rest.hilum_embedded,
    // training/ writes reports with and without boxes, and asks for no phrase.
    untrainedModes: rest.hilum_untrained_modes ?? (rest.hilum_embedded ? ['phrase'] : []),
    decoder: decoderConfig(text),
    vision: visionConfig(vision),
    imageTokenId,
    projectorLayers: rest.projector_n_layers,
  }
}

function decoderConfig(text: z.infer<typeof TextConfig>): DecoderConfig {
  const headDim = text.hidden_size / text.num_attention_heads
  if (!Number.isInteger(headDim) || headDim % 2 !== 0) {
    throw unsupported('hidden_size must be num_attention_heads times an even number')
  }
  if ((text.head_dim ?? headDim) !== headDim) throw unsupported('head_dim must be hidden_size / num_attention_heads')
  if ((text.num_key_value_heads ?? text.num_attention_heads) !== text.num_attention_heads) {
    throw unsupported('num_key_value_heads must equal num_attention_heads')
  }
  const rope = text.rope_parameters ?? text.rope_scaling ?? {}
  const kind = rope.rope_type ?? rope.type ?? 'default'
  if (kind !== 'default' && kind !== 'linear') throw unsupported(`rotary scaling of type ${kind} is not MAIRA-2's`)
  const eos = text.eos_token_id ?? 2
  return {
    hiddenSize: text.hidden_size,
    layers: text.num_hidden_layers,
    heads: text.num_attention_heads,
    headDim,
    intermediateSize: text.intermediate_size,
    vocabSize: text.vocab_size,
    rmsNormEps: text.rms_norm_eps,
    ropeTheta: rope.rope_theta ?? text.rope_theta ?? 10_000,
    ropeFactor: kind === 'linear' ? (rope.factor ?? 1) : 1,
    eosTokenIds: typeof eos === 'number' ? [eos] : eos,
  }
}

function visionConfig(vision: z.infer<typeof Vision>): VisionConfig {
  if (vision.hidden_size % vision.num_attention_heads !== 0) {
    throw unsupported('vision_config.hidden_size must be a multiple of num_attention_heads')
  }
  if (vision.image_size % vision.patch_size !== 0) {
    throw unsupported('vision_config.image_size must be a multiple of patch_size')
  }
  return {
    hiddenSize: vision.hidden_size,
    layers: vision.num_hidden_layers,
    heads: vision.num_attention_heads,
    intermediateSize: Math.trunc(vision.hidden_size * vision.mlp_ratio),
    imageSize: vision.image_size,
    patchSize: vision.patch_size,
    patches: (vision.image_size / vision.patch_size) ** 2,
    layerNormEps: vision.layer_norm_eps,
  }
}

function unsupported(why: string): HilumError {
  return new HilumError('unsupported', `config.json cannot be used: ${why}.`)
}
