import type { PhantomReader } from '../../../scripts/model/phantomReader.ts'
import type { Random } from '../../../src/phantom/random.ts'
import { BASELINE, type Intervention } from '../../../src/shared/domain/intervention.ts'

const TOKENS = 120

/** One to three features pushed up or down, from a nudge to a shove, or ablated; at either choice of positions. */
export function randomSteering(random: Random, features: number): Intervention {
  const terms = Array.from({ length: 1 + random.below(3) }, () => ({
    feature: random.below(features),
    strength: Math.sign(random.next() - 0.5) * 2 ** random.uniform(-4, 4),
  }))
  return { terms, method: random.chance(0.8) ? 'add' : 'ablate', positions: random.chance(0.7) ? 'generated' : 'all' }
}

/** A steered text written one token a pass and again with the baseline as its draft. */
export interface Pair {
  readonly same: boolean
  /** Whether the steered text differs from the baseline. */
  readonly steered: boolean
  readonly tokens: number
  readonly drafted: number
  readonly accepted: number
}

/** Writes a phantom's report under a random steering with and without a draft. */
export async function withAndWithoutDraft(reader: PhantomReader, seed: number, random: Random): Promise<Pair> {
  const ids = async (intervention: Intervention, draft?: readonly number[]) => {
    const { tokens, timings, stopped } = await reader.generate(seed, 'findings', intervention, TOKENS, draft)
    return { text: JSON.stringify([stopped, tokens]), ids: tokens.map((token) => token.id), timings }
  }
  const baseline = await ids(BASELINE)
  const intervention = randomSteering(random, reader.model.features.length)
  const [plain, drafted] = [await ids(intervention), await ids(intervention, baseline.ids)]
  return {
    same: plain.text === drafted.text,
    steered: JSON.stringify(plain.ids) !== JSON.stringify(baseline.ids),
    tokens: plain.ids.length,
    drafted: drafted.timings.drafted,
    accepted: drafted.timings.accepted,
  }
}
