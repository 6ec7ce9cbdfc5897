import { z } from 'zod'
import { HilumError } from '../../shared/errors.ts'

/** How films are prepared for a vision tower. */
export interface ImageSettings {
  /** Side of the square the vision tower reads, pixels. */
  readonly size: number
  /** Factor from 8-bit grey to 0..1. */
  readonly scale: number
  /** Per channel, on the 0..1 scale. */
  readonly mean: readonly number[]
  readonly deviation: readonly number[]
}

/** MAIRA-2's own settings (those of RAD-DINO). */
export const MAIRA2_IMAGE_SETTINGS: ImageSettings = {
  size: 518,
  scale: 1 / 255,
  mean: [0.5307, 0.5307, 0.5307],
  deviation: [0.2583, 0.2583, 0.2583],
}

const side = z.number().int().min(1).max(4096)
const channels = z.array(z.number()).length(3)
const PIL_BICUBIC = 3

/** The part of a preprocessor_config.json (BitImageProcessor) that Hilum carries out, with MAIRA-2's steps required. */
const PreprocessorConfig = z.object({
  do_resize: z.literal(true).default(true),
  size: z.object({ shortest_edge: side }),
  resample: z.literal(PIL_BICUBIC).default(PIL_BICUBIC),
  do_center_crop: z.literal(true).default(true),
  crop_size: z.object({ height: side, width: side }),
  do_rescale: z.literal(true).default(true),
  rescale_factor: z.number().positive().default(1 / 255),
  do_normalize: z.literal(true).default(true),
  image_mean: channels,
  image_std: z.array(z.number().positive()).length(3),
})

/**
 * Image settings from a checkpoint's preprocessor_config.json.
 *
 * @throws HilumError unsupported, naming the field, when the file asks for steps other than MAIRA-2's.
 */
export function readImageSettings(config: unknown): ImageSettings {
  const parsed = PreprocessorConfig.safeParse(config)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw unsupported(`${issue?.path.join('.') || 'the file'}: ${issue?.message ?? 'not understood'}`)
  }
  const { size, crop_size: crop, rescale_factor: scale, image_mean: mean, image_std: deviation } = parsed.data
  if (crop.height !== size.shortest_edge || crop.width !== size.shortest_edge) {
    throw unsupported(`crop_size ${crop.width} x ${crop.height} differs from size.shortest_edge ${size.shortest_edge}`)
  }
  return { size: size.shortest_edge, scale, mean, deviation }
}

function unsupported(what: string): HilumError {
  return new HilumError('unsupported', `preprocessor_config.json is not MAIRA-2's: ${what}.`, {
    mend: 'Use the file that came with the checkpoint.',
  })
}
