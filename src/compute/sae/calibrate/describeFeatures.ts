import type { Exemplar, Feature, FeatureActivation } from '../../../shared/domain/feature.ts'
import type { ReadCase } from './readCases.ts'

const EXEMPLARS = 3
const MOST_TOKENS = 40
const SENTENCE_END = /[.!?]\s*$/

/** A case with what was active at each of its kept positions. */
export interface ActiveCase extends ReadCase {
  readonly active: readonly (readonly FeatureActivation[])[]
}

/**
 * Features with what cases show of them: density, maximum activation and the sentences of their texts that activate
 * them most. One that was never active takes the median of the others' maxima for its scale, and says so.
 */
export function describeFeatures(features: readonly Feature[], cases: readonly ActiveCase[]): readonly Feature[] {
  const maxima = new Float64Array(features.length)
  const times = new Float64Array(features.length)
  let positions = 0
  for (const { feature, activation } of cases.flatMap(({ active }) => (positions += active.length, active.flat()))) {
    maxima[feature] = Math.max(maxima[feature] as number, activation)
    times[feature] = (times[feature] as number) + 1
  }
  const exemplars = exemplarsOf(cases, features.length)
  const usual = median(maxima.filter((value) => value > 0))
  return features.map((feature, i) => {
    const measured = maxima[i] as number
    return {
      ...feature,
      density: positions === 0 ? 0 : (times[i] as number) / positions,
      maxActivation: measured > 0 ? measured : usual,
      scale: measured > 0 ? 'measured' : 'estimated',
      exemplars: exemplars.get(i) ?? feature.exemplars,
    }
  })
}

interface Found extends Exemplar {
  readonly peak: number
}

function exemplarsOf(cases: readonly ActiveCase[], size: number): ReadonlyMap<number, readonly Exemplar[]> {
  const best = new Map<number, Found[]>()
  for (const sentence of cases.flatMap(sentencesOf)) {
    const peaks = new Map<number, number>()
    for (const { feature, activation } of sentence.active.flat()) {
      peaks.set(feature, Math.max(peaks.get(feature) ?? 0, activation))
    }
    for (const [feature, peak] of peaks) {
      const known = best.get(feature) ?? []
      const full = known.length === EXEMPLARS && (known.at(-1)?.peak ?? 0) >= peak
      if (feature >= size || full || known.some(({ text }) => text === sentence.text)) continue
      best.set(feature, [...known, { peak, ...exemplarOf(sentence, feature) }].sort(byPeak).slice(0, EXEMPLARS))
    }
  }
  const plain = ({ text, tokens, activations }: Found): Exemplar => ({ text, tokens, activations })
  return new Map([...best].map(([feature, found]) => [feature, found.map(plain)]))
}

function exemplarOf({ text, tokens, active }: Sentence, feature: number): Exemplar {
  const activations = active.map((token) => token.find((one) => one.feature === feature)?.activation ?? 0)
  return { text, tokens, activations: activations.map((value) => Number(value.toPrecision(4))) }
}

function byPeak(a: Found, b: Found): number {
  return b.peak - a.peak
}

interface Sentence {
  readonly text: string
  readonly tokens: readonly string[]
  readonly active: readonly (readonly FeatureActivation[])[]
}

/** The sentences of a case's text, by tokens; what is active at a token is what was active when it was read. */
function sentencesOf({ tokens, promptLength, kept, active }: ActiveCase): readonly Sentence[] {
  const place = new Map(kept.map((at, i) => [at, active[i] ?? []]))
  const out: Sentence[] = []
  let from = 0
  tokens.forEach((token, i) => {
    if (!SENTENCE_END.test(token) && i < tokens.length - 1 && i - from < MOST_TOKENS - 1) return
    const own = tokens.slice(from, i + 1)
    const text = own.join('').trim()
    const first = promptLength + from
    if (text !== '') out.push({ text, tokens: own, active: own.map((_, j) => place.get(first + j) ?? []) })
    from = i + 1
  })
  return out
}

function median(values: Float64Array): number {
  const sorted = values.toSorted()
  return sorted[sorted.length >> 1] ?? 0
}
