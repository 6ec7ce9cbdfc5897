import { wilsonShare } from '../compute/evaluate/agreement/share.ts'
import { FEWEST_WELL_FORMED } from '../compute/evaluate/steeringEffect.ts'
import type { Feature, SteeringEffect } from '../shared/domain/feature.ts'
import { percent, table } from './table.ts'

/** Success from which a feature is said to steer: the lower end of its 95 % interval must reach it. */
const STEERS = 0.5

const SHOWN = 30

/**
 * The features whose steering was measured, the surest first (lower end of the 95 % interval of success, so that 4 of 4
 * stands below 95 of 100): the published table, failures included.
 */
export function measuredFeatures(features: readonly Feature[]): readonly Feature[] {
  return features
    .filter((feature) => feature.effect !== null)
    .toSorted((a, b) => atLeast(b.effect) - atLeast(a.effect) || a.index - b.index)
}

/** The success that the counts support; 0 where the strength spoils the text. */
function atLeast(effect: SteeringEffect | null): number {
  if (effect === null || effect.wellFormed < FEWEST_WELL_FORMED) return 0
  return wilsonShare(Math.round(effect.success * effect.cases), effect.cases).low ?? 0
}

/** The table for a person: all of it where it is short, else the best, the worst, and how many lie between. */
export function steeringTable(features: readonly Feature[]): string {
  const measured = measuredFeatures(features)
  if (measured.length === 0) return 'No feature of this dictionary was measured.'
  const steering = measured.filter((feature) => atLeast(feature.effect) >= STEERS).length
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
