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
  const shift = frame.justified ? 0 : highBit + 1 - bitsStored
  const drop = 32 - bitsStored
  const whole = frame.justified || bitsStored === 8 * words.BYTES_PER_ELEMENT
  const asIs = words instanceof Int16Array || (!signed && whole)
  const pixels = arrayFor(bitsAllocated, signed, words)
  if (asIs) {
    if (pixels.buffer !== words.buffer) pixels.set(words)
  } else if (signed) for (let i = 0; i < words.length; i++) pixels[i] = ((words[i] ?? 0) >> shift << drop) >> drop
  else for (let i = 0; i < words.length; i++) pixels[i] = ((words[i] ?? 0) >>> shift << drop) >>> drop
  return { rows, columns, samples, bitsStored, signed, pixels }
}

/** Values of the same size take the place of the words, which are nobody else's: a film is held once, not twice. */
function arrayFor(bitsAllocated: number, signed: boolean, words: CodedFrame['words']): PixelArray {
  const Type = bitsAllocated > 16 ? (signed ? Int32Array : Uint32Array)
    : signed ? Int16Array : bitsAllocated > 8 ? Uint16Array : Uint8Array
  return Type.BYTES_PER_ELEMENT === words.BYTES_PER_ELEMENT
    ? new Type(words.buffer as ArrayBuffer, words.byteOffset, words.length) : new Type(words.length)
}
