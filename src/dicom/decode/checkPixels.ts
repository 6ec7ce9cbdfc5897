import { HilumError } from '../../shared/errors.ts'
import type { Caps } from '../caps.ts'
import { CAPS } from '../caps.ts'
import type { Instance } from '../header/readInstance.ts'
import { checkDensity } from './checkDensity.ts'
import { checkLayout, checkSize } from './checkLayout.ts'
import { checkAgreement } from './checkAgreement.ts'
import { codestreamSize } from './codestreamSize.ts'
import { encapsulatedFrame } from './encapsulatedFrame.ts'

/**
 * Checks without decoding that a single-frame instance's pixels can be there: a syntax Hilum decodes, enough native
 * bytes, or whole fragments whose image header agrees with the DICOM one. Throws what `decodeStored` would throw.
 */
export function checkPixels({ parsed, header: { layout } }: Instance, caps: Caps = CAPS): void {
  const { bytes, pixelData, syntax, transferSyntaxUid } = parsed
  if (layout === null || pixelData === null) throw new HilumError('bad-input', 'The DICOM object has no image.')
  checkLayout(layout, caps)
  const needed = Math.ceil((layout.rows * layout.columns * layout.samples * layout.bitsAllocated) / 8)
  if (pixelData.length !== null) {
    const present = Math.min(pixelData.length, bytes.length - pixelData.offset)
    if (present >= needed) return
    throw new HilumError('bad-input', `The pixel data is cut off: the image needs ${needed} bytes and ${present} are there.`, {
      mend: 'Export or copy the file again.',
    })
  }
  if (syntax === null) throw undecodable(transferSyntaxUid)
  const coded = encapsulatedFrame(bytes, pixelData.offset, 0, layout.frames)
  if (syntax.coding === 'rle' || coded.length === needed) return
  const size = codestreamSize(coded)
  if (size === null) throw new HilumError('bad-input', 'The compressed pixel data is damaged: it has no image header.')
  checkSize(size.rows, size.columns, caps)
  checkAgreement(size, layout)
  if (syntax.coding === 'jpeg-2000') checkDensity(coded, size)
}

export function undecodable(transferSyntaxUid: string): HilumError {
  return new HilumError('unsupported', `Hilum cannot decode the transfer syntax ${transferSyntaxUid}.`, {
    mend: 'Export the film uncompressed or as JPEG 2000.',
  })
}
