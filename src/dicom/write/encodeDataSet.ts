/**
 * A value to be written: text (several values joined by backslashes), 16-bit numbers, bytes, or the items of a
 * sequence.
 */
export type ElementValue = string | readonly number[] | Uint8Array | Uint16Array | Items
export type Items = readonly (readonly ElementToWrite[])[]

/** One element: tag as a number (0x00100010), VR, value. */
export type ElementToWrite = readonly [tag: number, vr: string, value: ElementValue]

export interface Encoding {
  readonly explicit: boolean
  readonly littleEndian: boolean
}

const LONG_LENGTH = new Set(['OB', 'OW', 'OF', 'OD', 'OL', 'OV', 'SQ', 'UC', 'UN', 'UR', 'UT', 'SV', 'UV'])
const SPACE_PADDED = new Set(['AE', 'AS', 'CS', 'DA', 'DS', 'DT', 'IS', 'LO', 'LT', 'PN', 'SH', 'ST', 'TM', 'UC', 'UR', 'UT'])

/**
 * Encodes a data set (PS3.5 section 7), elements in the order of their tags; text is UTF-8, sequences have defined
 * lengths.
 */
export function encodeDataSet(elements: readonly ElementToWrite[], encoding: Encoding): Uint8Array {
  const sorted = [...elements].sort((a, b) => a[0] - b[0])
  return concat(sorted.map(([tag, vr, value]) => encodeElement(tag, vr, encodeValue(vr, value, encoding), encoding)))
}

/** The header of an element whose value has `length` bytes (0xFFFFFFFF for undefined). */
export function encodeElementHeader(tag: number, vr: string, length: number, encoding: Encoding): Uint8Array {
  const { explicit, littleEndian } = encoding
  const long = !explicit || LONG_LENGTH.has(vr)
  const bytes = new Uint8Array(explicit && long ? 12 : 8)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, tag >>> 16, littleEndian)
  view.setUint16(2, tag & 0xffff, littleEndian)
  if (explicit) bytes.set([vr.charCodeAt(0), vr.charCodeAt(1)], 4)
  if (!explicit) view.setUint32(4, length, littleEndian)
  else if (long) view.setUint32(8, length, littleEndian)
  else if (length > 0xffff) throw new RangeError(`A ${vr} value cannot have ${length} bytes.`)
  else view.setUint16(6, length, littleEndian)
  return bytes
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let position = 0
  for (const part of parts) {
    bytes.set(part, position)
    position += part.length
  }
  return bytes
}

function encodeElement(tag: number, vr: string, value: Uint8Array, encoding: Encoding): Uint8Array {
  return concat([encodeElementHeader(tag, vr, value.length, encoding), value])
}

function encodeValue(vr: string, value: ElementValue, encoding: Encoding): Uint8Array {
  if (typeof value === 'string') return even(new TextEncoder().encode(value), SPACE_PADDED.has(vr) ? 0x20 : 0)
  if (value instanceof Uint8Array) return even(value, 0)
  if (vr === 'SQ') return encodeItems(value as Items, encoding)
  return encodeWords(value as Uint16Array | readonly number[], encoding.littleEndian)
}

function encodeItems(items: Items, encoding: Encoding): Uint8Array {
  return concat(items.flatMap((item) => {
    const body = encodeDataSet(item, encoding)
    return [encodeElementHeader(0xfffee000, '', body.length, { ...encoding, explicit: false }), body]
  }))
}

function encodeWords(words: Uint16Array | readonly number[], littleEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(words.length * 2)
  const view = new DataView(bytes.buffer)
  words.forEach((word, i) => view.setUint16(2 * i, word & 0xffff, littleEndian))
  return bytes
}

function even(bytes: Uint8Array, pad: number): Uint8Array {
  return bytes.length % 2 === 0 ? bytes : concat([bytes, Uint8Array.of(pad)])
}
