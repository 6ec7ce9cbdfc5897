import { HilumError } from '../../shared/errors.ts'
import type { BitReader } from './jpegBitReader.ts'

export interface JpegComponent {
  readonly id: number
  readonly sampling: number
  readonly quantisation: number
}

/** All that stands before the first scan's data. Huffman tables by destination, quantisation tables in zigzag order. */
export interface JpegHeader {
  readonly process: number
  readonly precision: number
  readonly rows: number
  readonly columns: number
  readonly components: readonly JpegComponent[]
  readonly quantisation: ReadonlyMap<number, Uint16Array>
  readonly dc: ReadonlyMap<number, HuffmanTable>
  readonly ac: ReadonlyMap<number, HuffmanTable>
  readonly restartInterval: number
  /** The components of the scan with their table destinations, and its Ss and Al. */
  readonly scan: readonly { readonly id: number; readonly dc: number; readonly ac: number }[]
  readonly selection: number
  readonly pointTransform: number
  readonly dataStart: number
}

/**
 * Symbols by the next 16 bits of the stream: the code's length in the high byte, the symbol in the low; 0 is no code.
 */
export class HuffmanTable {
  readonly #lookup = new Uint16Array(65_536)

  /** `counts` is how many codes there are of each length 1 to 16, `symbols` their values in order (T.81 annex C). */
  constructor(counts: Uint8Array, symbols: Uint8Array) {
    let next = 0
    let index = 0
    for (let length = 1; length <= 16; length++) {
      const span = 1 << (16 - length)
      for (let i = 0; i < (counts[length - 1] ?? 0); i++) {
        if (next + span > 65_536) throw jpegDamaged('a Huffman table is wrong')
        this.#lookup.fill((length << 8) | (symbols[index++] ?? 0), next, next + span)
        next += span
      }
    }
  }

  decode(bits: BitReader): number {
    const entry = this.#lookup[bits.peek16()] ?? 0
    if (entry === 0) throw jpegDamaged('a code is unknown')
    bits.skip(entry >> 8)
    return entry & 0xff
  }
}

/** Reads the marker segments of a Huffman-coded JPEG stream up to the first scan (ITU T.81 annex B). */
export function readJpegHeader(data: Uint8Array): JpegHeader {
  const quantisation = new Map<number, Uint16Array>()
  const dc = new Map<number, HuffmanTable>()
  const ac = new Map<number, HuffmanTable>()
  let frame: Pick<JpegHeader, 'process' | 'precision' | 'rows' | 'columns' | 'components'> | null = null
  let restartInterval = 0
  let position = 2
  while (position + 4 <= data.length) {
    if (data[position] !== 0xff) throw jpegDamaged(`a marker is missing at byte ${position}`)
    const marker = data[position + 1] ?? 0
    if (marker === 0xff) {
      position += 1
      continue
    }
    const end = position + 2 + word(data, position + 2)
    if (end > data.length || end < position + 4) throw jpegDamaged('a segment is cut short')
    const segment = data.subarray(position + 4, end)
    if (marker === 0xdb) readQuantisation(segment, quantisation)
    else if (marker === 0xc4) readHuffman(segment, dc, ac)
    else if (marker === 0xdd) restartInterval = word(segment, 0)
    else if (isFrame(marker)) frame = readFrame(segment, marker - 0xc0)
    else if (marker === 0xda) {
      if (frame === null) throw jpegDamaged('a scan comes before its frame')
      return { ...frame, quantisation, dc, ac, restartInterval, ...readScan(segment), dataStart: end }
    }
    position = end
  }
  throw jpegDamaged('it has no scan')
}

/** SOF0 to SOF15 without DHT, JPG and DAC, which lie between them. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
}

function readFrame(segment: Uint8Array, process: number): Pick<JpegHeader, 'process' | 'precision' | 'rows' | 'columns' | 'components'> {
  const count = segment[5] ?? 0
  const [precision, rows, columns] = [segment[0] ?? 0, word(segment, 1), word(segment, 3)]
  if (segment.length < 6 + 3 * count || count === 0 || rows === 0 || columns === 0 || precision < 2 || precision > 16) {
    throw jpegDamaged('its frame header is wrong')
  }
  const components = Array.from({ length: count }, (_, i) => ({
    id: segment[6 + 3 * i] ?? 0, sampling: segment[7 + 3 * i] ?? 0, quantisation: segment[8 + 3 * i] ?? 0,
  }))
  return { process, precision, rows, columns, components }
}

function readScan(segment: Uint8Array): Pick<JpegHeader, 'scan' | 'selection' | 'pointTransform'> {
  const count = segment[0] ?? 0
  if (segment.length < 4 + 2 * count) throw jpegDamaged('its scan header is wrong')
  const scan = Array.from({ length: count }, (_, i) => {
    const tables = segment[2 + 2 * i] ?? 0
    return { id: segment[1 + 2 * i] ?? 0, dc: tables >> 4, ac: tables & 15 }
  })
  return { scan, selection: segment[1 + 2 * count] ?? 0, pointTransform: (segment[3 + 2 * count] ?? 0) & 15 }
}

function readQuantisation(segment: Uint8Array, tables: Map<number, Uint16Array>): void {
  for (let position = 0; position < segment.length;) {
    const head = segment[position++] ?? 0
    const size = head >> 4 === 0 ? 1 : 2
    if (position + 64 * size > segment.length) throw jpegDamaged('a quantisation table is cut short')
    const start = position
    const value = (i: number): number => (size === 1 ? segment[start + i] ?? 0 : word(segment, start + 2 * i))
    tables.set(head & 15, Uint16Array.from({ length: 64 }, (_, i) => value(i)))
    position += 64 * size
  }
}

function readHuffman(segment: Uint8Array, dc: Map<number, HuffmanTable>, ac: Map<number, HuffmanTable>): void {
  for (let position = 0; position + 17 <= segment.length;) {
    const head = segment[position] ?? 0
    const counts = segment.subarray(position + 1, position + 17)
    const total = counts.reduce((sum, count) => sum + count, 0)
    if (position + 17 + total > segment.length) throw jpegDamaged('a Huffman table is cut short')
    const table = new HuffmanTable(counts, segment.subarray(position + 17, position + 17 + total))
    ;(head >> 4 === 0 ? dc : ac).set(head & 15, table)
    position += 17 + total
  }
}

function word(data: Uint8Array, position: number): number {
  return ((data[position] ?? 0) << 8) | (data[position + 1] ?? 0)
}

export function jpegDamaged(what: string): HilumError {
  return new HilumError('bad-input', `The JPEG pixel data is damaged: ${what}.`, { mend: 'Export or copy the file again.' })
}
