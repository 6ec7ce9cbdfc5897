import type { DataSet, Element } from '../parse/dataSet.ts'
import { tagLabel } from '../parse/dataSet.ts'

/** A line of the tag browser. */
export interface TagLine {
  readonly tag: string
  readonly vr: string
  readonly name: string
  readonly value: string
  readonly depth: number
}

/** The name and VR that PS3.6 gives a tag, or null for private and unknown ones. */
export type Dictionary = (tag: string) => { readonly name: string; readonly vr: string } | null

const MAX_LINES = 5_000
const LONGEST_VALUE = 300
const WORDS = new Set(['US', 'OW'])
const BINARY = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'UN', 'FL', 'FD', 'UL', 'SL', 'SS', 'AT', 'UV', 'SV'])

/** A data set as lines, items of sequences indented below them; pixel data and other bulk as its size. */
export function listTags(set: DataSet, dictionary: Dictionary): TagLine[] {
  const lines: TagLine[] = []
  append(lines, set, dictionary, 0)
  return lines
}

function append(lines: TagLine[], set: DataSet, dictionary: Dictionary, depth: number): void {
  for (const element of set.elements()) {
    if (lines.length >= MAX_LINES) return
    const known = dictionary(element.tag)
    const vr = element.vr === '' || element.vr === 'UN' ? known?.vr ?? element.vr : element.vr
    const name = known?.name ?? nameOf(element.tag)
    lines.push({ tag: tagLabel(element.tag), vr, name, value: valueOf(set, element, vr), depth })
    for (const item of element.items ?? []) append(lines, item, dictionary, depth + 1)
  }
}

function nameOf(tag: string): string {
  return Number.parseInt(tag.slice(4, 5), 16) % 2 === 1 ? 'Private' : ''
}

function valueOf(set: DataSet, element: Element, vr: string): string {
  if (element.items !== null) return `${element.items.length} ${element.items.length === 1 ? 'item' : 'items'}`
  if (element.tag === 'x7fe00010' || element.length > 4096) return `${element.length === 0xffffffff ? 'compressed' : `${element.length} bytes`}`
  if (WORDS.has(vr)) return shorten(set.uint16s(element.tag).join('\\'))
  if (BINARY.has(vr)) return numbers(set.bytes(element.tag) ?? new Uint8Array(0))
  return shorten(set.wholeText(element.tag))
}

function numbers(bytes: Uint8Array): string {
  const shown = Array.from(bytes.subarray(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join(' ')
  return bytes.length > 16 ? `${shown} … (${bytes.length} bytes)` : shown
}

function shorten(text: string): string {
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE)}…`
}
