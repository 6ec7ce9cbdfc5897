import { createHash } from 'node:crypto'
import { HilumError } from '../../shared/errors.ts'
import type { ImageSettings } from './imageSettings.ts'
import { resizeBicubic, type GreyImage } from './resize.ts'

/** A film as the vision tower takes it. */
export interface PreparedImage {
  /** Shape [3, size, size]. */
  readonly values: Float32Array
  /** The 8-bit pixels `values` was made from, shape [size, size]. */
  readonly pixels: Uint8Array
}

/** SHA-256 (lower-case hex) of a film's size and pixels: equal films have equal image tokens in one model. */
export function hashImage(image: GreyImage): string {
  return createHash('sha256').update(`${image.columns}x${image.rows}\n`).update(image.pixels).digest('hex')
}

/**
 * MAIRA-2's image processor: stretch the film to 0..255, resize its short side to `settings.size` (bicubic, as Pillow
 * does it), take the central square, scale and normalise. Same bytes as Microsoft's processor with transformers' slow
 * (PIL) BitImageProcessor.
 *
 * @throws HilumError bad-input when the sizes disagree or the film has one grey level only.
 */
export function prepareImage(image: GreyImage, settings: ImageSettings): PreparedImage {
  const { size } = settings
  if (image.columns < 1 || image.rows < 1 || image.pixels.length !== image.columns * image.rows) {
    throw new HilumError(
      'bad-input',
      `A film of ${image.columns} x ${image.rows} pixels came with ${image.pixels.length} pixel values.`,
      { mend: 'Import the film again; its file may be damaged.' },
    )
  }
  const levels = stretchLevels(image.pixels)
  const short = Math.min(image.columns, image.rows)
  const columns = Math.trunc((size * image.columns) / short)
  const rows = Math.trunc((size * image.rows) / short)
  const window = {
    left: Math.floor((columns - size) / 2),
    top: Math.floor((rows - size) / 2),
    columns: size,
    rows: size,
  }
  const pixels = resizeBicubic(image, columns, rows, window, levels)
  return { values: toTensor(pixels, settings), pixels }
}

/** What each grey level becomes when the darkest is taken to 0 and the brightest to 255 (256 entries). */
function stretchLevels(pixels: Uint8Array): Uint8Array {
  const seen = new Uint8Array(256) // marked, not compared: twice as fast over a large film
  for (let i = 0; i < pixels.length; i++) seen[pixels[i]!] = 1
  const low = seen.indexOf(1)
  const high = seen.lastIndexOf(1)
  if (low === high) {
    throw new HilumError('bad-input', `The film shows nothing: all its pixels have the grey level ${low}.`, {
      mend: 'Choose another film, or check its window settings.',
    })
  }
  // Divide, multiply, truncate: the reference's order of rounding.
  return Uint8Array.from({ length: 256 }, (_, value) => Math.trunc(((value - low) / (high - low)) * 255))
}

/** [size, size] bytes to [3, size, size] floats; every step rounds to float32 where the reference does. */
function toTensor(pixels: Uint8Array, settings: ImageSettings): Float32Array {
  const values = new Float32Array(3 * pixels.length)
  const table = new Float32Array(256)
  for (let channel = 0; channel < 3; channel++) {
    const mean = Math.fround(settings.mean[channel]!)
    const deviation = Math.fround(settings.deviation[channel]!)
    for (let value = 0; value < 256; value++) {
      table[value] = Math.fround(Math.fround(value * settings.scale) - mean) / deviation
    }
    const at = channel * pixels.length
    for (let i = 0; i < pixels.length; i++) values[at + i] = table[pixels[i]!]!
  }
  return values
}
