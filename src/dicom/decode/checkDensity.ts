import { HilumError } from '../../shared/errors.ts'
import type { CodestreamSize } from './codestreamSize.ts'

/** Images up to this many pixels may be empty; a film compressed 96 to 1 has an eighth of a bit a pixel. */
const SMALL = 4_000_000
const PIXELS_PER_BYTE = 64

/** Refuses a large JPEG 2000 image of a few bytes: decoding it costs hundreds of megabytes and shows nothing. */
export function checkDensity(data: Uint8Array, { rows, columns }: CodestreamSize): void {
  if (rows * columns <= SMALL || data.length * PIXELS_PER_BYTE >= rows * columns) return
  throw new HilumError('limit', `The compressed image claims ${columns} x ${rows} pixels out of ${data.length} bytes.`, {
    mend: 'No film compresses this far; export it again from where it came from.',
  })
}
