import { combineBits, countBits, countShared, countSharedByThree, newBits, setBit, type Bits } from './bits.ts'
import { conceptOf, sizeOf, type Concept, type Condition } from './concept.ts'
import { mineConditions, type MinedCondition } from './mineConditions.ts'
import type { SentenceContext } from './sentenceContext.ts'

/** A concept, and how well it tells the places where a feature is active from the others (balanced accuracy). */
export interface Candidate {
  readonly concept: Concept
  readonly accuracy: number
}

/** A feature that is active, or silent, at fewer places of the corpus is not interpreted. */
export const FEWEST_ACTIVE = 20
/** What one more condition must bring: below this the shorter concept wins. */
const TIE = 0.02
/** The same for each attribute or word inside a condition, which reads more easily. */
const SIZE_TIE = 0.002
/** Concepts kept while conditions are joined. */
const BEAM = 4
const MOST_CONDITIONS = 2

/**
 * Finds what features stand for. The corpus is mined once; a feature is then a set of places where it
 * is active, and its interpretation the concept that predicts this set best, fewer conditions winning
 * ties within two per cent.
 */
export class Interpreter {
  readonly #size: number
  readonly #mined: readonly MinedCondition[]

  constructor(corpus: readonly SentenceContext[]) {
    this.#size = corpus.length
    this.#mined = distinct(mineConditions(corpus))
  }

  /** How many conditions the corpus suggested. */
  get conditions(): number {
    return this.#mined.length
  }

  /**
   * The best concept, or null where the feature is active or silent too rarely to say.
   * @param leads which conditions a concept may begin with; any when left out
   */
  interpret(active: readonly boolean[], leads: (condition: Condition) => boolean = () => true): Candidate | null {
    const bits = newBits(this.#size)
    active.forEach((is, i) => {
      if (is) setBit(bits, i)
    })
    const positives = countBits(bits)
    const negatives = this.#size - positives
    if (positives < FEWEST_ACTIVE || negatives < FEWEST_ACTIVE) return null
    const accuracyOf = (hits: number, count: number): number => (hits / positives + 1 - (count - hits) / negatives) / 2
    const known = this.#mined.map((one) => ({ ...one, hits: countShared(one.holds, bits) }))
    const first = known.filter(({ condition }) => leads(condition))
    let beam: readonly Scored[] = best(first.map(({ condition, holds, hits, count }) => (
      { concept: conceptOf(condition), holds, hits, count, accuracy: accuracyOf(hits, count) })))
    let all = beam
    for (let step = 1; step < MOST_CONDITIONS && beam.length > 0; step++) {
      const floor = Math.max(...all.map((one) => one.accuracy))
      const longer = beam.flatMap((one) => extensions(one, known, bits, accuracyOf))
      beam = best(longer.filter((one) => one.accuracy > floor)).map(({ base, other, ...one }) => (
        { ...one, holds: combineBits(base.holds, other.holds, JOINS[one.how]) }))
      all = [...all, ...beam]
    }
    const chosen = best(all)[0]
    return chosen === undefined ? null : { concept: chosen.concept, accuracy: chosen.accuracy }
  }
}

const JOINS = {
  all: (x: number, y: number) => x & y,
  any: (x: number, y: number) => x | y,
  except: (x: number, y: number) => x & ~y,
}

interface Known extends MinedCondition {
  /** Places where it holds and the feature is active. */
  readonly hits: number
}
/** A concept with one condition more; its places are worked out for the few that are kept. */
interface Longer extends Scored {
  readonly base: Scored
  readonly other: Known
  readonly how: keyof typeof JOINS
}

function extensions(
  base: Scored,
  known: readonly Known[],
  bits: Bits,
  accuracyOf: (hits: number, count: number) => number,
): readonly Longer[] {
  const { conditions, join, except } = base.concept
  if (except !== null) return []
  const out: Longer[] = []
  const single = conditions.length === 1
  for (const other of known) {
    const count = countShared(base.holds, other.holds)
    const hits = countSharedByThree(base.holds, other.holds, bits)
    const keep = (how: Longer['how'], newHits: number, newCount: number): void => {
      const accuracy = accuracyOf(newHits, newCount)
      if (accuracy <= base.accuracy + TIE) return
      const concept: Concept = how === 'except'
        ? { ...base.concept, except: other.condition }
        : { join: how, conditions: [...conditions, other.condition], except: null }
      out.push({ concept, holds: base.holds, hits: newHits, count: newCount, accuracy, base, other, how })
    }
    if (single || join === 'all') keep('all', hits, count)
    if (single || join === 'any') keep('any', base.hits + other.hits - hits, base.count + other.count - count)
    keep('except', base.hits - hits, base.count - count)
  }
  return out
}

interface Scored extends Candidate {
  /** The places where the concept holds, their number, and at how many of them the feature is active. */
  readonly holds: Bits
  readonly count: number
  readonly hits: number
}

/** What a concept is worth: its accuracy less what its length costs, so that the shorter one wins ties. */
function worth({ concept, accuracy }: Candidate): number {
  const conditions = concept.conditions.length + (concept.except === null ? 0 : 1)
  return accuracy - TIE * (conditions - 1) - SIZE_TIE * sizeOf(concept)
}

function best<T extends Scored>(scored: readonly T[]): readonly T[] {
  return scored.toSorted(byWorth).slice(0, BEAM)
}

const KINDS = ['finding', 'place', 'words'] as const
const kindOf = ({ concept }: Candidate): number =>
  Math.max(...concept.conditions.map(({ pattern }) => KINDS.indexOf(pattern.kind)))

/** Concepts worth the same: findings before words. */
function byWorth(a: Candidate, b: Candidate): number {
  const difference = worth(b) - worth(a)
  return Math.abs(difference) > 1e-9 ? difference : kindOf(a) - kindOf(b)
}

/** One condition for each set of places: of those that hold at the same places, the simplest. */
function distinct(mined: readonly MinedCondition[]): readonly MinedCondition[] {
  const candidates = mined.map((one) => ({ one, concept: conceptOf(one.condition), accuracy: 0 }))
  const kept = new Map<string, MinedCondition>()
  for (const { one } of candidates.toSorted(byWorth)) {
    const key = Buffer.from(one.holds.buffer).toString('latin1')
    if (!kept.has(key)) kept.set(key, one)
  }
  return [...kept.values()]
}
