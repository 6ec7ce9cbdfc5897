import type { Edit } from '../../shared/domain/edit.ts'
import type { Finding, Span } from '../../shared/domain/finding.ts'
import type { RexvalCategory } from '../../shared/domain/verdict.ts'

/** How a kind of edit is called on the screen, and the sign it carries beside its colour. */
export const KIND_WORDS: Record<Edit['kind'], { readonly word: string; readonly sign: string }> = {
  added: { word: 'Added', sign: '+' },
  removed: { word: 'Removed', sign: '−' },
  changed: { word: 'Changed', sign: '≠' },
  reworded: { word: 'Reworded', sign: '≈' },
}

/** ReXVal's six categories in the order of their keys 1 to 6. */
export const CATEGORY_WORDS: Record<RexvalCategory, string> = {
  'false-finding': 'False finding',
  'missing-finding': 'Missing finding',
  'wrong-location': 'Wrong location',
  'wrong-severity': 'Wrong severity',
  'invented-comparison': 'Comparison invented',
  'omitted-comparison': 'Comparison omitted',
}

/** A finding in a few words: `new moderate right pleural effusion, base`, or `probably no pneumothorax, resolved`. */
export function findingInWords(finding: Finding): string {
  const { observation, polarity, certainty, change, severity, laterality, location } = finding
  const absent = polarity === 'negative'
  const doubt = certainty === 'uncertain' ? (absent ? 'probably' : 'possible') : null
  const lead = absent ? [doubt, 'no'] : [doubt, change]
  const words = [...lead, severity, laterality, observation.replaceAll('-', ' ')].filter((part) => part !== null)
  return [words.join(' '), location, absent ? change : null].filter((part) => part !== null).join(', ')
}

/** The words of an edit on one side, in quotes; spans that stand apart are joined by an ellipsis. */
export function quoted(spans: readonly Span[], text: string): string | null {
  if (spans.length === 0) return null
  return `“${spans.map(({ start, end }) => text.slice(start, end)).join(' … ')}”`
}

/**
 * An edit in one line: `left pleural effusion → right pleural effusion (laterality)`. Where no finding was drawn
 * from the words, the words themselves stand in quotes.
 */
export function editInWords(edit: Edit, texts: { readonly baseline: string; readonly steered: string }): string {
  const finding = (of: Finding | null): string | null => (of === null || edit.kind === 'reworded' ? null : findingInWords(of))
  const before = finding(edit.baseline) ?? quoted(edit.baselineSpans, texts.baseline)
  const after = finding(edit.steered) ?? quoted(edit.steeredSpans, texts.steered)
  if (edit.kind === 'added') return after ?? 'nothing'
  if (edit.kind === 'removed') return before ?? 'nothing'
  const aspects = edit.aspects.length === 0 ? '' : ` (${edit.aspects.join(', ')})`
  return `${before ?? 'nothing'} → ${after ?? 'nothing'}${aspects}`
}
