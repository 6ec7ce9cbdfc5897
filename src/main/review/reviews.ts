import type { computeContract, ModelFacts } from '../../shared/contracts/compute.ts'
import {
  comparesReports, type ReviewEstimate, type ReviewItem, type ReviewPlan, type ReviewSetSummary,
} from '../../shared/domain/reviewSet.ts'
import { HilumError } from '../../shared/errors.ts'
import type { Client } from '../../shared/rpc/connect.ts'
import { loadCase } from '../database/cases.ts'
import type { Connection } from '../database/connection.ts'
import { findFreeze, keepSet, loadSet, keepUnblinding } from '../database/reviewSets.ts'
import type { FeatureIndex } from '../workspace/featureIndex.ts'
import { now } from '../workspace/now.ts'
import type { Reporting } from '../workspace/reporting.ts'
import { estimateSet } from './estimateSet.ts'
import { makeFeatureItem } from './featureItems.ts'
import { generateItems, type GenerationProgress } from './generateItems.ts'
import { planItems } from './planItems.ts'
import { chooseStandIns } from './standIns.ts'
import { summaryOf } from './summaries.ts'

export interface ReviewsOptions {
  readonly connection: Connection
  readonly reporting: Reporting
  readonly compute: Pick<Client<typeof computeContract>, 'call'>
  readonly model: () => Promise<ModelFacts>
  readonly features: () => Promise<FeatureIndex>
  readonly version: string
}

/** Review sets from plan to frozen set: what the study lead does. */
export class Reviews {
  readonly #options: ReviewsOptions
  readonly #running = new Map<string, { readonly stop: AbortController; readonly ended: Promise<unknown> }>()

  constructor(options: ReviewsOptions) {
    this.#options = options
  }

  /** What a plan would cost. Throws `bad-input` or `not-found` as `create` does. */
  async estimate(plan: ReviewPlan): Promise<ReviewEstimate> {
    const { connection, model, version } = this.#options
    return estimateSet(connection, plan, await this.#items(plan), await model(), version)
  }

  /** Keeps a plan and its items; nothing is generated yet. */
  async create(plan: ReviewPlan, actor: string): Promise<ReviewSetSummary> {
    const { connection } = this.#options
    const items = await this.#items(plan)
    return summaryOf(connection, keepSet(connection, plan, items, now(), actor))
  }

  /** Generates what is missing and freezes the set. Throws `cancelled` when it is paused, by `signal` or by `pause`. */
  async run(
    idOrName: string, watch: { signal?: AbortSignal; onProgress?: (progress: GenerationProgress) => void } = {},
  ): Promise<ReviewSetSummary> {
    const { connection, reporting } = this.#options
    const set = loadSet(connection, idOrName)
    if (findFreeze(connection, set.id) !== null) return summaryOf(connection, set)
    if (this.#running.has(set.id)) throw new HilumError('conflict', `The set “${set.plan.name}” is being generated already.`)
    const stop = new AbortController()
    const signal = watch.signal === undefined ? stop.signal : AbortSignal.any([stop.signal, watch.signal])
    const { compute, features } = this.#options
    const ended = generateItems(set.id, {
      connection, reporting, signal, onProgress: watch.onProgress,
      featureItem: (task, feature, seed) => makeFeatureItem(task, feature, seed, { features, compute, signal }),
    })
    this.#running.set(set.id, { stop, ended })
    try {
      await ended
    } finally {
      this.#running.delete(set.id)
    }
    return summaryOf(connection, set)
  }

  /** Stops the generation of a set after the token in the making; `run` goes on with it. */
  pause(idOrName: string): void {
    this.#running.get(loadSet(this.#options.connection, idOrName).id)?.stop.abort()
  }

  /** Opens the blinding of a set for good. */
  unblind(idOrName: string, who: string, reason: string): ReviewSetSummary {
    const { connection } = this.#options
    const set = loadSet(connection, idOrName)
    if (findFreeze(connection, set.id) === null) {
      throw new HilumError('conflict', `The set “${set.plan.name}” is not frozen yet: there is nothing to unblind.`)
    }
    keepUnblinding(connection, set.id, who, reason, now())
    return summaryOf(connection, set)
  }

  /** Pauses everything that runs; resolves when it has stopped. */
  async stop(): Promise<void> {
    const running = [...this.#running.values()]
    for (const { stop } of running) stop.abort()
    await Promise.allSettled(running.map(({ ended }) => ended))
  }

  async #items(plan: ReviewPlan): Promise<readonly ReviewItem[]> {
    const { connection, compute, features } = this.#options
    const index = await features()
    for (const feature of plan.features) index.get(feature)
    if (comparesReports(plan.task)) for (const caseId of plan.cases) loadCase(connection, caseId)
    return planItems(plan, await chooseStandIns(plan, index, compute))
  }
}
