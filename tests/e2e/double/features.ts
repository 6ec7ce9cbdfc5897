import type { FeatureRow } from '../../../src/shared/contracts/main.ts'
import type { Feature } from '../../../src/shared/domain/feature.ts'

const FEATURES: readonly (readonly [string, string, number | null])[] = [
  ['large right pleural effusion', 'There is a large right pleural effusion.', 0.94],
  ['left pneumothorax', 'A small left apical pneumothorax is present.', 0.62],
  ['enlarged heart', 'The heart is severely enlarged.', 0.81],
  ['pacemaker in the left chest wall', 'A left chest wall pacemaker is in place.', 0.55],
  ['change since the prior study: increased', 'This has increased since the prior study.', 0.5],
  ['no acute process', 'No acute cardiopulmonary process.', 0],
  ['endotracheal tube above the carina', 'An endotracheal tube ends above the carina.', null],
  ['bibasilar atelectasis', 'There is bibasilar atelectasis.', 0.31],
  ['', '', null],
]

/** The features as rows, strongest first; where they are strongest depends on `from`. */
export const rowsOf = (from: number): FeatureRow[] =>
  FEATURES.flatMap(([interpretation, , steeringSuccess], at) =>
    [0, 1, 2].map((copy) => ({
      index: at * 50 + copy * 7 + 3,
      interpretation:
        copy === 0
          ? interpretation
          : interpretation && `${interpretation}, ${['', 'in the first sentence', 'with a device'][copy]}`,
      detectionScore: interpretation === '' ? null : 0.98 - copy * 0.06 - at * 0.01,
      density: 0.02 / (at + 1) / (copy + 1),
      maxActivation: 7.2 + at,
      steeringSuccess: copy === 0 ? steeringSuccess : null,
      activation: ((at * 3 + copy + from) % 9) + 0.4,
    })),
  ).sort((a, b) => (b.activation ?? 0) - (a.activation ?? 0))

/** What a pushed feature adds to the report. */
export const sentenceOf = (index: number): string => FEATURES[Math.floor(index / 50)]?.[1] ?? ''
export const interpretationOf = (index: number): string => FEATURES[Math.floor(index / 50)]?.[0] ?? ''

/** A feature with three exemplars. */
export function featureOf(index: number): Feature {
  const words = (sentenceOf(index) || 'The lungs are clear.').split(/(?= )/)
  const effect = index % 2 === 0 ? null : { strength: 6, cases: 100, success: 0.62, wellFormed: 0.97 }
  const exemplars = [0, 1, 2].map((turn) => ({
    text: words.join(''),
    tokens: words,
    activations: words.map((_, at) => ((at * 7 + turn * 3) % 5) * 1.4),
  }))
  const about = { index, interpretation: interpretationOf(index), targets: [], comparison: false }
  return { ...about, detectionScore: 0.9, density: 0.01, maxActivation: 7, effect, exemplars }
}
