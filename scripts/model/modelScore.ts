import { boxAgreement, type BoxAgreement, type BoxPair, type KeyedBox } from '../../src/compute/evaluate/boxAgreement.ts'
import {
  findingAgreement, type FindingAgreement, type FindingPair, type Share,
} from '../../src/compute/evaluate/findingAgreement.ts'
import { extractFindings } from '../../src/compute/report/findings.ts'
import { boxesOf } from '../../src/phantom/geometry.ts'
import type { BoxKey } from '../../src/phantom/phantom.ts'
import { phantomCase, type PhantomCase } from '../../src/phantom/phantomCase.ts'
import { reportText } from '../../src/phantom/report.ts'
import type { Observation } from '../../src/shared/domain/finding.ts'
import type { GroundedPhrase } from '../../src/shared/domain/generation.ts'
import { BASELINE } from '../../src/shared/domain/intervention.ts'
import type { ReaderPool } from './readerPool.ts'

/** What phantoms can show. Pneumonia is left out: reports only guess at it, and not always. */
export const PHANTOM_OBSERVATIONS = [
  'cardiomegaly', 'edema', 'consolidation', 'lung-opacity', 'lung-lesion', 'atelectasis', 'pleural-effusion',
  'pneumothorax', 'low-lung-volumes', 'pacemaker', 'endotracheal-tube', 'enteric-tube', 'central-line', 'chest-tube',
  'sternotomy-wires',
] as const satisfies readonly Observation[]

/** The most tokens of plain and of grounded findings, as MAIRA-2's model card has them. */
export const MOST_TOKENS = { findings: 300, grounded: 450 } as const

export interface ModelScore {
  readonly cases: number
  readonly findings: FindingAgreement
  /** True positives with a side or a size in the reference, and those with every side and every size right. */
  readonly sidesAndSizes: Share
  /** Agreement of change over the cases with a prior. */
  readonly withPrior: FindingAgreement
  readonly casesWithPrior: number
  /** Reports that ended by themselves. */
  readonly ended: number
  /** Reports equal to the reference, word for word: phrasings differ, so few are. */
  readonly texts: readonly ScoredText[]
}
export interface ScoredText {
  readonly seed: number
  readonly reference: string
  readonly written: string
}

/** Writes plain findings for every phantom and measures them against the phantoms' own reports. */
export async function scoreFindings(
  pool: ReaderPool,
  seeds: readonly number[],
  onCase?: () => void,
): Promise<ModelScore> {
  const results = await Promise.all(seeds.map(async (seed) => {
    const [written] = await pool.ask({
      kind: 'write', seed, mode: 'findings', interventions: [BASELINE], maxNewTokens: MOST_TOKENS.findings,
    })
    if (written === undefined) throw new Error(`No report was written for phantom ${seed}.`)
    onCase?.()
    const subject = phantomCase(seed)
    const reference = reportText(subject.report)
    const pair = { reference: extractFindings(reference), predicted: extractFindings(written.text) }
    return { seed, subject, reference, written, pair }
  }))
  const pairs = results.map((one) => one.pair)
  const prior = results.filter((one) => one.subject.prior !== null)
  return {
    cases: seeds.length,
    findings: findingAgreement(pairs, PHANTOM_OBSERVATIONS),
    sidesAndSizes: sidesAndSizes(pairs),
    withPrior: findingAgreement(prior.map((one) => one.pair), PHANTOM_OBSERVATIONS),
    casesWithPrior: prior.length,
    ended: results.filter((one) => one.written.stopped === 'eos').length,
    texts: results.map(({ seed, reference, written }) => ({ seed, reference, written: written.text })),
  }
}

function sidesAndSizes(pairs: readonly FindingPair[]): Share {
  let agree = 0
  let total = 0
  for (const pair of pairs) {
    for (const observation of PHANTOM_OBSERVATIONS) {
      const { laterality, severity } = findingAgreement([pair], [observation])
      if (laterality.total + severity.total === 0) continue
      total++
      if (laterality.agree + severity.agree === laterality.total + severity.total) agree++
    }
  }
  return { agree, total, share: total === 0 ? null : agree / total }
}

/** Writes grounded findings for every phantom and measures their boxes. */
export async function scoreBoxes(
  pool: ReaderPool,
  seeds: readonly number[],
  onCase?: () => void,
): Promise<BoxAgreement> {
  return boxAgreement(await Promise.all(seeds.map(async (seed): Promise<BoxPair> => {
    const [written] = await pool.ask({
      kind: 'write', seed, mode: 'grounded', interventions: [BASELINE], maxNewTokens: MOST_TOKENS.grounded,
    })
    onCase?.()
    return { drawn: drawnBoxes(written?.phrases ?? []), reference: referenceBoxes(phantomCase(seed)) }
  })))
}

function drawnBoxes(phrases: readonly GroundedPhrase[]): readonly KeyedBox[] {
  return phrases.flatMap(({ text, boxes }) => {
    const named = extractFindings(text).find((finding) => finding.polarity === 'positive')
    const key = named === undefined ? 'nothing' : BOXED_AS[named.observation] ?? named.observation
    return (boxes ?? []).map((box) => ({ key, box }))
  })
}

/** Both kinds of opacity are boxed alike. */
const BOXED_AS: Readonly<Partial<Record<Observation, Observation>>> = { 'consolidation': 'lung-opacity', 'pneumonia': 'lung-opacity' }

/** What each box of a phantom shows. The sides of a finding share a key: on the wrong side the overlap is nil. */
const SHOWN: Readonly<Record<BoxKey, Observation>> = {
  'cardiomegaly': 'cardiomegaly', 'effusion-left': 'pleural-effusion', 'effusion-right': 'pleural-effusion',
  'opacity': 'lung-opacity', 'pneumothorax': 'pneumothorax', 'atelectasis-left': 'atelectasis',
  'atelectasis-right': 'atelectasis', 'nodule': 'lung-lesion', 'pacemaker': 'pacemaker',
  'endotracheal-tube': 'endotracheal-tube', 'enteric-tube': 'enteric-tube', 'central-line': 'central-line',
  'chest-tube': 'chest-tube', 'sternotomy-wires': 'sternotomy-wires',
}

function referenceBoxes({ anatomy, current }: PhantomCase): readonly KeyedBox[] {
  return Object.entries(boxesOf(anatomy, current)).map(([key, box]) => ({ key: SHOWN[key as BoxKey], box }))
}
