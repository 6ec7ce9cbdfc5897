/** What a file is by its first bytes; its name and extension are never asked. */
export type FileKind = 'dicom' | 'bare-dicom' | 'png' | 'jpeg' | 'zip' | 'gzip' | 'other'

/** Bytes that `sniff` wants to see; a shorter file is judged by what there is. */
export const SNIFF_BYTES = 512

const EXPLICIT_VRS = new Set(
  ('AE AS AT CS DA DS DT FD FL IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM UC UI UL UN UR US UT UV').split(' '),
)

/**
 * Tells what `head`, the first bytes of a file, begins.
 * `dicom` has the preamble and `DICM` of PS3.10; `bare-dicom` starts with a data set or a file meta group
 * straight away, as ACR-NEMA files and some exports do.
 */
export function sniff(head: Uint8Array): FileKind {
  if (ascii(head, 128, 4) === 'DICM') return 'dicom'
  if (startsWith(head, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'png'
  if (startsWith(head, [0xff, 0xd8, 0xff])) return 'jpeg'
  if (startsWith(head, [0x50, 0x4b, 0x03, 0x04]) || startsWith(head, [0x50, 0x4b, 0x05, 0x06])) return 'zip'
  if (startsWith(head, [0x1f, 0x8b, 0x08])) return 'gzip'
  return bareSyntax(head) === null ? 'other' : 'bare-dicom'
}

/**
 * The transfer syntax of a data set that comes without file meta, told from its first element: group 2 or 8,
 * then a known VR (explicit) or a length that fits a short first value (implicit). Null when it is no DICOM.
 */
export function bareSyntax(head: Uint8Array): '1.2.840.10008.1.2' | '1.2.840.10008.1.2.1' | '1.2.840.10008.1.2.2' | null {
  if (head.length < 16) return null
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  const explicit = EXPLICIT_VRS.has(ascii(head, 4, 2))
  const little = { group: view.getUint16(0, true), element: view.getUint16(2, true) }
  if (isFirstGroup(little.group) && little.element <= 0x0100) {
    if (explicit) return '1.2.840.10008.1.2.1'
    const length = view.getUint32(4, true)
    return length <= 1024 && secondElementFollows(view, 8 + length, little.group) ? '1.2.840.10008.1.2' : null
  }
  const big = { group: view.getUint16(0, false), element: view.getUint16(2, false) }
  return explicit && isFirstGroup(big.group) && big.element <= 0x0100 ? '1.2.840.10008.1.2.2' : null
}

function isFirstGroup(group: number): boolean {
  return group === 0x0002 || group === 0x0008
}

/** In a data set the tags ascend, so the second one starts in the same group or a later, plausible one. */
function secondElementFollows(view: DataView, offset: number, group: number): boolean {
  if (offset + 8 > view.byteLength) return false
  const next = view.getUint16(offset, true)
  return next >= group && next <= 0x7fe0
}

function startsWith(bytes: Uint8Array, prefix: readonly number[]): boolean {
  return bytes.length >= prefix.length && prefix.every((value, index) => bytes[index] === value)
}

function ascii(bytes: Uint8Array, offset: number, length: number): string {
  return bytes.length < offset + length ? '' : String.fromCharCode(...bytes.subarray(offset, offset + length))
}
