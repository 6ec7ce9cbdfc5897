import { describe, expect, it } from 'vitest'
import { CAPS } from '../../../../src/dicom/caps.ts'
import { checkPixels } from '../../../../src/dicom/decode/checkPixels.ts'
import { decodeStored } from '../../../../src/dicom/decode/decodeStored.ts'
import { readInstance } from '../../../../src/dicom/header/readInstance.ts'
import type { DicomToBuild } from '../../../fixtures/dicom/buildDicom.ts'
import { BIG_ENDIAN, DEFLATED, EXPLICIT, IMPLICIT, buildDicom, encodeRle, ramp } from '../../../fixtures/dicom/buildDicom.ts'
import { encodeLosslessJpeg } from '../../../fixtures/dicom/encodeLosslessJpeg.ts'

const RLE = '1.2.840.10008.1.2.5'
const JPEG_LOSSLESS = '1.2.840.10008.1.2.4.57'

const decode = (film: DicomToBuild, frame = 0) => decodeStored(readInstance(buildDicom(film)), frame)
const textured = Uint16Array.from({ length: 160 * 128 }, (_, i) => (i * 7919 + ((i * i) >> 3)) & 0xfff)

describe('decodeStored', () => {
  it.each([EXPLICIT, IMPLICIT, BIG_ENDIAN, DEFLATED])('gives the stored values of syntax %s', async (syntax) => {
    const { pixels, rows, columns } = await decode({ syntax, pixels: textured, bitsStored: 12 })
    expect([rows, columns]).toEqual([160, 128])
    expect(pixels).toEqual(textured)
  })

  it('extends the sign of twelve bits and drops what lies above High Bit', async () => {
    const pixels = Uint16Array.from({ length: 160 * 128 }, (_, i) => [0xf7ff, 0x0800, 0x0fff, 0x5001][i % 4]!)
    const signed = await decode({ pixels, bitsStored: 12, signed: true })
    expect(Array.from(signed.pixels.subarray(0, 4))).toEqual([2047, -2048, -1, 1])
    const unsigned = await decode({ pixels, bitsStored: 12 })
    expect(Array.from(unsigned.pixels.subarray(0, 4))).toEqual([0x7ff, 0x800, 0xfff, 1])
    const shifted = await decode({ pixels, bitsStored: 12, highBit: 15 })
    expect(Array.from(shifted.pixels.subarray(0, 4))).toEqual([0xf7f, 0x080, 0x0ff, 0x500])
  })

  it('swaps bytes in pairs for 8-bit pixels in big endian words', async () => {
    const bytes = Uint8Array.from({ length: 160 * 128 }, (_, i) => i & 0xff)
    const swapped = Uint8Array.from(bytes, (_, i) => bytes[i ^ 1]!)
    const { pixels } = await decode({ syntax: BIG_ENDIAN, bitsAllocated: 8, pixels: swapped })
    expect(pixels).toEqual(bytes)
  })

  it('decodes run lengths of 8 and 16 bits', async () => {
    const wide = await decode({ syntax: RLE, fragments: [encodeRle(textured)], bitsStored: 12 })
    expect(wide.pixels).toEqual(textured)
    const bytes = ramp(160, 128, 8, 8) as Uint8Array
    const narrow = await decode({ syntax: RLE, fragments: [encodeRle(bytes)], bitsAllocated: 8 })
    expect(narrow.pixels).toEqual(bytes)
  })

  it.each([1, 2, 3, 4, 5, 6, 7])('decodes lossless JPEG with predictor %i', async (predictor) => {
    const coded = encodeLosslessJpeg(textured, 160, 128, { bits: 12, predictor })
    expect((await decode({ syntax: JPEG_LOSSLESS, fragments: [coded], bitsStored: 12 })).pixels).toEqual(textured)
  })

  it.each([1, 4, 7])('decodes lossless JPEG of 16 noisy bits with predictor %i', async (predictor) => {
    const noise = Uint16Array.from({ length: 160 * 128 }, (_, i) => Math.imul(i + 1, 0x9e3779b1) >>> 16)
    const coded = encodeLosslessJpeg(noise, 160, 128, { bits: 16, predictor })
    expect((await decode({ syntax: JPEG_LOSSLESS, fragments: [coded] })).pixels).toEqual(noise)
  })

  it('decodes lossless JPEG of 16 signed bits with the largest difference and restarts', async () => {
    const pixels = Uint16Array.from({ length: 160 * 128 }, (_, i) => (i % 3 === 0 ? 0x8000 : i % 3 === 1 ? 0 : 0xffff))
    const coded = encodeLosslessJpeg(pixels, 160, 128, { bits: 16, predictor: 1, restartRows: 16 })
    const { pixels: values } = await decode({ syntax: JPEG_LOSSLESS, fragments: [coded], signed: true })
    expect(values).toEqual(Int16Array.from(pixels))
  })

  it('joins the fragments of one frame', async () => {
    const coded = encodeRle(textured)
    const fragments = [coded.subarray(0, 1000), coded.subarray(1000, 1002), coded.subarray(1002)]
    expect((await decode({ syntax: RLE, fragments, bitsStored: 12 })).pixels).toEqual(textured)
  })

  it('takes the frame asked for', async () => {
    const second = textured.map((value) => value ^ 1)
    const film: DicomToBuild = {
      syntax: RLE, fragments: [encodeRle(textured), encodeRle(second)], bitsStored: 12, elements: [[0x00280008, 'IS', '2']],
    }
    expect((await decode(film, 1)).pixels).toEqual(second)
    await expect(decode(film, 2)).rejects.toMatchObject({ kind: 'not-found' })
  })

  it('decodes native pixels under an encapsulated syntax, a known fault of exporters', async () => {
    expect((await decode({ syntax: JPEG_LOSSLESS, pixels: textured, bitsStored: 12 })).pixels).toEqual(textured)
  })
})

describe('refused pixels', () => {
  it.each<[string, DicomToBuild, string]>([
    ['a syntax without a decoder', { syntax: '1.2.840.10008.1.2.4.110', fragments: [new Uint8Array(8)] }, 'unsupported'],
    ['too few bytes', { pixels: textured.subarray(0, 100) }, 'bad-input'],
    ['no fragments', { syntax: RLE, fragments: [] }, 'bad-input'],
    ['a stream of another size', {
      syntax: JPEG_LOSSLESS, fragments: [encodeLosslessJpeg(textured, 80, 128, { bits: 12, predictor: 1 })],
    }, 'bad-input'],
    ['more bits stored than allocated', { pixels: textured, bitsStored: 17, highBit: 15 }, 'bad-input'],
  ])('%s, by the check at import and by the decoder alike', async (_name, film, kind) => {
    const instance = readInstance(buildDicom(film))
    await expect(decodeStored(instance)).rejects.toMatchObject({ kind })
    expect(() => checkPixels(instance)).toThrow(expect.objectContaining({ kind }))
  })

  it('a cut lossless stream', async () => {
    const coded = encodeLosslessJpeg(textured, 160, 128, { bits: 12, predictor: 1 }).subarray(0, 4000)
    await expect(decode({ syntax: JPEG_LOSSLESS, fragments: [coded], bitsStored: 12 })).rejects.toMatchObject({
      kind: 'bad-input', message: expect.stringContaining('damaged'),
    })
  })

  it('rows and columns whose product overflows 32 bits, before anything is allocated', async () => {
    const huge = buildDicom({ elements: [[0x00280010, 'US', [65_535]], [0x00280011, 'US', [65_535]]] })
    const instance = readInstance(huge)
    const before = process.memoryUsage().rss
    await expect(decodeStored(instance)).rejects.toMatchObject({ kind: 'limit' })
    expect(() => checkPixels(instance)).toThrow(expect.objectContaining({ kind: 'limit' }))
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024)
  })

  it('a codestream that claims more pixels than the caps, whatever the header says', async () => {
    const coded = encodeLosslessJpeg(textured, 160, 128, { bits: 12, predictor: 1 })
    const instance = readInstance(buildDicom({ syntax: JPEG_LOSSLESS, fragments: [coded], bitsStored: 12 }))
    await expect(decodeStored(instance, 0, { ...CAPS, pixels: 20_479 })).rejects.toMatchObject({ kind: 'limit' })
  })
})
