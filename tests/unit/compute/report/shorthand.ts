import type { Finding } from '../../../../src/shared/domain/finding.ts'

/** A finding in one line: "+" stated, "-" denied, "?" uncertain, then its attributes. */
export function shorthand(finding: Finding | null): string {
  if (finding === null) return 'none'
  const mark = (finding.polarity === 'positive' ? '+' : '-') + (finding.certainty === 'uncertain' ? '?' : '')
  const attributes = [finding.severity, finding.laterality, finding.location, finding.change]
  return [mark + finding.observation, ...attributes.filter((value) => value !== null)].join(' ')
}
