import type { ElementToWrite } from './encodeDataSet.ts'
import { concat, encodeDataSet, encodeElementHeader } from './encodeDataSet.ts'

const EXPLICIT_LITTLE = { explicit: true, littleEndian: true } as const

/** Hilum's own implementation UID: `derivedUid('implementation', 'Hilum')`. */
export const IMPLEMENTATION_UID = '2.25.166844508006449565361290959749668016549'

/** Preamble, `DICM`, file meta group (PS3.10 7.1) and the encoded data set. */
export function writePart10(
  transferSyntaxUid: string, sopClassUid: string, sopInstanceUid: string, dataSet: Uint8Array,
): Uint8Array {
  const elements: ElementToWrite[] = [
    [0x00020001, 'OB', Uint8Array.of(0, 1)],
    [0x00020002, 'UI', sopClassUid],
    [0x00020003, 'UI', sopInstanceUid],
    [0x00020010, 'UI', transferSyntaxUid],
    [0x00020012, 'UI', IMPLEMENTATION_UID],
    [0x00020013, 'SH', 'HILUM'],
  ]
  const meta = encodeDataSet(elements, EXPLICIT_LITTLE)
  const length = new Uint8Array(4)
  new DataView(length.buffer).setUint32(0, meta.length, true)
  const groupLength = concat([encodeElementHeader(0x00020000, 'UL', 4, EXPLICIT_LITTLE), length])
  return concat([new Uint8Array(128), new TextEncoder().encode('DICM'), groupLength, meta, dataSet])
}
