import { HilumError } from '../../shared/errors.ts'
import type { PixelLayout } from '../header/instanceHeader.ts'
import type { CodedFrame, PixelArray, StoredPixels } from './storedPixels.ts'

/**
 * Takes the stored values out of the words of a frame. Words as they lie in the file carry the value in the bits from
 * High Bit downwards (PS3.5 8.1.1); overlay bits and other stowaways above it fall away. Words from a codec are the
 * values themselves: a lossy one may overshoot Bits Stored by a little, and cutting its top bit off would turn white
 * into black. Either way the sign is Pixel Representation's, unless the codec has already given signed numbers.
 */
export function storedValues(frame: CodedFrame, layout: PixelLayout): StoredPixels {
  const { rows, columns, samples, words } = frame
  const { bitsStored, bitsAllocated, highBit, signed } = layout
  if (words.length !== rows * columns * samples) {
    throw new HilumError('bad-input', `The image holds ${words.length} values where ${rows * columns * samples} belong.`)
  }
  const pixels = arrayFor(bitsAllocated, signed, words.length)
  const shift = frame.justified ? 0 : highBit + 1 - bitsStored
  const drop = 32 - bitsStored
  const whole = frame.justified || bitsStored === 8 * words.BYTES_PER_ELEMENT
  const asIs = words instanceof Int16Array || (!signed && whole)
  if (asIs) pixels.set(words)
  else if (signed) for (let i = 0; i < words.length; i++) pixels[i] = ((words[i] ?? 0) >> shift << drop) >> drop
  else for (let i = 0; i < words.length; i++) pixels[i] = ((words[i] ?? 0) >>> shift << drop) >>> drop
  return { rows, columns, samples, bitsStored, signed, pixels }
}

function arrayFor(bitsAllocated: number, signed: boolean, length: number): PixelArray {
  if (bitsAllocated > 16) return signed ? new Int32Array(length) : new Uint32Array(length)
  if (signed) return new Int16Array(length)
  return bitsAllocated > 8 ? new Uint16Array(length) : new Uint8Array(length)
}
