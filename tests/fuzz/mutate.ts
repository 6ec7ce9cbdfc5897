import { crc32 } from 'node:zlib'
import { concat } from '../../src/dicom/write/encodeDataSet.ts'
import type { Random } from './random.ts'

/** Numbers that lengths, sizes and offsets go wrong at. */
const EDGES = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff]
/** Where headers end and most decisions are made. */
const HEADER_BYTES = 1200

/** One to eight faults, most of them in the header. `other` lends bytes to the splices. */
export function mutate(seed: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  let bytes: Uint8Array = new Uint8Array(seed) // a copy; slice of a Buffer would share its memory
  for (let faults = 1 + Math.floor(random() * 8); faults > 0 && bytes.length > 0; faults--) {
    bytes = fault(bytes, other, random)
  }
  return bytes
}

function fault(bytes: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  const below = (limit: number): number => Math.floor(random() * limit)
  const at = below(random() < 0.8 ? Math.min(HEADER_BYTES, bytes.length) : bytes.length)
  const kind = random()
  if (kind < 0.35) bytes[at] = below(256)
  else if (kind < 0.45) bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8))
  else if (kind < 0.65) writeEdge(bytes, at, EDGES[below(EDGES.length)] ?? 0, random() < 0.5 ? 2 : 4, random() < 0.7)
  else if (kind < 0.72) bytes.fill(random() < 0.5 ? 0xff : 0, at, at + 4)
  else if (kind < 0.8) return bytes.slice(0, at)
  else if (kind < 0.9) {
    const length = 1 + below(64)
    return concat([bytes.subarray(0, at + length), bytes.subarray(at)])
  } else if (kind < 0.95) return concat([bytes.subarray(0, at), bytes.subarray(at + 1 + below(16))])
  else {
    const from = below(other.length)
    return concat([bytes.subarray(0, at), other.subarray(from, from + 1 + below(256)), bytes.subarray(at)])
  }
  return bytes
}

function writeEdge(bytes: Uint8Array, at: number, value: number, size: 2 | 4, littleEndian: boolean): void {
  for (let i = 0; i < size && at + i < bytes.length; i++) {
    bytes[at + i] = (value >>> (8 * (littleEndian ? i : size - 1 - i))) & 0xff
  }
}

/** Makes the checksums of a PNG's chunks right again, so that faults reach what lies behind them. */
export function repairPng(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 8; at + 12 <= bytes.length;) {
    const end = at + 8 + view.getUint32(at)
    if (end + 4 > bytes.length) break
    view.setUint32(end, crc32(bytes.subarray(at + 4, end)))
    at = end + 4
  }
  return bytes
}
