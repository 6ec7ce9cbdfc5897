import { holds, type Concept } from './concept.ts'
import { parseConcept } from './conceptText.ts'
import { seededSample } from './seededSample.ts'
import type { SentenceContext } from './sentenceContext.ts'

/** A held-out sentence and how strongly the feature was active in it at most (0: not at all). */
export interface ScoredSentence extends SentenceContext {
  readonly activation: number
}

export interface DetectionOptions {
  /** Activating sentences drawn from each tenth of the order of activation. */
  readonly perQuantile?: number
  /** Fewer activating, or fewer silent, sentences than this give no score. */
  readonly fewest?: number
  readonly seed?: number
}

const QUANTILES = 10

/**
 * Whether somebody who knows only the interpretation's words would say that the feature is active in
 * a sentence. An interpretation that is not in the grammar of `renderConcept` never applies.
 */
export function wouldActivate(interpretation: string, context: SentenceContext): boolean {
  const concept = parseConcept(interpretation)
  return concept !== null && holds(concept, context)
}

/**
 * Detection score of an interpretation (as in delphi, arXiv 2410.13928): the judge above decides for
 * activating sentences, drawn evenly over ten quantiles of activation, and for as many silent ones;
 * the score is the balanced accuracy (TPR + TNR) / 2. Null when there are too few sentences of either
 * kind or there is no interpretation. The same sentences give the same score.
 */
export function detectionScore(
  interpretation: string,
  sentences: readonly ScoredSentence[],
  { perQuantile = 10, fewest = 20, seed = 22 }: DetectionOptions = {},
): number | null {
  const active = sentences.filter((sentence) => sentence.activation > 0).toSorted((a, b) => b.activation - a.activation)
  const silent = sentences.filter((sentence) => sentence.activation <= 0)
  if (interpretation === '' || active.length < fewest || silent.length < fewest) return null
  const concept = parseConcept(interpretation)
  const positives = Array.from({ length: QUANTILES }, (_, tenth) => {
    const slice = active.slice((tenth * active.length) / QUANTILES, ((tenth + 1) * active.length) / QUANTILES)
    return seededSample(slice, perQuantile, seed + tenth)
  }).flat()
  const negatives = seededSample(silent, QUANTILES * perQuantile, seed - 1)
  const right = (wanted: boolean, sample: readonly SentenceContext[]): number =>
    sample.filter((context) => judge(concept, context) === wanted).length / sample.length
  return (right(true, positives) + right(false, negatives)) / 2
}

function judge(concept: Concept | null, context: SentenceContext): boolean {
  return concept !== null && holds(concept, context)
}
