import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { peaksOf, sentencesOf } from '../../../scripts/dictionary/corpus.ts'
import { readFeatures } from '../../../scripts/dictionary/featureFile.ts'
import { Trials } from '../../../scripts/dictionary/trials.ts'
import { ReaderPool } from '../../../scripts/model/readerPool.ts'
import { withoutExcept } from '../../../src/compute/evaluate/conceptText.ts'
import { detectionScore, type ScoredSentence } from '../../../src/compute/evaluate/detection.ts'
import { Reconstruction } from '../../../src/compute/evaluate/reconstruction.ts'
import { effectOf } from '../../../src/compute/evaluate/steeringEffect.ts'
import { isDevice } from '../../../src/compute/report/attributes.ts'
import { targetOfInterpretation } from '../../../src/compute/report/target.ts'
import type { Target } from '../../../src/shared/domain/target.ts'
import { Dictionary } from '../../../src/compute/sae/dictionary.ts'
import type { Feature } from '../../../src/shared/domain/feature.ts'
import { BARS, MEASURED } from './bars.ts'
import { EMBEDDED, embeddedIsHere, heldOut, holdToBar, PROCESSES } from './support.ts'

const MINUTES = 60_000
const READ_CASES = 300
const STEERED_CASES = 100
/** Features whose published effect is tried again: the best of each group, then the best of all. */
const TRIED = 16
const OF_EACH_GROUP = 2

/** What the steering features must cover. */
const GROUPS: Readonly<Record<string, (feature: Feature) => boolean>> = {
  'effusion': ({ targets }) => targets.includes('pleural-effusion'),
  'pneumothorax': ({ targets }) => targets.includes('pneumothorax'),
  'cardiomegaly': ({ targets }) => targets.includes('cardiomegaly'),
  'a device': ({ targets }) => targets.some(isDevice),
  'comparison': ({ targets, comparison }) => targets.length === 0 && comparison,
}

describe.skipIf(!embeddedIsHere())('the embedded dictionary', () => {
  let pool: ReaderPool
  let features: readonly Feature[]

  beforeAll(async () => {
    features = await readFeatures(EMBEDDED.dictionaryDir)
    pool = await ReaderPool.open(EMBEDDED, PROCESSES)
  }, 5 * MINUTES)
  afterAll(() => pool[Symbol.asyncDispose]())

  it('rebuilds residuals of held-out cases from few features', { timeout: 15 * MINUTES }, async () => {
    const dictionary = await Dictionary.open(EMBEDDED.dictionaryDir)
    const sums = new Reconstruction(dictionary.width)
    await Promise.all(heldOut(1, READ_CASES).map(async (seed) => {
      const { rows } = await pool.ask({ kind: 'residuals', seed })
      const codes = await dictionary.encode(rows)
      sums.add(rows, dictionary.decode(codes, rows), codes)
    }))
    await dictionary.release()
    expect(sums.rows).toBeGreaterThan(READ_CASES * 60)
    const { unexplainedVariance: bar, meanActive } = BARS
    holdToBar({
      what: `unexplained variance of ${sums.rows} residuals`, value: sums.unexplainedVariance, bar, side: 'most',
      measured: MEASURED.unexplainedVariance,
    })
    holdToBar({
      what: 'mean number of active features', value: sums.meanActive, bar: meanActive, side: 'most', measured: MEASURED.meanActive,
    })
  })

  it('has interpretations from which a reader can tell where a feature is active', { timeout: 15 * MINUTES }, async () => {
    const reports = await Promise.all(heldOut(1, READ_CASES).map((seed) => pool.ask({ kind: 'read', seed })))
    const sentences = reports.flatMap(sentencesOf)
    const peaks = sentences.map((sentence) => peaksOf(sentence, features.length))
    const activationsOf = (feature: number): readonly ScoredSentence[] => sentences.map((one, i) => (
      { sentences: one.sentences, at: one.at, activation: peaks[i]?.[feature] ?? 0 }))
    const scores = features.map(({ index, interpretation }) => detectionScore(interpretation, activationsOf(index)))
    const detected = scores.filter((score) => score !== null && score >= BARS.detectionScore).length
    const scored = scores.filter((score) => score !== null).length
    console.log(`${features.length} features, ${scored} scored on ${sentences.length} sentences`)
    holdToBar({
      what: `features with a detection score >= ${BARS.detectionScore}`, value: detected, bar: BARS.detectedFeatures,
      measured: MEASURED.detectedFeatures,
    })
    // What is published is what is found again, give or take the sample.
    const published = features.flatMap((feature, i) => {
      const again = scores[i] ?? null
      return feature.detectionScore === null || again === null ? [] : [again - feature.detectionScore]
    })
    expect(published.length).toBeGreaterThan(0)
    expect(Math.abs(published.reduce((sum, difference) => sum + difference, 0) / published.length)).toBeLessThan(0.05)
  })

  it('steers: published effects are found again on other cases', { timeout: 20 * MINUTES }, async () => {
    const claimed = features.filter(({ effect }) => effect !== null && effect.cases >= STEERED_CASES &&
      effect.success >= BARS.steeringSuccess && effect.wellFormed >= BARS.steeringWellFormed)
      .toSorted((a, b) => (b.effect?.success ?? 0) - (a.effect?.success ?? 0))
    const chosen = [...new Set([
      ...Object.values(GROUPS).flatMap((belongs) => claimed.filter(belongs).slice(0, OF_EACH_GROUP)), ...claimed,
    ])].slice(0, TRIED)
    const trials = new Trials(pool, features.map((feature) => feature.maxActivation), null)
    const targetOf = ({ interpretation }: Feature): Target => targetOfInterpretation(withoutExcept(interpretation))
    await trials.run(chosen.map((feature) => (
      { feature: feature.index, strength: feature.effect?.strength ?? 0, target: targetOf(feature) })),
    heldOut(1, 900), STEERED_CASES)

    const confirmed = chosen.filter((feature) => {
      const { effect, interpretation, index } = feature
      const again = effectOf(effect?.strength ?? 0, trials.of(index, targetOf(feature)))
      const holds = again.cases === STEERED_CASES && again.success >= BARS.steeringSuccess &&
        again.wellFormed >= BARS.steeringWellFormed
      console.log(`${holds ? 'steers      ' : 'DOES NOT    '} ${String(index).padStart(4)} at ${effect?.strength}: success ` +
        `${again.success.toFixed(2)} of ${again.cases} (published ${effect?.success.toFixed(2)}), well formed ` +
        `${again.wellFormed.toFixed(3)}  ${interpretation}`)
      return holds
    })
    holdToBar({
      what: 'features whose steering brings in their target', value: confirmed.length, bar: BARS.steeringFeatures,
      measured: MEASURED.steeringFeatures,
    })
    for (const [group, belongs] of Object.entries(GROUPS)) {
      const steering = confirmed.filter(belongs).length
      console.log(`${steering > 0 ? 'bar met     ' : 'SHORT OF BAR'}  steering covers ${group}: ${steering}`)
      if (MEASURED.steeringGroups.includes(group)) expect(steering, `features that steer ${group}`).toBeGreaterThan(0)
    }
  })
})
