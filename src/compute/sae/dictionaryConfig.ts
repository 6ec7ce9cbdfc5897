import { z } from 'zod'
import type { DictionaryConfig } from './dialects/dialect.ts'
import { bad } from './dialects/tensors.ts'

const layer = z.number().int().min(0)
const size = z.number().int().positive()

const Config = z.object({
  /**
   * What Hilum itself writes for a dictionary it keeps. It goes before what the training wrote: the hook may turn out
   * to be another one (see `calibrateDictionary`).
   */
  hilum: z
    .object({ layer, normFactor: z.number().positive(), normalization: z.enum(['none', 'token']).optional() })
    .optional(),
  // dictionary_learning
  trainer: z
    .object({
      layer: layer.optional(), activation_dim: size.optional(), dict_size: size.optional(),
      norm_factor: z.number().positive().optional(),
    })
    .optional(),
  // bartbussmann/matryoshka_sae
  layer: layer.optional(),
  site: z.string().optional(),
})

/** What config.json says of where a dictionary reads and how large it is. */
export interface HookConfig {
  readonly layer: number | null
  readonly normFactor: number
  /** The factor that training says it divided by; the weights may know of it or not. */
  readonly trainedNormFactor: number | null
  readonly normalization: 'none' | 'token' | null
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
    trainedNormFactor: trainer?.norm_factor ?? null,
    normalization: hilum?.normalization ?? null,
    width: trainer?.activation_dim ?? null,
    size: trainer?.dict_size ?? null,
  }
}
