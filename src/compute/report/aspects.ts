import type { EDIT_ASPECTS } from '../../shared/domain/edit.ts'
import type { Finding } from '../../shared/domain/finding.ts'
import type { Unit } from './units.ts'
import { isDevice } from './attributes.ts'
import { DEVICE_MAKES } from './vocabulary/devices.ts'
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
  const measured = one.millimetres !== two.millimetres
  if (isDevice(one.observation)) {
    const device: EditAspect[] = measured || one.placement !== two.placement || otherMake(a, b) ? ['device'] : []
    const sides = (['laterality', 'location'] as const).filter((aspect) => one[aspect] !== two[aspect])
    return [...sides, ...certaintyOf(one, two), ...comparison, ...device]
  }
  const differs = (['severity', 'laterality', 'location'] as const).filter((aspect) =>
    one[aspect] !== two[aspect] || (aspect === 'severity' && measured && one.severity === two.severity))
  return [...differs, ...certaintyOf(one, two), ...comparison]
}

const certaintyOf = (one: Finding, two: Finding): readonly EditAspect[] =>
  one.polarity === 'positive' && one.certainty !== two.certainty ? ['certainty'] : []

/** True when both name which device of its kind it is, and not the same: a port for a PICC. */
function otherMake(a: Unit, b: Unit): boolean {
  const make = (unit: Unit): string | null => {
    const text = unit.words.map((word) => word.text).join(' ')
    return DEVICE_MAKES.find(([, pattern]) => pattern.test(text))?.[0] ?? null
  }
  const [one, two] = [make(a), make(b)]
  return one !== null && two !== null && one !== two
}

/** True when the words of a unit compare with an earlier film. Former operations do not. */
function comparesWords(unit: Unit): boolean {
  return comparesInWords(unit.words.map((word) => word.text).join(' '))
}

/** True when a text (lower case) compares with an earlier film. */
export function comparesInWords(text: string): boolean {
  return text.replace(/\b(?:prior|previous) (?:\w+ )?(?:sternotomy|surgery|cabg|operation|granulomatous)/g, ' ')
    .search(COMPARISON_WORDS) >= 0
}
