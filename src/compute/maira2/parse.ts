import type { Box, GroundedPhrase } from '../../shared/domain/generation.ts'
import { strip, stripStart } from './whitespace.ts'

/** What a model's output says. */
export interface ParsedReport {
  /** Null when the output is plain text. Boxes are fractions of the model's central square, not yet of the film. */
  readonly phrases: readonly GroundedPhrase[] | null
  /** What did not parse, from the first phrase that is cut or malformed to the end; empty when all did. */
  readonly unparsedTail: string
}

const PHRASE_START = '<obj>'
const PHRASE_END = '</obj>'
const BOX_START = '<box>'
const BOX_END = '</box>'
const BOX_CORNERS = /<x(\d+)><y(\d+)><x(\d+)><y(\d+)>/
/** MAIRA-2 writes a coordinate as one of 100 bins; it stands for the bin's middle. */
const COORDINATE_BINS = 100

/**
 * Reads a model's output. What MAIRA-2's processor accepts gives the same phrases and boxes; where it would fail (text
 * cut by the token limit, broken boxes, text between phrases), the phrases before the fault are kept and the rest is
 * returned as `unparsedTail`. White space between phrases is forgiven.
 */
export function parseReport(output: string): ParsedReport {
  const text = strip(output)
  if (![PHRASE_START, PHRASE_END, BOX_START, BOX_END].some((token) => text.includes(token))) {
    return { phrases: null, unparsedTail: '' }
  }
  const phrases: GroundedPhrase[] = []
  let rest = text
  while (rest !== '') {
    const end = rest.indexOf(PHRASE_END)
    if (!rest.startsWith(PHRASE_START) || end < 0) break
    const phrase = parsePhrase(rest.slice(PHRASE_START.length, end))
    if (phrase === null) break
    phrases.push(phrase)
    rest = stripStart(rest.slice(end + PHRASE_END.length))
  }
  return { phrases, unparsedTail: rest }
}

/** The inside of one `<obj>` unit; null when its boxes are malformed. */
function parsePhrase(inside: string): GroundedPhrase | null {
  if (!inside.includes(BOX_START) && !inside.includes(BOX_END)) return { text: stripStart(inside), boxes: null }
  const start = inside.indexOf(BOX_START)
  const boxes = start < 0 ? null : parseBoxes(inside.slice(start))
  return boxes === null ? null : { text: strip(inside.slice(0, start)), boxes }
}

/** `<box>` units back to back; null when anything else is found. */
function parseBoxes(text: string): readonly Box[] | null {
  const boxes: Box[] = []
  let rest = text
  while (rest !== '') {
    const end = rest.indexOf(BOX_END)
    if (!rest.startsWith(BOX_START) || end < 0) return null
    const box = parseBox(rest.slice(BOX_START.length, end))
    if (box === null) return null
    boxes.push(box)
    rest = rest.slice(end + BOX_END.length)
  }
  return boxes
}

function parseBox(text: string): Box | null {
  const corners = BOX_CORNERS.exec(text)?.slice(1).map((bin) => (Number(bin) + 0.5) / COORDINATE_BINS)
  if (corners === undefined || corners.some((corner) => corner > 1)) return null
  const [xMin, yMin, xMax, yMax] = corners as [number, number, number, number]
  return { xMin, yMin, xMax, yMax }
}
