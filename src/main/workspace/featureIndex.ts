import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import type { FeatureRow } from '../../shared/contracts/main.ts'
import { supportedSuccess } from '../../compute/evaluate/steeringEffect.ts'
import { Feature } from '../../shared/domain/feature.ts'
import type { Generation } from '../../shared/domain/generation.ts'
import { HilumError } from '../../shared/errors.ts'

/** Reads a dictionary's features.json. Throws `unavailable` when it is not there, `corrupt` when it cannot be read. */
export async function loadFeatureIndex(path: string): Promise<FeatureIndex> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    throw new HilumError('unavailable', `The dictionary has no features.json (${path}).`, {
      mend: 'Install Hilum anew, or choose a dictionary that has one.', cause,
    })
  }
  const parsed = z.array(Feature).safeParse(parseJson(text))
  if (parsed.success) return new FeatureIndex(parsed.data)
  const issue = parsed.error.issues[0]
  throw new HilumError('corrupt', `${path} has something wrong at ${issue?.path.join('.') || 'its top'}: ${issue?.message ?? ''}`)
}

/** The features of a dictionary, to be found by number, by words, and by what is active in a text. */
export class FeatureIndex {
  readonly #features: ReadonlyMap<number, Feature>
  readonly #entries: readonly Entry[]

  constructor(features: readonly Feature[]) {
    this.#features = new Map(features.map((feature) => [feature.index, feature]))
    this.#entries = features
      .map((feature) => ({
        feature,
        interpretation: fold(feature.interpretation),
        exemplars: fold(feature.exemplars.map((exemplar) => exemplar.text).join('\n')),
      }))
      .sort((a, b) => byUse(a.feature, b.feature))
  }

  get size(): number {
    return this.#features.size
  }

  /** All features, the most useful for steering first. */
  all(): readonly Feature[] {
    return this.#entries.map((entry) => entry.feature)
  }

  /** Throws `not-found`. */
  get(index: number): Feature {
    const feature = this.#features.get(index)
    if (feature !== undefined) return feature
    throw new HilumError('not-found', `There is no feature ${index}: the dictionary has ${this.size}.`, {
      mend: 'Find features by words with "hilum features --query TEXT" or in the feature panel.',
    })
  }

  /**
   * Features whose interpretation or exemplars hold every word of the query; those whose interpretation alone does come
   * first, then by measured steering success and detection score. A number finds the feature of that index, first.
   */
  search(query: string, limit: number): readonly FeatureRow[] {
    const words = fold(query).split(/\s+/).filter((word) => word !== '')
    const number = /^#?\d+$/.test(query.trim()) ? this.#features.get(Number(query.trim().replace('#', ''))) : undefined
    const named = this.#entries.filter((entry) => words.every((word) => entry.interpretation.includes(word)))
    const shown = this.#entries.filter((entry) =>
      words.every((word) => entry.interpretation.includes(word) || entry.exemplars.includes(word)))
    const byWords = [...named, ...shown].map((entry) => entry.feature)
    const found = new Set(number === undefined ? byWords : [number, ...byWords])
    return [...found].slice(0, limit).map((feature) => toRow(feature, null))
  }

  /**
   * The features most active in a generation, or at one of its tokens. Those whose interpretation names an observation
   * or a change come first, since they are what a reader steers with, and among them those that quote no words; among
   * equals, the strongest as a share of the feature's maximum.
   */
  active(generation: Generation, token: number | null, limit: number): readonly FeatureRow[] {
    if (token !== null && generation.tokens[token] === undefined) {
      throw new HilumError('bad-input', `There is no token ${token}: the text has ${generation.tokens.length}.`)
    }
    const tokens = token === null ? generation.tokens : generation.tokens.slice(token, token + 1)
    const strongest = new Map<number, number>()
    for (const { feature, activation } of tokens.flatMap((one) => one.features)) {
      strongest.set(feature, Math.max(strongest.get(feature) ?? -Infinity, activation))
    }
    return [...strongest]
      .flatMap(([index, activation]) => {
        const feature = this.#features.get(index)
        return feature === undefined ? [] : [{ feature, activation, share: activation / feature.maxActivation }]
      })
      .sort((a, b) =>
        saysSomething(b.feature) - saysSomething(a.feature) || b.share - a.share || a.feature.index - b.feature.index)
      .slice(0, limit)
      .map(({ feature, activation }) => toRow(feature, activation))
  }
}

interface Entry {
  readonly feature: Feature
  readonly interpretation: string
  readonly exemplars: string
}

const supported = ({ effect }: Feature): number => (effect === null ? -1 : supportedSuccess(effect))

function byUse(a: Feature, b: Feature): number {
  const named = (feature: Feature) => (feature.interpretation === '' ? 0 : 1)
  return named(b) - named(a)
    || supported(b) - supported(a)
    || (b.detectionScore ?? -1) - (a.detectionScore ?? -1)
    || a.index - b.index
}

/**
 * 2 for a feature that is about an observation or a change since a prior study, 1 where its interpretation also quotes
 * words that set it off, 0 for all others.
 */
function saysSomething({ targets, comparison, interpretation }: Feature): number {
  if (targets.length === 0 && !comparison) return 0
  return interpretation.includes('"') ? 1 : 2
}

function toRow(feature: Feature, activation: number | null): FeatureRow {
  const { index, interpretation, detectionScore, density, maxActivation, effect } = feature
  const steeringSuccess = effect?.success ?? null
  return { index, interpretation, detectionScore, density, maxActivation, steeringSuccess, activation }
}

function fold(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{Mark}/gu, '').toLowerCase()
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
