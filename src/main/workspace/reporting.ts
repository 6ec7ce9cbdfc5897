import { extractFindings } from '../../compute/report/findings.ts'
import type { computeContract, FilmActivations, GenerationEvent, ModelFacts } from '../../shared/contracts/compute.ts'
import type { Comparison, KeptGeneration } from '../../shared/contracts/main.ts'
import type { dicomContract } from '../../shared/contracts/dicom.ts'
import { asPhrase, type ReportMode } from '../../shared/domain/generation.ts'
import type { Feature } from '../../shared/domain/feature.ts'
import { BASELINE, type Intervention } from '../../shared/domain/intervention.ts'
import { HilumError } from '../../shared/errors.ts'
import type { Client } from '../../shared/rpc/connect.ts'
import { loadCase } from '../database/cases.ts'
import { keepComparison } from '../database/comparisons.ts'
import type { Connection } from '../database/connection.ts'
import { findGeneration, keepGeneration } from '../database/generations.ts'
import type { FeatureIndex } from './featureIndex.ts'
import { generationKey, type Request } from './generationKey.ts'
import { judgeByRules } from './judgeByRules.ts'
import { now } from './now.ts'
import { buildQuestion } from './question.ts'
import { corpusOf, targetsOf } from './rules.ts'

/** The most tokens of each kind of answer, as MAIRA-2's model card has them. */
export const MAX_NEW_TOKENS: Readonly<Record<ReportMode, number>> = { findings: 300, grounded: 450, phrase: 150 }

/** What one sweep of the compute contract takes. */
const MOST_INTERVENTIONS = 1024

/** What reporting stands on. */
export interface ReportingOptions {
  readonly connection: Connection
  readonly dicom: Pick<Client<typeof dicomContract>, 'call'>
  readonly compute: Pick<Client<typeof computeContract>, 'call'>
  /** The open model; waits while it is being opened, throws when it cannot be. */
  readonly model: () => Promise<ModelFacts>
  readonly features: () => Promise<FeatureIndex>
  readonly version: string
}

/** A run somebody may watch, and may cancel. `onEvent` hears of the generation that was asked for. */
export interface Run {
  readonly runId: string
  readonly signal?: AbortSignal | undefined
  readonly onEvent?: ((event: GenerationEvent) => void) | undefined
  /** False: steer without the baseline's text as a draft. Slower, and the same text. */
  readonly draft?: boolean | undefined
  /** True: ask the model again, from nothing that is kept. What was kept of the same question stays as it is. */
  readonly fresh?: boolean | undefined
}

/** Asks the model about cases and keeps what it says. A question asked before is answered from the store. */
export class Reporting {
  readonly #options: ReportingOptions

  constructor(options: ReportingOptions) {
    this.#options = options
  }

  /** The text without steering. In phrase mode `phrase` says what to find. */
  async baseline(caseId: string, mode: ReportMode, phrase: string | null, run: Run): Promise<KeptGeneration> {
    if (phrase !== null && phrase.trim() === '') {
      throw new HilumError('bad-input', 'There is no phrase to locate.', {
        mend: 'Give one finding as a sentence, for example "Pleural effusion."',
      })
    }
    if ((mode === 'phrase') !== (phrase !== null)) {
      throw new HilumError('bad-input', mode === 'phrase' ? 'Say which phrase to find.' : 'A phrase is asked in phrase mode only.')
    }
    const asked = phrase === null ? null : asPhrase(phrase)
    const request = { mode, phrase: asked, intervention: BASELINE, maxNewTokens: MAX_NEW_TOKENS[mode] }
    return this.#ask(caseId, request, true, run)
  }

  /** Steers, and keeps the result beside its baseline with the edits and the rules' verdicts. */
  async steer(caseId: string, mode: ReportMode, intervention: Intervention, run: Run): Promise<Comparison> {
    if (mode === 'phrase') throw new HilumError('bad-input', 'Steering compares findings: choose findings or grounded findings.')
    if (intervention.terms.length === 0) throw new HilumError('bad-input', 'Choose at least one feature to steer.')
    const index = await this.#options.features()
    const features = intervention.terms.map((term) => index.get(term.feature))
    refuseWithoutScale(intervention, features)
    const baseline = await this.baseline(caseId, mode, null, { ...run, runId: `${run.runId} baseline` })
    const request = { mode, phrase: null, intervention, maxNewTokens: MAX_NEW_TOKENS[mode] }
    const draft = run.draft === false ? undefined : baseline.generation.tokens.map((token) => token.id)
    const steered = await this.#ask(caseId, request, false, run, draft)
    return this.#compare(baseline, steered, index)
  }

  /**
   * Steers a case in many ways at once, which shares its prompt and whole passes of the model. Each result is kept, and
   * told by its number in `interventions`, as soon as it is there: what was told stands when the sweep is cancelled.
   */
  async sweep(
    caseId: string, interventions: readonly Intervention[], run: Pick<Run, 'runId' | 'signal'>,
    onComparison: (number: number, comparison: Comparison) => void,
  ): Promise<void> {
    const { connection, dicom, compute, version } = this.#options
    const baseline = await this.baseline(caseId, 'findings', null, { ...run, runId: `${run.runId} baseline` })
    const index = await this.#options.features()
    const model = await this.#options.model()
    const subject = loadCase(connection, caseId)
    const compare = (number: number, steered: KeptGeneration): void => {
      onComparison(number, this.#compare(baseline, steered, index))
    }
    const asked = interventions.map((intervention, number) => {
      const request = { mode: 'findings', phrase: null, intervention, maxNewTokens: MAX_NEW_TOKENS.findings } as const
      return { number, request, key: generationKey(subject, request, model, version) }
    })
    const missing = asked.filter(({ number, key }) => {
      const known = findGeneration(connection, key)
      if (known !== null) compare(number, known)
      return known === null
    })
    for (let at = 0; at < missing.length; at += MOST_INTERVENTIONS) {
      const batch = missing.slice(at, at + MOST_INTERVENTIONS)
      const question = await buildQuestion(subject, batch[0]!.request, dicom, run.signal)
      const params = {
        question, interventions: batch.map(({ request }) => request.intervention),
        draft: baseline.generation.tokens.map((token) => token.id),
      }
      // What fails while a result is kept is thrown when the call has ended: an event has no answer.
      let failed: { readonly why: unknown } | null = null
      await compute.call('report.sweep', params, {
        signal: run.signal,
        onEvent: (event) => {
          if (event.stage !== 'generation' || failed !== null) return
          const { number, key } = batch[event.intervention]!
          const { generation } = event
          try {
            compare(number, keepGeneration(connection, {
              key, caseId, mode: 'findings', phrase: null, baseline: false, generation,
              findings: extractFindings(generation.text), at: now(),
            }))
          } catch (why) {
            failed = { why }
          }
        },
      })
      if (failed !== null) throw (failed as { readonly why: unknown }).why
    }
  }

  /** Keeps a steered text beside its baseline, with the edits and the rules' verdicts. */
  #compare(baseline: KeptGeneration, steered: KeptGeneration, index: FeatureIndex): Comparison {
    const { connection } = this.#options
    const { intervention, dictionaryHash } = steered.generation.provenance
    const targets = targetsOf(connection, index, dictionaryHash, intervention)
    const corpus = corpusOf(connection, baseline.caseId)
    const edits = judgeByRules(baseline.generation.text, steered.generation.text, intervention, targets, corpus)
    return keepComparison(connection, { baseline, steered, edits, at: now() })
  }

  /** One feature's activations over the films of a case, as its baseline reads them. */
  async onFilms(caseId: string, feature: number, signal?: AbortSignal): Promise<readonly FilmActivations[]> {
    const { connection, dicom, compute } = this.#options
    await this.#options.model()
    const request = { mode: 'findings', phrase: null, intervention: BASELINE, maxNewTokens: 1 } as const
    const question = await buildQuestion(loadCase(connection, caseId), request, dicom, signal)
    return (await compute.call('feature.onFilms', { question, feature }, { signal })).films
  }

  async #ask(
    caseId: string, request: Request, baseline: boolean, run: Run, draft?: readonly number[],
  ): Promise<KeptGeneration> {
    const { connection, dicom, compute, version } = this.#options
    const model = await this.#options.model()
    const subject = loadCase(connection, caseId)
    const key = generationKey(subject, request, model, version)
    const known = findGeneration(connection, key)
    if (known !== null && run.fresh !== true) return known
    const { runId, signal, onEvent, fresh } = run
    const question = await buildQuestion(subject, request, dicom, signal)
    const generation = await compute.call('report.generate', { runId, question, draft, fresh }, { signal, onEvent })
    const { mode, phrase } = request
    const findings = extractFindings(generation.text)
    const kept = keepGeneration(connection, { key, caseId, mode, phrase, baseline, generation, findings, at: now() })
    return known === null ? kept : { ...kept, generation, findings, fromStore: false }
  }
}

/** A strength counts in maximum activations: without one it would do nothing, and say nothing of it. */
function refuseWithoutScale({ terms, method }: Intervention, features: readonly Feature[]): void {
  const without = features.find(({ maxActivation }, i) => maxActivation === 0 && terms[i]?.strength !== 0)
  if (method !== 'add' || without === undefined) return
  throw new HilumError('conflict', `Feature ${without.index} has no maximum activation, so a strength has no scale.`, {
    mend: 'Calibrate its dictionary first ("hilum dictionary calibrate"), or choose a feature that was active.',
  })
}
