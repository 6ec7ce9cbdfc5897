import { z } from 'zod'
import type { Dialect, DictionaryConfig } from './dialect.ts'
import { bad, checkGroups, readFloats, readNumber, shapeOf, transpose } from './tensors.ts'

const Config = z.object({
  top_k: z.number().int().positive().optional(),
  group_sizes: z.array(z.number().int()).optional(),
  input_unit_norm: z.boolean().default(false),
})

/**
 * github.com/bartbussmann/matryoshka_sae: the names of dictionary_learning, but b_enc is stored and never used, k and
 * group sizes are in config.json, and with `input_unit_norm` every residual is standardised on its own.
 */
export const matryoshkaSae: Dialect = {
  name: 'bartbussmann/matryoshka_sae',
  recognises: ({ tensors }, config) =>
    tensors.has('W_enc') && !tensors.has('group_sizes') &&
    ('act_size' in config || 'top_k' in config),
  async read(file, config) {
    const { top_k, group_sizes, input_unit_norm } = parse(config)
    const [width, size] = shapeOf(file, 'W_enc')
    if (!file.tensors.has('threshold')) throw bad('it has no threshold, without which nobody can say which features are active')
    return {
      width, size, normalization: input_unit_norm ? 'token' : 'none',
      encoder: transpose(await readFloats(file, 'W_enc', [width, size]), width, size),
      encoderBias: new Float32Array(size),
      decoder: await readFloats(file, 'W_dec', [size, width]),
      decoderBias: await readFloats(file, 'b_dec', [width]),
      k: top_k ?? null,
      threshold: await readNumber(file, 'threshold'),
      groupSizes: checkGroups(group_sizes ?? [size], size),
    }
  },
}

function parse(config: DictionaryConfig): z.infer<typeof Config> {
  const parsed = Config.safeParse(config)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw bad(`config.json is wrong at ${issue?.path.join('.') || 'its top'}: ${issue?.message ?? ''}`)
}
