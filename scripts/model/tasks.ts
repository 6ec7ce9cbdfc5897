import type { Intervention } from '../../src/shared/domain/intervention.ts'
import type { KeptResiduals, PhantomReaderOptions, ReadReport, WrittenReport } from './phantomReader.ts'

/** What a process of the pool can be asked about one phantom. */
export type Task =
  | { readonly kind: 'write'; readonly seed: number; readonly mode: 'findings' | 'grounded';
      /** One report for each. */
      readonly interventions: readonly Intervention[]; readonly maxNewTokens: number }
  | { readonly kind: 'read'; readonly seed: number }
  | { readonly kind: 'residuals'; readonly seed: number }

export interface Answers {
  readonly write: readonly WrittenReport[]
  readonly read: ReadReport
  readonly residuals: KeptResiduals
}
export type AnswerOf<T extends Task> = Answers[T['kind']]

export type ToWorker =
  | { readonly open: PhantomReaderOptions }
  | { readonly id: number; readonly task: Task }
export type FromWorker =
  | { readonly ready: true }
  | { readonly id: number; readonly answer: Answers[keyof Answers] }
  | { readonly id: number | null; readonly error: string }
