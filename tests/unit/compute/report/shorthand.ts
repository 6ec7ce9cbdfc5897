import type { Finding } from '../../../../src/shared/domain/finding.ts'

/** A finding in one line: "+" stated, "-" denied, "?" uncertain, then its attributes; "@" where a tip lies. */
export function shorthand(finding: Finding | null): string {
  if (finding === null) return 'none'
  const mark = (finding.polarity === 'positive' ? '+' : '-') + (finding.certainty === 'uncertain' ? '?' : '')
  const { severity, laterality, location, change, placement, millimetres } = finding
  const tip = placement === null ? null : `@${placement}`
  const length = millimetres === null ? null : `${millimetres}mm`
  const attributes = [severity, laterality, location, change, tip, length]
  return [mark + finding.observation, ...attributes.filter((value) => value !== null)].join(' ')
}
