/**
 * Measures what steering the features of a described dictionary does:
 *   node scripts/dictionary/measureSteering.ts MODEL_DIR DICTIONARY_DIR --record effects.jsonl [--cases 100]
 *        [--score 0.8] [--finalists 60] [--processes 2] [--small] [--cache DIR]
 * Every feature whose interpretation names a finding or comparison is tried at four strengths on a few phantoms that
 * lack its target; the promising ones at strengths around their best; the best of those on --cases phantoms not used
 * before. No model was trained on any of them. Each steered text is a line of the record, so that a run that was cut
 * off goes on where it stopped. Writes the effect of every feature tried, failures included, into features.json.
 */
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { withoutExcept } from '../../src/compute/evaluate/conceptText.ts'
import { bestEffect, effectOf, FEWEST_WELL_FORMED } from '../../src/compute/evaluate/steeringEffect.ts'
import { targetOfInterpretation, type Target } from '../../src/compute/report/target.ts'
import type { Feature, SteeringEffect } from '../../src/shared/domain/feature.ts'
import { APP_FILM, TRAINING_FILM } from '../model/phantomFilms.ts'
import { ReaderPool } from '../model/readerPool.ts'
import { readFeatures, writeFeatures } from './featureFile.ts'
import { Trials, type Trial } from './trials.ts'

/** Seeds that choose strengths, and those the published numbers come from. Tests use seeds from 1. */
const SCREEN_SEEDS = range(20_000, 20_200)
const FINAL_SEEDS = range(10_000, 12_000)
const SCREEN = { strengths: [1, 2, 4, 8], cases: 5 }
const REFINE = { factors: [0.5, 0.75, 1, 1.25, 1.5], cases: 12 }
/** A screened feature goes on with this success at a strength that leaves most of the text well formed. */
const PROMISING = { success: 0.4, wellFormed: 0.75 }
const STRENGTHS_IN_FINAL = 2

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    record: { type: 'string' }, cases: { type: 'string', default: '100' }, score: { type: 'string', default: '0.8' },
    finalists: { type: 'string', default: '60' }, processes: { type: 'string', default: '2' },
    small: { type: 'boolean', default: false }, cache: { type: 'string', default: join(tmpdir(), 'hilum-phantoms') },
  },
})
const [modelDir, dictionaryDir] = positionals
if (modelDir === undefined || dictionaryDir === undefined || values.record === undefined) {
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
console.log(`${subjects.length} features name a finding or comparison`)

await stage('screen', subjects.flatMap((one) => SCREEN.strengths.map((strength) => trialOf(one, strength))), SCREEN_SEEDS, SCREEN.cases)

const promising = subjects.flatMap((one) => {
  const best = top(one, (effect) => effect.wellFormed >= PROMISING.wellFormed)
  return best !== undefined && best.success >= PROMISING.success ? [{ ...one, best }] : []
})
console.log(`${promising.length} are promising`)
await stage('refine', promising.flatMap((one) => REFINE.factors.map((factor) => trialOf(one, factor * one.best.strength))),
  SCREEN_SEEDS, REFINE.cases)

const finals = promising.map((one) => {
  const enough = screened(one).filter((effect) => effect.cases >= REFINE.cases)
  const sound = enough.filter((effect) => effect.wellFormed >= FEWEST_WELL_FORMED)
  const order = sound.toSorted((a, b) => b.success - a.success || b.wellFormed - a.wellFormed)
  const strengths = order.slice(0, STRENGTHS_IN_FINAL).map((effect) => effect.strength)
  return { ...one, success: order[0]?.success ?? 0, strengths }
}).filter((one) => one.strengths.length > 0).sort((a, b) => b.success - a.success).slice(0, Number(values.finalists))
await stage('final', finals.flatMap((one) => one.strengths.map((strength) => trialOf(one, strength))), FINAL_SEEDS, Number(values.cases))

const isFinal = new Set(FINAL_SEEDS)
const effects = new Map(subjects.flatMap(({ feature }): [number, SteeringEffect][] => {
  const all = trials.of(feature.index)
  const final = all.filter((trial) => isFinal.has(trial.seed))
  const effect = bestEffect(final.length > 0 ? final : all)
  return effect === null ? [] : [[feature.index, rounded(effect)]]
}))
const measured = features.map((feature) => ({ ...feature, effect: effects.get(feature.index) ?? null }))
await writeFeatures(dictionaryDir, measured)
report()

function trialOf({ feature, target }: Subject, strength: number): Trial {
  return { feature: feature.index, strength: Number(strength.toFixed(3)), target }
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
function screened({ feature }: Subject): readonly SteeringEffect[] {
  const own = trials.of(feature.index).filter((trial) => !FINAL_SEEDS.includes(trial.seed))
  return [...Map.groupBy(own, (trial) => trial.strength)].map(([strength, some]) => effectOf(strength, some))
}

function top(one: Subject, sound: (effect: SteeringEffect) => boolean): SteeringEffect | undefined {
  return screened(one).filter(sound).toSorted((a, b) => b.success - a.success || b.wellFormed - a.wellFormed)[0]
}

function rounded(effect: SteeringEffect): SteeringEffect {
  return { ...effect, success: Number(effect.success.toFixed(4)), wellFormed: Number(effect.wellFormed.toFixed(4)) }
}

function report(): void {
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
