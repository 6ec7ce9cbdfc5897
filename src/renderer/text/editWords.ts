import type { Edit } from '../../shared/domain/edit.ts'
import type { Finding } from '../../shared/domain/finding.ts'
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

/** A finding in a few words: `new moderate right pleural effusion, base` or `no pneumothorax`. */
export function findingInWords(finding: Finding): string {
  const name = finding.observation.replaceAll('-', ' ')
  const parts = [
    finding.polarity === 'negative' ? 'no' : null,
    finding.certainty === 'uncertain' ? 'possible' : null,
    finding.change,
    finding.severity,
    finding.laterality,
    name,
  ].filter((part) => part !== null)
  return parts.join(' ') + (finding.location === null ? '' : `, ${finding.location}`)
}

/** An edit in one line: `left pleural effusion → right pleural effusion (laterality)`. */
export function editInWords(edit: Edit): string {
  const before = edit.baseline === null ? null : findingInWords(edit.baseline)
  const after = edit.steered === null ? null : findingInWords(edit.steered)
  if (edit.kind === 'added') return after ?? 'a statement'
  if (edit.kind === 'removed') return before ?? 'a statement'
  if (edit.kind === 'reworded') return after ?? before ?? 'the same in other words'
  const aspects = edit.aspects.length === 0 ? '' : ` (${edit.aspects.join(', ')})`
  return `${before ?? 'nothing'} → ${after ?? 'nothing'}${aspects}`
}
