/** How the pixel data of a transfer syntax is packed. */
export type PixelCoding = 'native' | 'rle' | 'jpeg' | 'jpeg-lossless' | 'jpeg-ls' | 'jpeg-2000' | 'htj2k'

export interface TransferSyntax {
  readonly uid: string
  readonly name: string
  readonly explicit: boolean
  readonly littleEndian: boolean
  readonly deflated: boolean
  readonly coding: PixelCoding
}

const LITTLE = { explicit: true, littleEndian: true, deflated: false } as const

/** The transfer syntaxes Hilum decodes (PS3.5 section 10 and annex A; names of PS3.6 table A-1). */
const KNOWN: readonly TransferSyntax[] = [
  { uid: '1.2.840.10008.1.2', name: 'Implicit VR Little Endian', ...LITTLE, explicit: false, coding: 'native' },
  { uid: '1.2.840.10008.1.2.1', name: 'Explicit VR Little Endian', ...LITTLE, coding: 'native' },
  { uid: '1.2.840.10008.1.2.1.99', name: 'Deflated Explicit VR Little Endian', ...LITTLE, deflated: true, coding: 'native' },
  { uid: '1.2.840.10008.1.2.2', name: 'Explicit VR Big Endian', ...LITTLE, littleEndian: false, coding: 'native' },
  { uid: '1.2.840.10008.1.2.5', name: 'RLE Lossless', ...LITTLE, coding: 'rle' },
  { uid: '1.2.840.10008.1.2.4.50', name: 'JPEG Baseline', ...LITTLE, coding: 'jpeg' },
  { uid: '1.2.840.10008.1.2.4.51', name: 'JPEG Extended 12-bit', ...LITTLE, coding: 'jpeg' },
  { uid: '1.2.840.10008.1.2.4.57', name: 'JPEG Lossless', ...LITTLE, coding: 'jpeg-lossless' },
  { uid: '1.2.840.10008.1.2.4.70', name: 'JPEG Lossless SV1', ...LITTLE, coding: 'jpeg-lossless' },
  { uid: '1.2.840.10008.1.2.4.80', name: 'JPEG-LS Lossless', ...LITTLE, coding: 'jpeg-ls' },
  { uid: '1.2.840.10008.1.2.4.81', name: 'JPEG-LS Near-lossless', ...LITTLE, coding: 'jpeg-ls' },
  { uid: '1.2.840.10008.1.2.4.90', name: 'JPEG 2000 Lossless', ...LITTLE, coding: 'jpeg-2000' },
  { uid: '1.2.840.10008.1.2.4.91', name: 'JPEG 2000', ...LITTLE, coding: 'jpeg-2000' },
  { uid: '1.2.840.10008.1.2.4.201', name: 'High-Throughput JPEG 2000 Lossless', ...LITTLE, coding: 'htj2k' },
  { uid: '1.2.840.10008.1.2.4.202', name: 'High-Throughput JPEG 2000 RPCL Lossless', ...LITTLE, coding: 'htj2k' },
  { uid: '1.2.840.10008.1.2.4.203', name: 'High-Throughput JPEG 2000', ...LITTLE, coding: 'htj2k' },
]

const BY_UID: ReadonlyMap<string, TransferSyntax> = new Map(KNOWN.map((syntax) => [syntax.uid, syntax]))

export const EXPLICIT_LITTLE = '1.2.840.10008.1.2.1'
export const IMPLICIT_LITTLE = '1.2.840.10008.1.2'
export const EXPLICIT_BIG = '1.2.840.10008.1.2.2'

/**
 * The transfer syntax of a UID, or null for one whose pixels Hilum does not decode. Its data set is then
 * explicit little endian, as PS3.5 demands of every encapsulated syntax, so the header stays readable.
 */
export function transferSyntax(uid: string): TransferSyntax | null {
  return BY_UID.get(uid) ?? null
}
