import type { Element as RawElement } from 'dicom-parser'
import { HilumError } from '../../shared/errors.ts'
import type { Charset } from './charset.ts'
import { charsetOf } from './charset.ts'
import { TAG } from './tags.ts'

/** The part of dicom-parser's data set that is used here. */
export interface RawDataSet {
  readonly elements: Readonly<Record<string, RawElement>>
}

/** One element as it lies in the file. `items` is set for sequences. */
export interface Element {
  readonly tag: string
  readonly vr: string
  readonly offset: number
  readonly length: number
  readonly items: readonly DataSet[] | null
}

/** Values longer than these are never turned into text: no attribute of a film's header needs it. */
const MAX_TEXT_BYTES = 1 << 20
const MAX_LIST_BYTES = 1 << 16

/**
 * A parsed data set. Values are read on demand and checked at reading: a value whose length does not fit its
 * type is `bad-input`, an absent or empty one is null (or '' for text). Never modified after parsing.
 */
export class DataSet {
  readonly #raw: RawDataSet
  readonly #bytes: Uint8Array
  readonly #littleEndian: boolean
  readonly #charset: Charset

  constructor(raw: RawDataSet, bytes: Uint8Array, littleEndian: boolean, inherited: Charset | null) {
    this.#raw = raw
    this.#bytes = bytes
    this.#littleEndian = littleEndian
    const own = raw.elements[TAG.SpecificCharacterSet]
    const inherits = own === undefined && inherited !== null
    this.#charset = inherits ? inherited : charsetOf(this.#plain(TAG.SpecificCharacterSet))
  }

  has(tag: string): boolean {
    return this.#raw.elements[tag] !== undefined
  }

  /** All elements in ascending order of tag. */
  elements(): Element[] {
    return Object.keys(this.#raw.elements).sort().map((tag) => this.#element(tag)).filter((element) => element !== null)
  }

  /** The value's bytes, or null when it is absent. */
  bytes(tag: string): Uint8Array | null {
    const element = this.#raw.elements[tag]
    if (element === undefined || element.items !== undefined) return null
    const end = element.dataOffset + element.length
    if (end > this.#bytes.length) throw wrongLength(tag, `ends ${end - this.#bytes.length} bytes behind the end of the file`)
    return this.#bytes.subarray(element.dataOffset, end)
  }

  /** The first value as text, without padding; '' when absent. */
  text(tag: string): string {
    return this.texts(tag)[0] ?? ''
  }

  /** All values of a text attribute, split at backslashes. */
  texts(tag: string): string[] {
    const bytes = this.bytes(tag)
    if (bytes !== null && bytes.length > MAX_LIST_BYTES) throw wrongLength(tag, `holds ${bytes.length} bytes of text`)
    const text = this.wholeText(tag)
    return text === '' ? [] : text.split('\\').map(trimPadding)
  }

  /** The text of an attribute in which a backslash is a character of its own (LT, ST, UT). */
  wholeText(tag: string): string {
    const bytes = this.bytes(tag)
    if (bytes === null) return ''
    if (bytes.length > MAX_TEXT_BYTES) throw wrongLength(tag, `holds ${bytes.length} bytes of text`)
    return trimPadding(this.#charset.decode(bytes))
  }

  /** The numbers of a decimal or integer string (DS, IS); values that are no numbers are left out. */
  decimals(tag: string): number[] {
    return this.texts(tag).filter((text) => text !== '').map(Number).filter(Number.isFinite)
  }

  decimal(tag: string): number | null {
    return this.decimals(tag)[0] ?? null
  }

  /** One unsigned 16-bit number (US), or null when absent. Any other length is refused, whatever VR is declared. */
  uint16(tag: string): number | null {
    const bytes = this.bytes(tag)
    if (bytes === null || bytes.length === 0) return null
    if (bytes.length !== 2) throw wrongLength(tag, `holds ${bytes.length} bytes where 2 belong`)
    return view(bytes).getUint16(0, this.#littleEndian)
  }

  /** Whole 16-bit numbers (US, SS, OW), unsigned. */
  uint16s(tag: string): Uint16Array {
    const bytes = this.bytes(tag)
    if (bytes === null) return new Uint16Array(0)
    const values = new Uint16Array(bytes.length >> 1)
    const data = view(bytes)
    for (let i = 0; i < values.length; i++) values[i] = data.getUint16(2 * i, this.#littleEndian)
    return values
  }

  /** The items of a sequence; empty when it is absent or no sequence. */
  items(tag: string): readonly DataSet[] {
    return this.#element(tag)?.items ?? []
  }

  #element(tag: string): Element | null {
    const raw = this.#raw.elements[tag]
    if (raw === undefined) return null
    const items = raw.items?.map((item) => item.dataSet ?? null).filter((set) => set !== null)
      .map((set) => new DataSet(set, this.#bytes, this.#littleEndian, this.#charset))
    return { tag, vr: raw.vr ?? '', offset: raw.dataOffset, length: raw.length, items: items ?? null }
  }

  #plain(tag: string): string[] {
    const bytes = this.bytes(tag)
    return bytes === null || bytes.length > 1024 ? [] : new TextDecoder('latin1').decode(bytes).split('\\').map(trimPadding)
  }
}

/** `(0028,0010)` for `x00280010`. */
export function tagLabel(tag: string): string {
  return `(${tag.slice(1, 5)},${tag.slice(5)})`.toUpperCase()
}

function wrongLength(tag: string, how: string): HilumError {
  return new HilumError('bad-input', `The DICOM header is damaged: ${tagLabel(tag)} ${how}.`, {
    mend: 'Export the film again from where it came from.',
  })
}

function trimPadding(text: string): string {
  return text.replace(/\0[\s\S]*$/, '').trim()
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
