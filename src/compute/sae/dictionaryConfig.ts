import { z } from 'zod'
import type { DictionaryConfig } from './dialects/dialect.ts'
import { bad } from './dialects/tensors.ts'

const layer = z.number().int().min(0)
const size = z.number().int().positive()

/**
 * What Hilum itself writes into the config.json of a dictionary it keeps. It goes before what the training wrote: the
 * hook may turn out to be another one (see `calibrate`).
 */
export const HookSetting = z
  .object({
    /** The residual it reads is the output of this decoder block, counted from 0. */
    layer,
    /** Residuals were divided by this while it trained, and the weights do not know; 1 when they were not. */
    normFactor: z.number().positive(),
  })
  .readonly()
export type HookSetting = z.infer<typeof HookSetting>

const Config = z.object({
  hilum: HookSetting.optional(),
  // dictionary_learning
  trainer: z
    .object({ layer: layer.optional(), activation_dim: size.optional(), dict_size: size.optional() })
    .optional(),
  // bartbussmann/matryoshka_sae
  layer: layer.optional(),
  site: z.string().optional(),
})

/** What config.json says of where a dictionary reads and how large it is. */
export interface HookConfig {
  readonly layer: number | null
  readonly normFactor: number
  readonly width: number | null
  readonly size: number | null
}

/** @throws HilumError when a value is of the wrong kind. */
export function hookConfig(config: DictionaryConfig): HookConfig {
  const parsed = Config.safeParse(config)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw bad(`config.json is wrong at ${issue?.path.join('.') || 'its top'}: ${issue?.message ?? ''}`)
  }
  const { hilum, trainer, layer: block, site } = parsed.data
  // The residual before block n is the output of block n - 1.
  const before = site === 'resid_pre' ? 1 : 0
  const told = trainer?.layer ?? (block === undefined || block < before ? null : block - before)
  return {
    layer: hilum?.layer ?? told,
    normFactor: hilum?.normFactor ?? 1,
    width: trainer?.activation_dim ?? null,
    size: trainer?.dict_size ?? null,
  }
}
