import { join } from 'node:path'
import type { ModelQuestion } from '../../../shared/contracts/compute.ts'
import type { DictionaryFacts, HookEvidence, HookSetting } from '../../../shared/domain/dictionary.ts'
import type { Feature } from '../../../shared/domain/feature.ts'
import { HilumError, throwIfCancelled } from '../../../shared/errors.ts'
import { Reporter, type OpenReporterOptions } from '../../reporter.ts'
import { Dictionary } from '../dictionary.ts'
import type { DictionaryData, DictionaryWeights } from '../dictionaryData.ts'
import { readDictionarySource, unfolded, type DictionarySource } from '../dictionaryFile.ts'
import { checkFit, notesOn } from '../store/addDictionary.ts'
import { loadStored } from '../store/loadStored.ts'
import { writeStored } from '../store/storedFiles.ts'
import { describeFeatures } from './describeFeatures.ts'
import { candidateFactors, candidateLayers } from './hookCandidates.ts'
import { measureHook, meanSquaredLength } from './measureHook.ts'
import { rankHooks } from './rankHooks.ts'
import { keptRows, readCases, type ReadCase } from './readCases.ts'

export interface CalibrateOptions extends Omit<OpenReporterOptions, 'dictionaryDir' | 'hookLayer' | 'onStep'> {
  readonly storeDir: string
  readonly id: string
  /** The cases it is measured on. */
  readonly questions: readonly ModelQuestion[]
  /** A hook to settle on: it is measured alone, and kept with what it shows of the features. Null measures all. */
  readonly settle: HookSetting | null
  readonly at: string
  readonly onStep?: ((step: string, done: number, total: number) => void) | undefined
}

/** What calibration found: hooks, the likeliest first, and what they were measured on. */
export interface Calibrated {
  readonly facts: DictionaryFacts
  readonly evidence: readonly HookEvidence[]
  readonly cases: number
  readonly tokens: number
}

/**
 * Measures where a dictionary of the store reads a model: the number of active features and the variance left
 * unexplained, at the block it says and its neighbours, with the scales that residuals may have had. Nothing changes
 * unless a hook is given to settle on. A model is opened once a block, one at a time.
 * @throws HilumError when the dictionary is not there, or does not fit the model.
 */
export async function calibrateDictionary(options: CalibrateOptions): Promise<Calibrated> {
  const { storeDir, id, questions, settle, onStep, signal } = options
  const stored = await loadStored(storeDir, id)
  if (stored === null) throw new HilumError('not-found', 'The dictionary is not in this workspace any more.')
  if (questions.length === 0) {
    throw new HilumError('bad-input', 'There is no case to measure the dictionary on.', {
      mend: 'Import films with "hilum import PATH", or draw the demo studies with "hilum demo".',
    })
  }
  const hook = settle ?? stored.facts.hook
  await using model = new ReportersByLayer(options)
  onStep?.('Opening the model', 0, questions.length)
  const reporter = await model.at(hook.layer)
  const source = await readDictionarySource(join(storeDir, id))
  checkFit(source.weights, hook.layer, reporter.model.config.decoder)
  const tell = (done: number): void => onStep?.('Reading the cases', done, questions.length)
  const cases = await readCases(reporter, questions, tell, signal)
  const run: Run = { options, stored, source, model, cases }
  const tokens = cases.reduce((sum, { kept }) => sum + kept.length, 0)
  const evidence = settle === null ? await measureHooks(run) : [await measureAt(run, settle)]
  const facts = settle === null ? stored.facts : await settleHook(run, settle, evidence[0] as HookEvidence, tokens)
  return { facts, evidence: rankHooks(evidence, facts.k), cases: cases.length, tokens }
}

interface Run {
  readonly options: CalibrateOptions
  readonly stored: NonNullable<Awaited<ReturnType<typeof loadStored>>>
  readonly source: DictionarySource
  readonly model: ReportersByLayer
  readonly cases: readonly ReadCase[]
}

/** The likely hooks, each with what it shows. */
async function measureHooks({ options, stored, source, model, cases }: Run): Promise<readonly HookEvidence[]> {
  const { weights, hook: { trainedNormFactor } } = source
  const { layers } = (await model.current()).model.config.decoder
  const { layer: told } = stored.facts.hook
  const candidates = candidateLayers(told, layers)
  const evidence: HookEvidence[] = []
  for (const [done, layer] of candidates.entries()) {
    throwIfCancelled(options.signal)
    options.onStep?.(`Measuring block ${layer}`, done, candidates.length)
    const rows = await residualsOf(await model.at(layer), cases)
    const factors = candidateFactors(meanSquaredLength(rows, weights.width), weights.width, trainedNormFactor)
    evidence.push(...(await withDictionary(dataOf(weights, layer, stored.features), async (dictionary) => {
      const found: HookEvidence[] = []
      for (const normFactor of factors) found.push(await measureHook(dictionary, rows, { layer, normFactor }))
      return found
    })))
  }
  return evidence
}

async function measureAt({ stored, source, model, cases }: Run, hook: HookSetting): Promise<HookEvidence> {
  const rows = await residualsOf(await model.at(hook.layer), cases)
  const data = dataOf(source.weights, hook.layer, stored.features)
  return withDictionary(data, (dictionary) => measureHook(dictionary, rows, hook))
}

/** Keeps a hook, with what the cases show of the features there. */
async function settleHook(
  run: Run, hook: HookSetting, evidence: HookEvidence, tokens: number,
): Promise<DictionaryFacts> {
  const { options: { storeDir, id, at }, stored, source, model, cases } = run
  const reporter = await model.at(hook.layer)
  const rows = await residualsOf(reporter, cases)
  const weights = unfolded(source.weights, hook.normFactor)
  const active = await withDictionary(dataOf(weights, hook.layer, stored.features), (dictionary) =>
    dictionary.active(rows, dictionary.size))
  let first = 0
  const features = describeFeatures(stored.features, cases.map((one) => (
    { ...one, active: active.slice(first, (first += one.kept.length)) })))
  const activeFeatures = features.filter(({ scale }) => scale === 'measured').length
  const { modelHash } = reporter.facts
  const calibration = { evidence, modelHash, cases: cases.length, tokens, activeFeatures, at }
  const facts = { ...stored.facts, hook, calibration, notes: notesOn(source, true) }
  await writeStored(storeDir, { facts, config: stored.config, features, weights: join(storeDir, id) })
  return facts
}

function dataOf(weights: DictionaryWeights, layer: number, features: readonly Feature[]): DictionaryData {
  return { ...weights, layer, features }
}

async function withDictionary<T>(data: DictionaryData, work: (dictionary: Dictionary) => Promise<T>): Promise<T> {
  const dictionary = await Dictionary.fromData(data)
  try {
    return await work(dictionary)
  } finally {
    await dictionary.release()
  }
}

/** One model at a time, cut at one block after the other. */
class ReportersByLayer implements AsyncDisposable {
  readonly #options: CalibrateOptions
  #open: { readonly layer: number; readonly reporter: Reporter } | null = null

  constructor(options: CalibrateOptions) {
    this.#options = options
  }

  async at(layer: number): Promise<Reporter> {
    if (this.#open?.layer === layer) return this.#open.reporter
    await this[Symbol.asyncDispose]()
    const { storeDir, id } = this.#options
    const reporter = await Reporter.open({
      ...this.#options, dictionaryDir: join(storeDir, id), hookLayer: layer, onStep: undefined,
    })
    this.#open = { layer, reporter }
    return reporter
  }

  async current(): Promise<Reporter> {
    if (this.#open === null) throw new HilumError('internal', 'No model is open.')
    return this.#open.reporter
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const open = this.#open
    this.#open = null
    await open?.reporter.dispose()
  }
}

/** The residuals at the reporter's hook of all kept positions of all cases, [n, d]. */
async function residualsOf(reporter: Reporter, cases: readonly ReadCase[]): Promise<Float32Array> {
  const width = reporter.model.config.decoder.hiddenSize
  const parts: Float32Array[] = []
  for (const one of cases) {
    parts.push(keptRows(one, await reporter.model.residuals({ ids: one.ids, images: one.images }), width))
  }
  const rows = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) rows.set(part, (at += part.length) - part.length)
  return rows
}
