import type { EditVerdict } from '../../shared/domain/answer.ts'
import type { Edit } from '../../shared/domain/edit.ts'
import type { RexvalCategory } from '../../shared/domain/verdict.ts'

const KINDS: Readonly<Record<Edit['kind'], Edit['kind']>> = {
  added: 'removed', removed: 'added', changed: 'changed', reworded: 'reworded',
}

/** The same difference read from the steered text to the baseline. */
export function mirrorEdit(edit: Edit): Edit {
  return {
    ...edit, kind: KINDS[edit.kind], baseline: edit.steered, steered: edit.baseline, baselineSpans: edit.steeredSpans,
    steeredSpans: edit.baselineSpans,
  }
}

/**
 * ReXVal's categories compare a report with the one it is held against. With the sides exchanged, what one has too much
 * the other has too little; places and degrees differ either way.
 */
const CATEGORIES: Readonly<Record<RexvalCategory, RexvalCategory>> = {
  'false-finding': 'missing-finding',
  'missing-finding': 'false-finding',
  'wrong-location': 'wrong-location',
  'wrong-severity': 'wrong-severity',
  'invented-comparison': 'omitted-comparison',
  'omitted-comparison': 'invented-comparison',
}

/** A verdict on a mirrored edit as one on the edit itself. */
export function mirrorVerdict<V extends Pick<EditVerdict, 'category'>>(verdict: V): V {
  return { ...verdict, category: verdict.category === null ? null : CATEGORIES[verdict.category] }
}
