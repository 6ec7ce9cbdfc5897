import { HilumError } from '../../shared/errors.ts'
import type { StoredPixels } from '../decode/storedPixels.ts'
import type { Raster } from './raster.ts'

/** Mean spread between a pixel's largest and smallest channel, as a share of white, that still counts as grey. */
const MAX_COLOUR = 0.03

/**
 * A picture as stored pixels of a film. RGB with next to no colour becomes its luma (ITU-R BT.601); a picture in colour
 * is refused, because no radiograph is.
 */
export function toGrey({ columns, rows, samples, bits, values }: Raster): StoredPixels {
  if (samples === 1) return { rows, columns, samples: 1, bitsStored: bits, signed: false, pixels: values }
  const grey = bits === 8 ? new Uint8Array(rows * columns) : new Uint16Array(rows * columns)
  let spread = 0
  for (let i = 0; i < grey.length; i++) {
    const [red, green, blue] = [values[3 * i] ?? 0, values[3 * i + 1] ?? 0, values[3 * i + 2] ?? 0]
    spread += Math.max(red, green, blue) - Math.min(red, green, blue)
    grey[i] = Math.round(0.299 * red + 0.587 * green + 0.114 * blue)
  }
  if (spread / grey.length > MAX_COLOUR * (2 ** bits - 1)) {
    throw new HilumError('unsupported', 'The picture is in colour; a chest film is grey.')
  }
  return { rows, columns, samples: 1, bitsStored: bits, signed: false, pixels: grey }
}
