import { needOpen } from '../../main/review/blinding.ts'
import { resultsOf } from '../../main/review/results/resultsOf.ts'
import { EFFECTS, type EffectRow, type Results, type ShareOf } from '../../shared/domain/results.ts'
import { percent, table } from '../table.ts'
import type { Verb } from '../verb.ts'

export const results: Verb = {
  name: 'results',
  synopsis: 'SET',
  about: 'what the answers to a review set say: effects, dose and response, agreement, time',
  options: {},
  words: [1, 1],
  async run({ words }, session) {
    const workspace = session.workspace()
    needOpen(workspace.connection, words[0]!)
    const found = await resultsOf(workspace.connection, words[0]!, await workspace.features())
    return { json: { results: found }, text: textOf(found) }
  },
}

function textOf(found: Results): string {
  const rows = (label: string, list: readonly EffectRow[], what: (row: EffectRow) => string): string[] =>
    list.length === 0 ? [] : [label, effectTable(list, what)]
  return [
    `“${found.name}”: ${found.items} items, ${found.answers} answers.`,
    ...found.edits.map((row) =>
      `Edits by ${row.judge}: ${row['on-target']} on-target, ${row['off-target']} off-target, ${row.neutral} neutral.`),
    ...found.explained.map((row) =>
      `Off-target by ${row.judge}: ${row.correlated} correlated, ${row.unexplained} unexplained, ${row.unmarked} not looked up.`),
    ...rows('Steered reports', found.overall, () => 'all'),
    ...rows('By feature', found.byFeature, (row) => String(row.feature)),
    ...rows('By strength', found.byStrength, (row) => (row.strength === null ? 'out' : String(row.strength))),
    ...rows('Controls', found.byControl, (row) => row.control ?? ''),
    ...[...found.agreement, ...found.intraReader].flatMap(({ question, readers, coefficients }) => [
      `Agreement: ${question}; ${readers.join(', ')}`,
      table(['coefficient', 'value', '95 % interval'], coefficients.map(({ name, value, low, high, why }) => [
        name, value?.toFixed(3) ?? '', low === null || high === null ? (why ?? '') : `${low.toFixed(3)} to ${high.toFixed(3)}`,
      ])),
    ]),
    ...found.ratings.map((row) =>
      `Interpretation of ${row.feature}: clear ${row.clarity.toFixed(1)}, relevant ${row.relevance.toFixed(1)}, one meaning ${row.singleMeaning.toFixed(1)} (${row.readers} readers).`),
    ...found.detections.map((row) =>
      `Detection of ${row.feature} by ${row.reader}: ${row.balancedAccuracy.toFixed(2)}, automatic ${row.detectionScore?.toFixed(2) ?? 'not scored'}.`),
    ...found.times.map((row) => `${row.reader}: ${row.items} items, median ${row.median.toFixed(1)} s each.`),
    `Dictionary: ${found.detection.above} of ${found.detection.scored} scored features detect above 0.75, ${found.detection.below} below 0.5.`,
  ].join('\n')
}

function effectTable(list: readonly EffectRow[], what: (row: EffectRow) => string): string {
  const share = ({ share: value, low, high }: ShareOf): string =>
    value === null ? '' : `${percent(value)} (${percent(low)} to ${percent(high)})`
  return table(
    ['judge', 'which', ...EFFECTS, 'target came about', 'something else changed'],
    list.map((row) => [
      row.judge, what(row), ...EFFECTS.map((effect) => String(row.counts[effect])), share(row.success), share(row.harm),
    ]),
  )
}
