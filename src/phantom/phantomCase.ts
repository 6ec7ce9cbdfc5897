import { sampleAnatomy, type Anatomy } from './anatomy.ts'
import { evolveFindings, sampleFindings } from './findings.ts'
import type { PhantomFindings } from './phantom.ts'
import { Random } from './random.ts'
import { writeReport, type ReportSentence } from './report.ts'

/** A whole phantom case: one anatomy, what the current film shows, and the prior where there is one. */
export interface PhantomCase {
  readonly seed: number
  readonly anatomy: Anatomy
  readonly current: PhantomFindings
  readonly prior: PhantomFindings | null
  readonly lateral: boolean
  readonly indication: string
  readonly report: readonly ReportSentence[]
  /** The report written when the prior film was taken. */
  readonly priorReport: readonly ReportSentence[] | null
  /** Seeds of noise and texture of the three films. */
  readonly filmSeeds: { readonly frontal: number; readonly lateral: number; readonly prior: number }
}

const INDICATIONS = [
  'Chest pain.', 'Dyspnea.', 'Cough and fever.', 'Hypoxia.', 'Shortness of breath.', 'Line placement.', 'Fall.',
  'Follow-up.',
] as const satisfies readonly [string, ...string[]]

/** The case of a seed, always the same. Half of the cases have a prior, a quarter a lateral. */
export function phantomCase(seed: number): PhantomCase {
  const random = new Random(seed)
  const anatomy = sampleAnatomy(random.fork(1))
  const drawn = random.fork(2)
  const words = random.fork(3)
  const hasPrior = drawn.chance(0.5)
  const first = sampleFindings(drawn)
  const current = hasPrior ? evolveFindings(first, drawn) : first
  const prior = hasPrior ? first : null
  return {
    seed,
    anatomy,
    current,
    prior,
    lateral: drawn.chance(0.25),
    indication: words.pick(INDICATIONS),
    report: writeReport(current, prior, words),
    priorReport: prior === null ? null : writeReport(prior, null, words),
    filmSeeds: { frontal: random.below(1 << 30), lateral: random.below(1 << 30), prior: random.below(1 << 30) },
  }
}

/** Technique and comparison as they stand in the prompt. */
export function promptFields(c: Pick<PhantomCase, 'lateral' | 'prior'>): { technique: string; comparison: string } {
  return {
    technique: c.lateral ? 'PA and lateral views of the chest.' : 'PA view of the chest.',
    comparison: c.prior === null ? 'None.' : 'Prior chest radiograph.',
  }
}
