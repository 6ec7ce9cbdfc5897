import type { EDIT_ASPECTS } from '../../shared/domain/edit.ts'
import type { Unit } from './units.ts'
import { COMPARISON_WORDS } from './vocabulary/modifiers.ts'

export type EditAspect = (typeof EDIT_ASPECTS)[number]

/**
 * What differs between two units that speak of the same thing; empty when they say the same.
 * Where one denies what the other states, severity, side and place are not compared.
 */
export function aspectsBetween(a: Unit | undefined, b: Unit | undefined): readonly EditAspect[] {
  if (a === undefined || b === undefined) return []
  const one = a.statement?.finding
  const two = b.statement?.finding
  const words = comparesWords(a) !== comparesWords(b)
  if (one === undefined || two === undefined) return words ? ['comparison'] : []
  const comparison: EditAspect[] = one.change !== two.change || words ? ['comparison'] : []
  if (one.polarity !== two.polarity) return ['polarity', ...comparison]
  const differs = (['severity', 'laterality', 'location'] as const).filter((aspect) => one[aspect] !== two[aspect])
  const certainty: EditAspect[] = one.polarity === 'positive' && one.certainty !== two.certainty ? ['certainty'] : []
  return [...differs, ...certainty, ...comparison]
}

/** True when the words of a unit compare with an earlier film. Former operations do not. */
function comparesWords(unit: Unit): boolean {
  const text = unit.words.map((word) => word.text).join(' ')
  return text.replace(/\b(?:prior|previous) (?:\w+ )?(?:sternotomy|surgery|cabg|operation|granulomatous)/g, ' ')
    .search(COMPARISON_WORDS) >= 0
}
