import { zipSync } from 'fflate'
import { gzipSync } from 'node:zlib'
import { BIG_ENDIAN, DEFLATED, EXPLICIT, IMPLICIT, buildDicom, encodeRle, nested, ramp } from '../fixtures/dicom/buildDicom.ts'
import type { EncoderName } from '../fixtures/dicom/encodeCodec.ts'
import { encodeCodec } from '../fixtures/dicom/encodeCodec.ts'
import { encodeLosslessJpeg } from '../fixtures/dicom/encodeLosslessJpeg.ts'
import { greyPng } from '../fixtures/dicom/encodePng.ts'

/** A file that reads well before it is mutated. */
export interface Seed {
  readonly name: string
  readonly bytes: Uint8Array
}

const [ROWS, COLUMNS, BITS] = [136, 128, 12]
/** Every coding with one of the transfer syntaxes that use it, and whether its image here has 8 bits. */
const CODED: readonly (readonly [EncoderName, string, 8 | 12])[] = [
  ['jpeg', '1.2.840.10008.1.2.4.50', 8],
  ['jpeg-ls', '1.2.840.10008.1.2.4.80', 12],
  ['jpeg-2000', '1.2.840.10008.1.2.4.90', 12],
  ['htj2k', '1.2.840.10008.1.2.4.201', 12],
]

/** One small film of every kind that Hilum reads: syntaxes, codings, pictures, archives. */
export async function makeSeeds(): Promise<readonly Seed[]> {
  const words = ramp(ROWS, COLUMNS, 16, BITS) as Uint16Array
  const octets = ramp(ROWS, COLUMNS, 8, 8) as Uint8Array
  const film = { rows: ROWS, columns: COLUMNS, bitsStored: BITS } as const
  const native = [EXPLICIT, IMPLICIT, BIG_ENDIAN, DEFLATED].map((syntax) =>
    ({ name: `native ${syntax}`, bytes: buildDicom({ ...film, syntax, elements: [nested(3), WINDOWS, LUTS] }) }))
  const coded = await Promise.all(CODED.map(async ([codec, syntax, bits]) => {
    const data = await encodeCodec(codec, bits === 8 ? octets : words, COLUMNS, ROWS, bits)
    const layout = bits === 8 ? { ...film, bitsAllocated: 8, bitsStored: 8 } : film
    return { name: codec, bytes: buildDicom({ ...layout, syntax, fragments: [even(data)] }), data }
  }))
  const lossless = encodeLosslessJpeg(words, ROWS, COLUMNS, { bits: BITS, predictor: 1 })
  const jpeg = coded.find(({ name }) => name === 'jpeg')!.data
  return [
    ...native,
    ...coded.map(({ name, bytes }) => ({ name, bytes })),
    { name: 'rle', bytes: buildDicom({ ...film, syntax: '1.2.840.10008.1.2.5', fragments: [encodeRle(words)] }) },
    { name: 'jpeg-lossless', bytes: buildDicom({ ...film, syntax: '1.2.840.10008.1.2.4.70', fragments: [lossless] }) },
    { name: 'png', bytes: greyPng(140, 130) },
    { name: 'jpeg picture', bytes: jpeg },
    { name: 'gzip', bytes: gzipSync(native[0]!.bytes) },
    { name: 'zip', bytes: zipSync({ 'a/film.dcm': native[0]!.bytes, 'b.png': greyPng(140, 130), 'c.txt': octets }) },
  ]
}

const WINDOWS = [0x00281050, 'DS', '2048\\1000'] as const
const LUTS = [0x00283010, 'SQ', [[
  [0x00283002, 'US', [64, 0, 12]], [0x00283003, 'LO', 'STEEP'],
  [0x00283006, 'US', Array.from({ length: 64 }, (_, i) => i * 64)],
]]] as const

function even(bytes: Uint8Array): Uint8Array {
  return bytes.length % 2 === 0 ? bytes : Uint8Array.from([...bytes, 0])
}
