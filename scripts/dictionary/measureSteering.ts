/**
 * Measures what steering the features of a described dictionary does:
 *   node scripts/dictionary/measureSteering.ts MODEL_DIR DICTIONARY_DIR --record effects.jsonl [--cases 100]
 *        [--score 0.75] [--finalists 40] [--explore] [--processes 2] [--small] [--cache DIR]
 * Every feature whose interpretation names a finding or comparison is tried at a few strengths on a few phantoms that
 * lack its target; the promising ones at strengths around their best; the best of those on --cases phantoms not used
 * before, and there once more at a weaker or stronger push where they fall short on one side. No model was trained on
 * any of them. Each steered text is a line of the record, so that a run that was cut off goes on where it stopped.
 * Writes the effect of every feature tried, failures included, into features.json.
 * --explore only tries every feature on a few phantoms and stops: describe.ts --record then prefers, among
 * interpretations that fit a feature's activations about equally well, one that names what the feature brings.
 */
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { withoutExcept } from '../../src/compute/evaluate/conceptText.ts'
import { bestEffect, effectOf, FEWEST_WELL_FORMED } from '../../src/compute/evaluate/steeringEffect.ts'
import { targetOfInterpretation } from '../../src/compute/report/target.ts'
import type { Target } from '../../src/shared/domain/target.ts'
import type { Feature, SteeringEffect } from '../../src/shared/domain/feature.ts'
import { APP_FILM, TRAINING_FILM } from '../model/phantomFilms.ts'
import { ReaderPool } from '../model/readerPool.ts'
import { readFeatures, writeFeatures } from './featureFile.ts'
import { Trials, type Trial } from './trials.ts'

/** Seeds that choose strengths, and those the published numbers come from. Tests use seeds from 1. */
const SCREEN_SEEDS = range(20_000, 20_200)
const FINAL_SEEDS = range(10_000, 12_000)
/** Pushes are tried as shares of the residual's mean length, whatever the scale of the feature. */
const SCREEN = { shares: [0.3, 0.6, 1, 1.5, 2.2], cases: 4 }
const REFINE = { factors: [0.7, 0.85, 1, 1.2], cases: 10 }
/** With --explore: every feature, whatever it is said to stand for, on the same phantoms. */
const EXPLORE = { shares: [0.6, 1, 1.6], cases: 4 }
/** A screened feature goes on with this success at a strength that leaves most of the text well formed. */
const PROMISING = { success: 0.5, wellFormed: 0.7 }
const FINAL_SUCCESS = 0.3
/** The success that is asked for. */
const ENOUGH = 0.5
/** A final that spoils the text is tried weaker, one that brings too little stronger: shares of its strength. */
const SETTLE = { weaker: [0.92, 0.84], stronger: [1.2, 1.4] }

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    record: { type: 'string' }, cases: { type: 'string', default: '100' }, score: { type: 'string', default: '0.75' },
    finalists: { type: 'string', default: '40' }, explore: { type: 'boolean', default: false }, processes: { type: 'string', default: '2' },
    small: { type: 'boolean', default: false }, cache: { type: 'string', default: join(tmpdir(), 'hilum-phantoms') },
  },
})
const [modelDir, dictionaryDir = ''] = positionals
if (modelDir === undefined || dictionaryDir === '' || values.record === undefined) {
  throw new Error('Say which: measureSteering.ts MODEL_DIR DICTIONARY_DIR --record FILE')
}

interface Subject {
  readonly feature: Feature
  readonly target: Target
}

const features = await readFeatures(dictionaryDir)
const subjects: readonly Subject[] = features.flatMap((feature) => {
  const target = targetOfInterpretation(withoutExcept(feature.interpretation))
  const names = target.observations.length > 0 || target.comparison
  const told = (feature.detectionScore ?? 0) >= Number(values.score)
  return names && target.absence !== true && told ? [{ feature, target }] : []
})
const film = values.small ? TRAINING_FILM : APP_FILM
const options = { modelDir, dictionaryDir, cacheDir: values.cache, film }
await using pool = await ReaderPool.open(options, Number(values.processes))
const trials = new Trials(pool, features.map((feature) => feature.maxActivation), values.record)
const length = await meanLength()
console.log(`${subjects.length} features name a finding or comparison; the residual's mean length is ${length.toFixed(2)}`)

if (values.explore) await explore()
else await measure()

async function explore(): Promise<void> {
  const all = features.filter((feature) => feature.maxActivation > 0)
  await stage('explore', all.flatMap((feature) => EXPLORE.shares.map((share) => (
    trialOf({ feature, target: null }, (share * length) / feature.maxActivation)))), SCREEN_SEEDS, EXPLORE.cases)
}

async function measure(): Promise<void> {
  await stage('screen', subjects.flatMap((one) => SCREEN.shares.map((share) => (
    trialOf(one, (share * length) / one.feature.maxActivation)))), SCREEN_SEEDS, SCREEN.cases)

  const promising = subjects.flatMap((one) => {
    // Strengths of the screen alone, so that a run that goes on refines what the first one did.
    const strengthOf = (share: number): number => trialOf(one, (share * length) / one.feature.maxActivation).strength
    const tried = new Set(SCREEN.shares.map(strengthOf))
    const best = screened(one)
      .filter(({ strength, wellFormed }) => tried.has(strength) && wellFormed >= PROMISING.wellFormed)
      .toSorted(bySuccess)[0]
    return best !== undefined && best.success >= PROMISING.success ? [{ ...one, best }] : []
  })
  console.log(`${promising.length} are promising`)
  await stage('refine', promising.flatMap((one) => REFINE.factors.map((factor) => trialOf(one, factor * one.best.strength))),
    SCREEN_SEEDS, REFINE.cases)

  const finals = promising.flatMap((one) => {
    const enough = screened(one).filter((effect) => effect.cases >= REFINE.cases)
    const best = enough.filter((effect) => effect.wellFormed >= FEWEST_WELL_FORMED).toSorted(bySuccess)[0]
    return best !== undefined && best.success >= FINAL_SUCCESS ? [{ ...one, best }] : []
  }).sort((a, b) => bySuccess(a.best, b.best)).slice(0, Number(values.finalists))
  await stage('final', finals.map((one) => trialOf(one, one.best.strength)), FINAL_SEEDS, Number(values.cases))

  const isFinal = new Set(FINAL_SEEDS)
  const settled = finals.flatMap((one) => {
    const effect = bestEffect(trials.of(one.feature.index, one.target).filter((trial) => isFinal.has(trial.seed)))
    if (effect === null || effect.success < FINAL_SUCCESS) return []
    const spoils = effect.wellFormed < FEWEST_WELL_FORMED
    const shares = spoils ? SETTLE.weaker : effect.success < ENOUGH ? SETTLE.stronger : []
    return shares.map((share) => trialOf(one, share * one.best.strength))
  })
  await stage('settle', settled, FINAL_SEEDS, Number(values.cases))

  const effects = new Map(subjects.flatMap(({ feature, target }): [number, SteeringEffect][] => {
    const all = trials.of(feature.index, target)
    const final = all.filter((trial) => isFinal.has(trial.seed))
    const effect = bestEffect(final.length > 0 ? final : all)
    return effect === null ? [] : [[feature.index, rounded(effect)]]
  }))
  const measured = features.map((feature) => ({ ...feature, effect: effects.get(feature.index) ?? null }))
  await writeFeatures(dictionaryDir, measured)
  report(effects)
}

function trialOf({ feature, target }: Pick<Trial, 'target'> & Pick<Subject, 'feature'>, strength: number): Trial {
  return { feature: feature.index, strength: Number(strength.toPrecision(3)), target }
}

/** Mean length (L2) of the residuals that reports are written from. */
async function meanLength(): Promise<number> {
  const kept = await Promise.all(SCREEN_SEEDS.slice(0, 10).map((seed) => pool.ask({ kind: 'residuals', seed })))
  const width = kept[0] === undefined ? 1 : kept[0].width
  const lengths = kept.flatMap(({ rows }) => Array.from({ length: rows.length / width }, (_, i) => (
    Math.hypot(...rows.subarray(i * width, (i + 1) * width)))))
  return lengths.reduce((sum, one) => sum + one, 0) / lengths.length
}

async function stage(name: string, planned: readonly Trial[], seeds: readonly number[], cases: number): Promise<void> {
  const started = performance.now()
  let told = Infinity
  await trials.run(planned, seeds, cases, (left) => {
    if (left > told - 200 && left > 0) return
    told = left
    console.log(`${name}: ${left} texts to write, ${Math.round((performance.now() - started) / 1000)} s`)
  })
}

/** The effects of all strengths of a feature so far, on the screening phantoms. */
function screened({ feature, target }: Subject): readonly SteeringEffect[] {
  const own = trials.of(feature.index, target).filter((trial) => trial.seed >= (SCREEN_SEEDS[0] ?? 0))
  return [...Map.groupBy(own, (trial) => trial.strength)].map(([strength, some]) => effectOf(strength, some))
}

function bySuccess(a: SteeringEffect, b: SteeringEffect): number {
  return b.success - a.success || b.wellFormed - a.wellFormed
}

function rounded(effect: SteeringEffect): SteeringEffect {
  return { ...effect, success: Number(effect.success.toFixed(4)), wellFormed: Number(effect.wellFormed.toFixed(4)) }
}

function report(effects: ReadonlyMap<number, SteeringEffect>): void {
  console.log('feature  score  strength  cases  success  well formed  interpretation')
  const rows = subjects.flatMap(({ feature }) => {
    const effect = effects.get(feature.index)
    return effect === undefined ? [] : [{ feature, effect }]
  }).sort((a, b) => b.effect.success - a.effect.success)
  for (const { feature, effect } of rows) {
    console.log([
      String(feature.index).padStart(7), (feature.detectionScore ?? 0).toFixed(3),
      String(effect.strength).padStart(8), String(effect.cases).padStart(5),
      effect.success.toFixed(2).padStart(7), effect.wellFormed.toFixed(3).padStart(11),
      feature.interpretation,
    ].join('  '))
  }
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from }, (_, i) => from + i)
}
