import { HilumError } from '../../shared/errors.ts'
import type { Caps } from '../caps.ts'
import { CAPS } from '../caps.ts'
import type { PixelLayout } from '../header/instanceHeader.ts'
import type { Instance } from '../header/readInstance.ts'
import type { PixelCoding } from '../parse/transferSyntax.ts'
import { checkAgreement } from './checkAgreement.ts'
import { checkDensity } from './checkDensity.ts'
import { checkLayout, checkSize } from './checkLayout.ts'
import { undecodable } from './checkPixels.ts'
import { decodeInThread } from './codecThread.ts'
import { codestreamSize } from './codestreamSize.ts'
import { encapsulatedFrame } from './encapsulatedFrame.ts'
import { jpegExtendedFrame } from './jpegExtended.ts'
import { jpegLosslessFrame } from './jpegLossless.ts'
import { nativeFrame } from './nativeFrame.ts'
import { rleFrame } from './rleFrame.ts'
import type { CodedFrame, StoredPixels } from './storedPixels.ts'
import { storedValues } from './storedValues.ts'

/**
 * Decodes one frame of an instance into stored values, before any lookup table. Throws HilumError: `unsupported` for
 * a transfer syntax Hilum has no decoder for, `limit` for a size beyond the caps, `bad-input` for damaged pixels.
 */
export async function decodeStored({ parsed, header }: Instance, frame = 0, caps: Caps = CAPS): Promise<StoredPixels> {
  const { layout } = header
  const { pixelData, bytes, syntax } = parsed
  if (layout === null || pixelData === null) throw new HilumError('bad-input', 'The DICOM object has no image.')
  checkLayout(layout, caps)
  if (frame < 0 || frame >= layout.frames) throw new HilumError('not-found', `The image has no frame ${frame + 1}.`)
  if (pixelData.length !== null) {
    // A defined length means native pixels whatever the syntax claims: encapsulated data never has one.
    const native = bytes.subarray(pixelData.offset, pixelData.offset + pixelData.length)
    const littleEndian = syntax?.littleEndian ?? true
    return storedValues(nativeFrame(native, layout, frame, littleEndian, pixelData.vr), layout)
  }
  if (syntax === null || syntax.coding === 'native') {
    throw undecodable(parsed.transferSyntaxUid)
  }
  const coded = encapsulatedFrame(bytes, pixelData.offset, frame, layout.frames)
  return storedValues(await decodeCoded(coded, syntax.coding, layout, caps), layout)
}

async function decodeCoded(
  data: Uint8Array, coding: PixelCoding, layout: PixelLayout, caps: Caps,
): Promise<CodedFrame> {
  if (coding === 'rle') return rleFrame(data, layout)
  const size = codestreamSize(data)
  // Some exporters wrap native pixels in fragments under a JPEG syntax.
  if (size === null && data.length === nativeBytes(layout)) return nativeFrame(data, layout, 0, true, 'OW')
  if (size === null) throw new HilumError('bad-input', 'The compressed pixel data is damaged: it has no image header.')
  checkSize(size.rows, size.columns, caps)
  checkAgreement(size, layout)
  switch (coding) {
    case 'jpeg': return size.bits > 8 ? jpegExtendedFrame(data) : decodeInThread('jpeg', data, size)
    case 'jpeg-lossless': return jpegLosslessFrame(data)
    case 'jpeg-ls': return decodeInThread('jpeg-ls', data, size)
    case 'jpeg-2000':
      checkDensity(data, size)
      return decodeInThread('jpeg-2000', data, size)
    case 'htj2k': return decodeInThread('htj2k', data, size)
    case 'native': throw new HilumError('internal', 'Native pixels are not encapsulated.')
  }
}

function nativeBytes({ rows, columns, samples, bitsAllocated }: PixelLayout): number {
  return (rows * columns * samples * bitsAllocated) / 8
}
