/** config.json of MAIRA-2, as far as it decides shapes: 6,880,185,600 parameters in 522 tensors. */
const MAIRA2 = {
  text_config: {
    hidden_size: 4096, intermediate_size: 11_008, num_hidden_layers: 32, num_attention_heads: 32, vocab_size: 32_207,
    rms_norm_eps: 1e-5, rope_scaling: { type: 'linear', factor: 1.5 },
  },
  vision_config: { hidden_size: 768, num_hidden_layers: 12, num_attention_heads: 12, image_size: 518, patch_size: 14 },
}

/** The same made small, to prove the bench itself in a minute. */
const SMALL = {
  text_config: {
    ...MAIRA2.text_config, hidden_size: 512, intermediate_size: 1376, num_hidden_layers: 4, num_attention_heads: 4,
  },
  vision_config: { ...MAIRA2.vision_config, hidden_size: 192, num_hidden_layers: 2, num_attention_heads: 3 },
}

export type Shape = typeof MAIRA2

/** MAIRA-2's shape, or with HILUM_FULLSIZE=small in the environment a small one. */
export function chosenShape(env: NodeJS.ProcessEnv): { readonly shape: Shape; readonly small: boolean } {
  const small = env.HILUM_FULLSIZE === 'small'
  return { shape: small ? SMALL : MAIRA2, small }
}
