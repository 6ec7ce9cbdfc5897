import type { Finding, Observation } from '../../shared/domain/finding.ts'

/** The findings of a reference report and of the report that is measured against it. */
export interface FindingPair {
  readonly reference: readonly Finding[]
  readonly predicted: readonly Finding[]
}

/** Counts of reports; precision, recall and F1 are null where they are not defined (0 / 0). */
export interface ObservationAgreement {
  readonly observation: Observation
  /** Reports whose reference states the observation. */
  readonly positives: number
  readonly truePositive: number
  readonly falsePositive: number
  readonly falseNegative: number
  readonly precision: number | null
  readonly recall: number | null
  readonly f1: number | null
}

/** A share with the counts it comes from; null where there is nothing to count. */
export interface Share {
  readonly agree: number
  readonly total: number
  readonly share: number | null
}

export interface FindingAgreement {
  readonly perObservation: readonly ObservationAgreement[]
  /** Mean F1 over the given observations that occur in the reference; null when none does. */
  readonly macroF1: number | null
  /** Same side or sides, over true positives whose reference gives one. */
  readonly laterality: Share
  /** Same severity on every side, over true positives whose reference gives one. */
  readonly severity: Share
  /** Same word of change, over true positives for which either side gives one. */
  readonly comparison: Share
  /** Reports in which every true positive agrees in its change, over reports whose reference compares at all. */
  readonly comparisonReports: Share
}

const ratio = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole)
const share = (results: readonly boolean[]): Share => {
  const agree = results.filter(Boolean).length
  return { agree, total: results.length, share: ratio(agree, results.length) }
}

/**
 * Agreement of predicted with reference findings. An observation counts as stated by a report when
 * at least one of its findings is positive; an uncertain one counts unless `certainOnly` is set.
 * Side, severity and change are judged where both reports state the observation.
 */
export function findingAgreement(
  pairs: readonly FindingPair[],
  observations: readonly Observation[],
  options: { readonly certainOnly?: boolean } = {},
): FindingAgreement {
  const stated = (findings: readonly Finding[], observation: Observation): readonly Finding[] =>
    findings.filter((finding) =>
      finding.observation === observation && finding.polarity === 'positive' &&
      (options.certainOnly !== true || finding.certainty === 'certain'))
  const sides: boolean[] = []
  const sizes: boolean[] = []
  const changes: boolean[] = []
  const reports = pairs.map(() => [] as boolean[])
  const compares = pairs.map(() => false)
  const perObservation = observations.map((observation) => {
    const count = { truePositive: 0, falsePositive: 0, falseNegative: 0 }
    pairs.forEach((pair, index) => {
      const reference = stated(pair.reference, observation)
      const predicted = stated(pair.predicted, observation)
      if (reference.length === 0 && predicted.length === 0) return
      if (reference.length === 0) count.falsePositive++
      else if (predicted.length === 0) count.falseNegative++
      else {
        count.truePositive++
        if (sidesOf(reference) !== '') sides.push(sidesOf(reference) === sidesOf(predicted))
        if (reference.some((finding) => finding.severity !== null)) sizes.push(sameSeverities(reference, predicted))
        const wanted = changesOf(reference)
        const got = changesOf(predicted)
        if (wanted !== '' || got !== '') {
          changes.push(wanted === got)
          reports[index]?.push(wanted === got)
          compares[index] ||= wanted !== ''
        }
      }
    })
    return { observation, ...count, ...scores(count) }
  })
  const occurring = perObservation.filter((row) => row.positives > 0)
  return {
    perObservation,
    macroF1: ratio(occurring.reduce((sum, row) => sum + (row.f1 ?? 0), 0), occurring.length),
    laterality: share(sides),
    severity: share(sizes),
    comparison: share(changes),
    comparisonReports: share(reports.filter((_, index) => compares[index]).map((results) => results.every(Boolean))),
  }
}

function scores(count: { truePositive: number; falsePositive: number; falseNegative: number }) {
  const { truePositive: hit, falsePositive: extra, falseNegative: missed } = count
  return {
    positives: hit + missed,
    precision: ratio(hit, hit + extra),
    recall: ratio(hit, hit + missed),
    f1: ratio(2 * hit, 2 * hit + extra + missed),
  }
}

/** The sides that findings name: "bilateral" and one finding on each side are the same. */
function expand(finding: Finding): readonly string[] {
  return finding.laterality === 'bilateral' ? ['left', 'right'] : [finding.laterality ?? '']
}

function sidesOf(findings: readonly Finding[]): string {
  return [...new Set(findings.flatMap(expand).filter((side) => side !== ''))].sort().join('+')
}

/** Change words by side, so that a new left and an unchanged right effusion must not be swapped. */
function changesOf(findings: readonly Finding[]): string {
  const words = findings.flatMap((f) => (f.change === null ? [] : expand(f).map((side) => `${side}:${f.change ?? ''}`)))
  return [...new Set(words)].sort().join('+')
}

function sameSeverities(reference: readonly Finding[], predicted: readonly Finding[]): boolean {
  const bySide = (findings: readonly Finding[]): ReadonlyMap<string, string> =>
    new Map(findings.flatMap((f) => (f.severity === null ? [] : expand(f).map((side) => [side, f.severity ?? ''] as const))))
  const wanted = bySide(reference)
  const got = bySide(predicted)
  // A side that only one report names is an error of laterality, judged elsewhere.
  const common = [...wanted.keys()].filter((side) => got.has(side))
  if (common.length > 0) return common.every((side) => wanted.get(side) === got.get(side))
  const values = (map: ReadonlyMap<string, string>): string => [...new Set(map.values())].sort().join('+')
  return values(wanted) === values(got)
}
