import type { SentenceContext } from '../../src/compute/evaluate/sentenceContext.ts'
import type { Exemplar, FeatureActivation } from '../../src/shared/domain/feature.ts'
import type { ReadReport } from '../model/phantomReader.ts'

/** A sentence of a report that the model read (-1: the moment before the first), with what was active in it. */
export interface CorpusSentence extends SentenceContext {
  readonly seed: number
  readonly tokens: readonly string[]
  /** Per token. */
  readonly active: readonly (readonly FeatureActivation[])[]
}

/** Stands for the prompt's last token in exemplars. */
const PROMPT_END = '[prompt] '
const MOST_TOKENS = 40

/** The sentences of a read report, and the moment before the first one. A token belongs where its last character is. */
export function sentencesOf({ seed, sentences, before, tokens }: ReadReport): readonly CorpusSentence[] {
  let end = -1
  const ends = sentences.map((sentence) => (end += sentence.length + 1)) // one space between sentences
  const own = sentences.map(() => ({ tokens: [] as string[], active: [] as (readonly FeatureActivation[])[] }))
  for (const { text, start, active } of tokens) {
    const last = start + Math.max(text.length - 1, 0)
    const at = ends.findIndex((one) => last < one)
    const sentence = own[at === -1 ? own.length - 1 : at]
    sentence?.tokens.push(text)
    sentence?.active.push(active)
  }
  return [
    { seed, sentences, at: -1, tokens: [PROMPT_END], active: [before] },
    ...own.map((one, at) => ({ seed, sentences, at, ...one })),
  ]
}

/** The greatest activation of every feature in a sentence, [F]. */
export function peaksOf({ active }: CorpusSentence, features: number): Float32Array {
  const peaks = new Float32Array(features)
  for (const token of active) {
    for (const { feature, activation } of token) peaks[feature] = Math.max(peaks[feature] as number, activation)
  }
  return peaks
}

/**
 * A sentence as an exemplar of a feature. Where the feature is most active at the sentence's end, the
 * next sentence is shown too, for that is what such a feature tends to be about.
 */
export function exemplarOf(sentence: CorpusSentence, next: CorpusSentence | null, feature: number): Exemplar {
  const own = activationsOf(sentence, feature)
  const atEnd = own.indexOf(Math.max(...own)) === own.length - 1
  const shown = atEnd && next !== null ? [sentence, next] : [sentence]
  const tokens = shown.flatMap((one) => one.tokens).slice(0, MOST_TOKENS)
  const activations = shown.flatMap((one) => activationsOf(one, feature)).slice(0, MOST_TOKENS)
  return { text: tokens.join('').trim(), tokens, activations: activations.map((value) => rounded(value, 2)) }
}

function activationsOf({ active }: CorpusSentence, feature: number): readonly number[] {
  return active.map((token) => token.find((one) => one.feature === feature)?.activation ?? 0)
}

export function rounded(value: number, decimals: number): number {
  return Number(value.toFixed(decimals))
}
