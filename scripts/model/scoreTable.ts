import type { BoxAgreement } from '../../src/compute/evaluate/boxAgreement.ts'
import type { Share } from '../../src/compute/evaluate/findingAgreement.ts'
import type { ModelScore } from './modelScore.ts'

const number = (value: number | null): string => (value === null ? '   -' : value.toFixed(3))
/** Width of what is measured. */
const NAME = 50
const column = (text: string | number, width: number): string => String(text).padStart(width)

/** F1 per finding, worst first, and what the bars ask about. */
export function scoreTable(score: ModelScore, boxes: BoxAgreement | null): string {
  const { findings, sidesAndSizes, withPrior } = score
  const rows = findings.perObservation.toSorted((a, b) => (a.f1 ?? 1) - (b.f1 ?? 1)).map((row) =>
    `${row.observation.padEnd(22)}${column(row.positives, 6)}${column(number(row.precision), 11)}` +
    `${column(number(row.recall), 8)}${column(number(row.f1), 7)}`)
  const share = (name: string, part: Share): string =>
    `${name.padEnd(NAME)}${number(part.share)}  (${part.agree} of ${part.total})`
  return [
    `${'finding'.padEnd(22)}${column('cases', 6)}${column('precision', 11)}${column('recall', 8)}${column('F1', 7)}`,
    ...rows,
    '',
    `${`macro-F1 over ${score.cases} phantoms`.padEnd(NAME)}${number(findings.macroF1)}`,
    share('every side and size right, of true positives', sidesAndSizes),
    share('side right', findings.laterality),
    share('size right', findings.severity),
    share('comparison words right, of cases with a prior', withPrior.comparisonReports),
    share('comparison words right, of their findings', withPrior.comparison),
    ...(boxes === null ? [] : [
      share('boxes with IoU >= 0.5, of those drawn', shareOf(boxes.right, boxes.drawn)),
      share('boxes with IoU >= 0.5, of those to draw', shareOf(boxes.right, boxes.reference)),
      `${'mean IoU where the finding is there'.padEnd(NAME)}${number(boxes.meanOverlap)}`,
    ]),
    `${'reports that ended by themselves'.padEnd(NAME)}${score.ended} of ${score.cases}`,
  ].join('\n')
}

function shareOf(agree: number, total: number): Share {
  return { agree, total, share: total === 0 ? null : agree / total }
}
