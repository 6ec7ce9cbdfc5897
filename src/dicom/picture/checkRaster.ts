import { HilumError } from '../../shared/errors.ts'
import type { Caps } from '../caps.ts'

/** Refuses a picture whose values alone would take more than `caps.rasterBytes`. */
export function checkRaster(bytes: number, caps: Caps): void {
  if (bytes <= caps.rasterBytes) return
  throw new HilumError('limit', `The picture holds ${Math.ceil(bytes / 2 ** 20)} MiB of pixels, more than Hilum reads.`, {
    mend: 'Save it in grey, or smaller.',
  })
}
