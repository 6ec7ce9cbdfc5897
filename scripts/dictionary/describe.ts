/**
 * Says what the features of a dictionary stand for:
 *   node scripts/dictionary/describe.ts MODEL_DIR DICTIONARY_DIR [--cases 1600] [--record effects.jsonl]
 *        [--processes 2] [--cache DIR]
 * The model reads the reference reports of phantoms it was trained on; half of the cases choose each feature's
 * interpretation, the other half score it. With a record of steering trials (measureSteering.ts --explore), an
 * interpretation that names what the feature brings is preferred where it fits about as well. Writes features.json;
 * effects of steering are kept where the feature's scale is unchanged (measureSteering.ts measures them).
 */
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { conceptOf, type Condition } from '../../src/compute/evaluate/concept.ts'
import { renderConcept, withoutExcept } from '../../src/compute/evaluate/conceptText.ts'
import { detectionScore } from '../../src/compute/evaluate/detection.ts'
import { Interpreter } from '../../src/compute/evaluate/interpret.ts'
import { targetOfInterpretation } from '../../src/compute/report/target.ts'
import { blankFeature } from '../../src/compute/sae/blankFeature.ts'
import type { Exemplar, Feature, FeatureActivation } from '../../src/shared/domain/feature.ts'
import { TRAINING_FILM } from '../model/phantomFilms.ts'
import { ReaderPool } from '../model/readerPool.ts'
import { exemplarOf, peaksOf, rounded, sentencesOf, type CorpusSentence } from './corpus.ts'
import { broughtBy, readRecord } from './record.ts'
import { ensureFeatures, readFeatures, writeFeatures } from './featureFile.ts'

const FIRST_TRAINING_SEED = 1_000_000
const EXEMPLARS = 3
/** Balanced accuracy that an interpretation may give up to name what the feature brings. */
const ABOUT_AS_WELL = 0.04

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    cases: { type: 'string', default: '1600' },
    record: { type: 'string' },
    processes: { type: 'string', default: '2' },
    cache: { type: 'string', default: join(tmpdir(), 'hilum-phantoms') },
  },
})
const [modelDir, dictionaryDir] = positionals
if (modelDir === undefined || dictionaryDir === undefined) throw new Error('Say which: describe.ts MODEL_DIR DICTIONARY_DIR')

await ensureFeatures(dictionaryDir)
const before = await readFeatures(dictionaryDir)
const size = before.length
const started = performance.now()
const seconds = (): string => `${Math.round((performance.now() - started) / 1000)} s`

const greatest = new Float64Array(size)
const times = new Float64Array(size)
let positions = 0
function count(active: readonly (readonly FeatureActivation[])[]): void {
  positions += active.length
  for (const { feature, activation } of active.flat()) {
    greatest[feature] = Math.max(greatest[feature] as number, activation)
    times[feature] = (times[feature] as number) + 1
  }
}

const cases = Number(values.cases)
const corpus: CorpusSentence[][] = []
{
  const options = { modelDir, dictionaryDir, cacheDir: values.cache, film: TRAINING_FILM }
  await using pool = await ReaderPool.open(options, Number(values.processes))
  let done = 0
  await Promise.all(Array.from({ length: cases }, async (_, i) => {
    const report = await pool.ask({ kind: 'read', seed: FIRST_TRAINING_SEED + i })
    const sentences = sentencesOf(report)
    count(report.promptActive)
    for (const sentence of sentences) count(sentence.active)
    corpus[i] = [...sentences]
    if (++done % 200 === 0) console.log(`${done} of ${cases} reports read, ${seconds()}`)
  }))
}

const chosenOn = corpus.filter((_, i) => i % 2 === 0).flat()
const scoredOn = corpus.filter((_, i) => i % 2 === 1).flat()
const chosenPeaks = chosenOn.map((sentence) => peaksOf(sentence, size))
const scoredPeaks = scoredOn.map((sentence) => peaksOf(sentence, size))
const interpreter = new Interpreter(chosenOn)
console.log(`${chosenOn.length} places to choose on, ${scoredOn.length} to score on, ${interpreter.conditions} conditions, ${seconds()}`)

const scales = Array.from(greatest, (value) => rounded(value, 4))
const record = values.record === undefined ? [] : readRecord(values.record, scales)
const features = before.map(({ index, effect, maxActivation }): Feature => {
  const known = {
    ...blankFeature(index),
    density: rounded((times[index] as number) / positions, 6),
    maxActivation: scales[index] as number,
    exemplars: exemplarsOf(index),
  }
  const active = chosenPeaks.map((peaks) => (peaks[index] as number) > 0)
  const candidate = interpreter.interpret(active)
  if (candidate === null) return known
  const naming = interpreter.interpret(active, namesWhatIsBrought(index, known.maxActivation))
  const chosen = naming !== null && naming.accuracy >= candidate.accuracy - ABOUT_AS_WELL ? naming : candidate
  const interpretation = renderConcept(chosen.concept)
  const score = detectionScore(interpretation, scoredOn.map((sentence, i) => (
    { sentences: sentence.sentences, at: sentence.at, activation: scoredPeaks[i]?.[index] as number })))
  if (score === null) return known
  const { observations, comparison } = targetOfInterpretation(withoutExcept(interpretation))
  return {
    ...known, interpretation, detectionScore: rounded(score, 4), targets: observations, comparison,
    effect: maxActivation === known.maxActivation ? effect : null,
  }
})
await writeFeatures(dictionaryDir, features)

const scores = features.flatMap((feature) => feature.detectionScore ?? [])
const atLeast = (bar: number): number => scores.filter((score) => score >= bar).length
console.log(`${size} features, ${greatest.filter((value) => value > 0).length} alive, ${scores.length} interpreted; ` +
  `detection score >= 0.9: ${atLeast(0.9)}, >= 0.75: ${atLeast(0.75)}; ${seconds()}`)
for (const feature of features.toSorted((a, b) => (b.detectionScore ?? 0) - (a.detectionScore ?? 0)).slice(0, 60)) {
  console.log(`${String(feature.index).padStart(4)}  ${feature.detectionScore?.toFixed(3)}  ${feature.interpretation}`)
}

/** Which conditions name something that steering the feature brings into texts; none without trials at this scale. */
function namesWhatIsBrought(feature: number, scale: number): (condition: Condition) => boolean {
  const lines = record.filter((line) => line.feature === feature && line.scale === scale)
  const brought = broughtBy(lines)
  return (condition) => {
    const { observations, comparison, absence } = targetOfInterpretation(renderConcept(conceptOf(condition)))
    if (absence === true) return false
    if (observations.length > 0) return observations.every((one) => brought.observations.includes(one))
    return comparison && brought.comparison
  }
}

function exemplarsOf(feature: number): readonly Exemplar[] {
  const seen = new Set<string>()
  const out: Exemplar[] = []
  const order = chosenOn.map((sentence, i) => ({ sentence, i, peak: chosenPeaks[i]?.[feature] as number }))
    .filter((one) => one.peak > 0).sort((a, b) => b.peak - a.peak)
  for (const { sentence, i } of order) {
    const following = chosenOn[i + 1]
    const exemplar = exemplarOf(sentence, following?.seed === sentence.seed ? following : null, feature)
    if (seen.has(exemplar.text)) continue
    seen.add(exemplar.text)
    if (out.push(exemplar) === EXEMPLARS) break
  }
  return out
}
