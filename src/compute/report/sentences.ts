import type { Span } from '../../shared/domain/finding.ts'

/** Words whose full stop never ends a sentence. */
const TITLES = new Set(['dr', 'drs', 'mr', 'mrs', 'ms', 'prof', 'vs', 'e.g', 'i.e', 'approx', 'fig', 'st', 'cf'])
/** Words whose full stop ends a sentence only before a capital letter or the end of the text. */
const UNITS = new Set(['a.m', 'p.m', 'am', 'pm', 'cm', 'mm', 'etc', 'min', 'hrs', 'inc', 'no', 'nos', 'al'])

const LIST_MARKER = /^(?:\(?\d{1,2}[.)]|[-*\u2022])\s+(?=\S)/
const TERMINATORS = /[.!?]/

/** The run of letters and inner full stops that ends just before `end` ("p.m" before the last stop of "p.m."). */
function wordBefore(text: string, end: number): string {
  let start = end
  while (start > 0 && /[A-Za-z0-9.]/.test(text.charAt(start - 1))) start--
  return text.slice(start, end).toLowerCase()
}

/** True when the full stop at `at` belongs to a number, an abbreviation or an initial. */
function isInnerStop(text: string, at: number): boolean {
  const next = text.charAt(at + 1)
  const word = wordBefore(text, at)
  if (next !== '' && !/\s/.test(next)) {
    // "2.5" and "p.m" go on; "effusion.The" lacks its space and does not.
    return !(/[a-z)]$/.test(text.slice(0, at)) && /[A-Z]/.test(next) && word.length > 2) && !/["')\]]/.test(next)
  }
  if (TITLES.has(word)) return true
  const rest = text.slice(at + 1, at + 40).trimStart()
  if (word === 'no' || word === 'nos') return /^\d/.test(rest)
  if (UNITS.has(word)) return rest !== '' && !/^[A-Z(]/.test(rest)
  const initial = /^[a-z]$/.test(word) && /[A-Z]/.test(text.charAt(at - 1))
  return initial && /(?:\b(?:[Dd]rs?|[Mm]rs?|[Mm]s)\.?|\b[A-Z]\.)\s*[A-Z]$/.test(text.slice(Math.max(0, at - 8), at))
}

/** True when the line break at `at` ends a sentence: a blank line, a list item, or a line that starts anew. */
function isBreakingNewline(text: string, at: number): boolean {
  const rest = text.slice(at + 1)
  if (/^[^\S\n]*(?:\n|$)/.test(rest)) return true
  const line = rest.trimStart()
  if (LIST_MARKER.test(line)) return true
  const before = text.slice(0, at).trimEnd()
  if (before.endsWith('.') && isInnerStop(text, before.length - 1)) return false
  return /^[A-Z]/.test(line) && !/[,(]$/.test(before)
}

function pushSentence(text: string, from: number, to: number, out: Span[]): void {
  let start = from
  let end = to
  while (start < end && /\s/.test(text.charAt(start))) start++
  // A list marker is layout, not part of what is said.
  const marker = (): number => LIST_MARKER.exec(text.slice(start, end))?.[0].length ?? 0
  for (let length = marker(); length > 0; length = marker()) start += length
  while (end > start && /\s/.test(text.charAt(end - 1))) end--
  if (/[A-Za-z0-9]/.test(text.slice(start, end))) out.push({ start, end })
}

/** True when what lies between `from` and the stop at `at` is only the number of a list item ("2."). */
function isListNumber(text: string, from: number, at: number): boolean {
  return /^\s*\(?\d{1,2}$/.test(text.slice(from, at)) && /^\s+\S/.test(text.slice(at + 1, at + 12))
}

/**
 * The sentences of a report as half-open ranges of UTF-16 code units, in order, trimmed, without
 * the markers of numbered or bulleted lists. Lower-case text splits as well as properly written
 * text; decimals, times, titles and wrapped lines stay whole. Phrases of a grounded report are
 * expected with their box tokens already taken out.
 */
export function splitSentences(text: string): readonly Span[] {
  const out: Span[] = []
  let start = 0
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at)
    if (char === '\n') {
      if (isBreakingNewline(text, at)) {
        pushSentence(text, start, at, out)
        start = at + 1
      }
      continue
    }
    if (!TERMINATORS.test(char)) continue
    let end = at + 1
    while (end < text.length && TERMINATORS.test(text.charAt(end))) end++
    const single = end === at + 1
    if (single && char === '.' && (isListNumber(text, start, at) || isInnerStop(text, at))) continue
    while (end < text.length && /["')\]]/.test(text.charAt(end))) end++
    pushSentence(text, start, end, out)
    start = end
    at = end - 1
  }
  pushSentence(text, start, text.length, out)
  return out
}
