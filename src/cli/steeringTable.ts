import { FEWEST_WELL_FORMED, supportedSuccess } from '../compute/evaluate/steeringEffect.ts'
import type { Feature } from '../shared/domain/feature.ts'
import { percent, table } from './table.ts'

/** Success from which a feature is said to steer: the lower end of its 95 % interval must reach it. */
const STEERS = 0.5

const SHOWN = 30

const supported = ({ effect }: Feature): number => (effect === null ? 0 : supportedSuccess(effect))

/** The features whose steering was measured, the surest first: the published table, failures included. */
export function measuredFeatures(features: readonly Feature[]): readonly Feature[] {
  return features
    .filter((feature) => feature.effect !== null)
    .toSorted((a, b) => supported(b) - supported(a) || a.index - b.index)
}

/** The table for a person: all of it where it is short, else the best, the worst, and how many lie between. */
export function steeringTable(features: readonly Feature[]): string {
  const measured = measuredFeatures(features)
  if (measured.length === 0) return 'No feature of this dictionary was measured.'
  const steering = measured.filter((feature) => supported(feature) >= STEERS).length
  const best = measured.slice(0, measured.length > SHOWN ? SHOWN / 2 : SHOWN)
  const worst = measured.length > SHOWN ? measured.slice(-SHOWN / 2) : []
  const row = ({ index, effect, detectionScore, interpretation }: Feature): string[] => [
    String(index), percent(effect?.success ?? null), effect === null ? '' : `${effect.strength} x`, String(effect?.cases ?? ''),
    percent(effect?.wellFormed ?? null), percent(detectionScore), interpretation,
  ]
  const header = ['feature', 'steers', 'strength', 'cases', 'well formed', 'detects', 'interpretation']
  const between = measured.length - best.length - worst.length
  const lines = table(header, [...best, ...worst].map(row)).split('\n')
  if (between > 0) lines.splice(1 + best.length, 0, `… ${between} more …`)
  return [
    `${steering} of ${measured.length} measured features bring their finding into at least ${percent(STEERS)} of held-out cases that lack it`,
    `(lower end of the 95 % interval), at least ${percent(FEWEST_WELL_FORMED)} of the sentences well formed. The others are listed too.`,
    ...lines,
  ].join('\n')
}
