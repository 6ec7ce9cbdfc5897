import type { computeContract } from '../../shared/contracts/compute.ts'
import type { Exemplar, Feature } from '../../shared/domain/feature.ts'
import type { FeatureItem, FeatureSample } from '../../shared/domain/featureItem.ts'
import { HilumError } from '../../shared/errors.ts'
import type { Client } from '../../shared/rpc/connect.ts'
import { seededSample } from '../../compute/evaluate/seededSample.ts'
import type { FeatureIndex } from '../workspace/featureIndex.ts'

/** Sentences of each level beside an interpretation, and the most of each kind in a detection item. */
const PER_LEVEL = 2
const SILENT = 3
const DETECTION = 5
/** More than a dictionary has active at one token (MAIRA-2's: 256), so that silent means silent. */
const TOP = 1024
/** Sentences that are tried before a feature is said to be active everywhere. */
const TRIES = 60

export interface FeatureItemOptions {
  readonly features: () => Promise<FeatureIndex>
  readonly compute: Pick<Client<typeof computeContract>, 'call'>
  readonly signal?: AbortSignal | undefined
}

/**
 * What readers see of a feature: exemplars from the top, the middle and the bottom of the order of activation, and
 * sentences in which the model, asked again, leaves the feature silent. All drawn by the seed. Throws `bad-input` for a
 * feature without exemplars, or one that is active in nearly every sentence.
 */
export async function makeFeatureItem(
  task: FeatureItem['task'], feature: number, seed: number, options: FeatureItemOptions,
): Promise<FeatureItem> {
  const index = await options.features()
  const shown = index.get(feature)
  const ordered = shown.exemplars.toSorted((a, b) => peak(b) - peak(a))
  if (ordered.length < 3) {
    throw new HilumError('bad-input', `Feature ${feature} has ${ordered.length} exemplars: too few to show it.`, {
      mend: 'Choose features with exemplars.',
    })
  }
  if (task === 'detection') {
    const active = seededSample(ordered, DETECTION, seed).map(({ text }) => ({ text, active: true }))
    const silent = await silentSentences(shown, index, seed, active.length, options)
    const both = [...active, ...silent.map((text) => ({ text, active: false }))]
    return { task, sentences: seededSample(both, both.length, seed + 1) }
  }
  const third = ordered.length / 3
  const levels = (['high', 'middle', 'low'] as const).flatMap((level, at): readonly FeatureSample[] => {
    const slice = ordered.slice(Math.floor(at * third), Math.floor((at + 1) * third))
    return seededSample(slice, PER_LEVEL, seed + at).map((exemplar) => ({ level, ...exemplar }))
  })
  const silent = await silentSentences(shown, index, seed, SILENT, options)
  const none = silent.map((text) => ({ level: 'none' as const, text, tokens: [], activations: [] }))
  return { task, samples: [...levels, ...none] }
}

/** Exemplars of other features in which this one is silent, by asking the model. */
async function silentSentences(
  shown: Feature, index: FeatureIndex, seed: number, wanted: number, { compute, signal }: FeatureItemOptions,
): Promise<readonly string[]> {
  const own = new Set(shown.exemplars.map(({ text }) => text))
  const others = index.all().filter((feature) => feature.index !== shown.index).flatMap(({ exemplars }) => exemplars)
  const texts = [...new Set(others.map(({ text }) => text))].filter((text) => !own.has(text)).sort()
  const silent: string[] = []
  for (const text of seededSample(texts, TRIES, seed + 17)) {
    if (silent.length === wanted) break
    const tokens = await compute.call('text.activations', { text, top: TOP }, { signal })
    if (!tokens.some(({ features }) => features.some(({ feature }) => feature === shown.index))) silent.push(text)
  }
  if (silent.length === wanted) return silent
  throw new HilumError('bad-input', `Feature ${shown.index} is active in nearly every sentence: none to hold it against.`)
}

function peak({ activations }: Exemplar): number {
  return Math.max(0, ...activations)
}
