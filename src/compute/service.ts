import type { computeContract } from '../shared/contracts/compute.ts'
import { HilumError } from '../shared/errors.ts'
import type { Handlers } from '../shared/rpc/serve.ts'
import { Reporter, type OpenReporterOptions } from './reporter.ts'
import { Runs } from './runs.ts'

/** The compute contract, served by one model at a time. The same handlers answer every connection. */
export function computeService(): Handlers<typeof computeContract> {
  const runs = new Runs()
  let open: { readonly key: string; readonly reporter: Promise<Reporter> } | null = null

  const reporter = (): Promise<Reporter> => {
    if (open === null) throw new HilumError('unavailable', 'No model is open.')
    return open.reporter
  }

  return {
    async 'model.open'(params, { emit, signal }) {
      const key = JSON.stringify(params)
      if (open?.key !== key) {
        const options: OpenReporterOptions = {
          ...params,
          signal,
          onStep: (step, done, total) => emit({ step, done, total }),
        }
        const opening = { key, reporter: replace(open?.reporter ?? null, options) }
        open = opening
        opening.reporter.catch(() => {
          if (open === opening) open = null
        })
      }
      return (await reporter()).facts
    },
    async 'model.facts'() {
      return open === null ? null : (await open.reporter).facts
    },
    async 'report.generate'({ runId, question, draft, fresh }, { emit, signal }) {
      // Known from here on, so that those who wait for it hear of its end even when there is no model.
      return runs.carryOut(runId, emit, async (tell) =>
        (await reporter()).generate(question, { draft, fresh, onEvent: tell, signal }))
    },
    async 'report.sweep'({ question, interventions, draft }, { emit, signal }) {
      await (await reporter()).sweep(question, interventions, { draft, onEvent: emit, signal })
      return { generations: interventions.length }
    },
    async 'report.watch'({ runId }, { emit, signal }) {
      return { ended: await runs.watch(runId, emit, signal) }
    },
    async 'feature.onFilms'({ question, feature }) {
      return { films: await (await reporter()).onFilms(question, feature) }
    },
    async 'text.activations'({ text, top }) {
      return (await reporter()).activations(text, top)
    },
    async 'dictionary.cosines'({ feature }) {
      return { cosines: [...(await reporter()).model.dictionary.cosines(feature)] }
    },
    async 'cache.clear'() {
      return { bytes: open === null ? 0 : await (await open.reporter).model.clearCaches() }
    },
  }
}

/** Opens a model after closing the one before it: two need not fit into memory together. */
async function replace(previous: Promise<Reporter> | null, options: OpenReporterOptions): Promise<Reporter> {
  await previous?.then((reporter) => reporter.dispose(), () => undefined)
  return Reporter.open(options)
}
