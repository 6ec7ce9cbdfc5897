import { HilumError } from '../../shared/errors.ts'
import type { Caps } from '../caps.ts'
import { checkSize } from '../decode/checkLayout.ts'
import { decodeInThread } from '../decode/codecThread.ts'
import { codestreamSize } from '../decode/codestreamSize.ts'
import { checkRaster } from './checkRaster.ts'
import type { Raster } from './raster.ts'

/** Decodes an 8-bit JPEG picture, sequential or progressive, to grey or RGB. */
export async function decodeJpeg(bytes: Uint8Array, caps: Caps): Promise<Raster> {
  const size = codestreamSize(bytes)
  if (size === null) throw new HilumError('bad-input', 'The JPEG picture is damaged: it has no image header.')
  checkSize(size.rows, size.columns, caps)
  if (size.bits !== 8 || (size.samples !== 1 && size.samples !== 3)) {
    throw new HilumError('unsupported', `The JPEG picture has ${size.samples} components of ${size.bits} bits, which Hilum does not read.`, {
      mend: 'Save it as an 8-bit grey JPEG or a PNG.',
    })
  }
  checkRaster(2 * size.rows * size.columns * size.samples, caps) // a progressive one keeps its coefficients
  const { rows, columns, samples, words } = await decodeInThread('jpeg', bytes, size)
  const values = words instanceof Uint8Array ? words : Uint8Array.from(words)
  return { rows, columns, samples: samples === 1 ? 1 : 3, bits: 8, values }
}
