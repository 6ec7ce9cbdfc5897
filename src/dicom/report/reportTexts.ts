import type { StudyTexts } from '../../shared/contracts/dicom.ts'

/** Longest report that is taken, in bytes. */
export const MOST_REPORT_BYTES = 256 * 1024

/** A line that begins with one of these, followed by a colon, begins a section. */
const SECTIONS: Readonly<Record<string, keyof StudyTexts>> = {
  FINDINGS: 'report', IMPRESSION: 'report', CONCLUSION: 'report',
  INDICATION: 'indication', HISTORY: 'indication', 'CLINICAL HISTORY': 'indication', 'REASON FOR EXAM': 'indication',
  'CLINICAL INFORMATION': 'indication', 'REASON FOR EXAMINATION': 'indication',
  TECHNIQUE: 'technique', COMPARISON: 'comparison', COMPARISONS: 'comparison',
}
const NOTHING: StudyTexts = { report: null, indication: null, technique: null, comparison: null }
const HEADING = /^[ \t]*([A-Za-z][A-Za-z ]{3,30}?)[ \t]*:/gm

/**
 * The sections of a report's text. What was found and what was concluded are the report; a text without headings is
 * the report as a whole.
 */
export function reportTexts(text: string): StudyTexts {
  const headings = [...text.matchAll(HEADING)]
    .map((match) => ({ at: match.index, end: match.index + match[0].length, name: (match[1] ?? '').toUpperCase().trim() }))
  const known = headings.filter(({ name }) => SECTIONS[name] !== undefined)
  if (known.length === 0) return { ...NOTHING, report: tidy(text) || null }
  const texts: Record<keyof StudyTexts, string | null> = { ...NOTHING }
  for (const { at, end, name } of known) {
    const next = headings.find((other) => other.at > at && isHeading(other.name, text, other.at))?.at ?? text.length
    const body = tidy(text.slice(end, next))
    const field = SECTIONS[name]
    if (field !== undefined && body !== '') texts[field] = texts[field] === null ? body : `${texts[field]} ${body}`
  }
  return texts
}

/** Report headings stand in capitals or are known; a colon inside a sentence begins no section. */
function isHeading(name: string, text: string, at: number): boolean {
  return SECTIONS[name] !== undefined || text.slice(at).trimStart().startsWith(name)
}

/** The text of a plain file, or null when it is none (control characters, or no text at all). */
export function plainText(bytes: Uint8Array): string | null {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    text = new TextDecoder('windows-1252').decode(bytes)
  }
  return /[\u0000-\u0008\u000e-\u001f]/.test(text) || text.trim() === '' ? null : text
}

function tidy(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
