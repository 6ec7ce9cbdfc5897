import type { DataSet } from '../parse/dataSet.ts'
import { TAG } from '../parse/tags.ts'
import type { Lut } from './instanceHeader.ts'

/**
 * Reads one item of a Modality or VOI LUT Sequence, or null when it is unusable. LUT Descriptor is (number of
 * entries, first input value, bits): 0 entries mean 65,536, and the first input is signed when `signedInput` is.
 * The third value is often wrong in the field (16 for a 12-bit table), so the entries' own maximum decides;
 * entries packed two to a word (8-bit OW) are taken apart.
 */
export function readLut(item: DataSet, signedInput: boolean): Lut | null {
  const descriptor = item.uint16s(TAG.LUTDescriptor)
  const [declared, first, declaredBits] = descriptor
  if (declared === undefined || first === undefined || declaredBits === undefined) return null
  const count = declared === 0 ? 65_536 : declared
  const bytes = item.bytes(TAG.LUTData)
  if (bytes === null || bytes.length < count) return null
  const packed = bytes.length < 2 * count
  const entries = packed ? Uint16Array.from(bytes.subarray(0, count)) : item.uint16s(TAG.LUTData).slice(0, count)
  let maximum = 0
  for (const entry of entries) maximum = Math.max(maximum, entry)
  const needed = Math.max(8, 32 - Math.clz32(maximum))
  return {
    firstInput: signedInput && first > 32_767 ? first - 65_536 : first,
    bits: declaredBits >= needed && declaredBits <= Math.min(16, needed + 1) ? declaredBits : needed,
    entries,
    explanation: item.text(TAG.LUTExplanation),
  }
}
