import type { SteeringEffect } from '../../shared/domain/feature.ts'
import type { Observation } from '../../shared/domain/finding.ts'
import { extractFindings } from '../report/findings.ts'
import { splitSentences } from '../report/sentences.ts'
import type { Target } from '../../shared/domain/target.ts'
import { lowerAscii } from '../report/text.ts'
import { COMPARISON_WORDS } from '../report/vocabulary/modifiers.ts'
import { wilsonShare } from './agreement/share.ts'
import { wellFormedSentence } from '../report/wellFormed.ts'

/** What one steered text showed. */
export interface SteeringTrial {
  readonly strength: number
  readonly success: boolean
  readonly sentences: number
  readonly wellFormed: number
}

/** Share of sentences that must be well formed for a strength to count. */
export const FEWEST_WELL_FORMED = 0.95

/** What a report states, as far as targets go. */
export interface Stated {
  /** Observations with a positive finding. */
  readonly observations: readonly Observation[]
  /** A change since, or a comparison with, an earlier study is spoken of. */
  readonly comparison: boolean
}

export function statedIn(text: string): Stated {
  const findings = extractFindings(text)
  const positive = findings.filter((one) => one.polarity === 'positive').map((one) => one.observation)
  return {
    observations: [...new Set(positive)].sort(),
    comparison: findings.some((one) => one.change !== null) || COMPARISON_WORDS.test(lowerAscii(text)),
  }
}

/** True when a report states what a target names: one of its observations, or, where it names none, comparison. */
export function showsTarget(stated: Stated, { observations, comparison }: Target): boolean {
  if (observations.length > 0) return observations.some((one) => stated.observations.includes(one))
  return comparison && stated.comparison
}

/**
 * How many sentences a text has and how many of them are well formed. A sentence said a second time
 * is not, and no text at all counts as one sentence that is not.
 * @param vocabulary lower-case words the model was trained on; any other word spoils its sentence
 */
export function countWellFormed(text: string, vocabulary: ReadonlySet<string>): Pick<SteeringTrial, 'sentences' | 'wellFormed'> {
  const sentences = splitSentences(text).map(({ start, end }) => text.slice(start, end))
  if (sentences.length === 0) return { sentences: 1, wellFormed: 0 }
  const good = new Set(sentences.filter((sentence) => wellFormedSentence(sentence, vocabulary)))
  return { sentences: sentences.length, wellFormed: good.size }
}

/**
 * The effect of the strength that did best: the highest success among strengths that left the text
 * well formed; where none did, the one that spoiled the least. Null without trials.
 */
export function bestEffect(trials: readonly SteeringTrial[]): SteeringEffect | null {
  const effects = [...Map.groupBy(trials, (trial) => trial.strength)].map(([strength, own]) => effectOf(strength, own))
  const sound = effects.filter((effect) => effect.wellFormed >= FEWEST_WELL_FORMED)
  const order = sound.length > 0
    ? sound.toSorted((a, b) => b.success - a.success || b.wellFormed - a.wellFormed || a.strength - b.strength)
    : effects.toSorted((a, b) => b.wellFormed - a.wellFormed || b.success - a.success)
  return order[0] ?? null
}

/**
 * The success that the counts support, for ranking: the lower end of its 95 % interval, so that 4 of 4 stands below
 * 95 of 100. 0 where the strength spoils the text.
 */
export function supportedSuccess({ success, cases, wellFormed }: SteeringEffect): number {
  if (wellFormed < FEWEST_WELL_FORMED) return 0
  return wilsonShare(Math.round(success * cases), cases).low ?? 0
}

/** The effect of one strength over its trials. */
export function effectOf(strength: number, trials: readonly SteeringTrial[]): SteeringEffect {
  const sum = (of: (trial: SteeringTrial) => number): number => trials.reduce((total, trial) => total + of(trial), 0)
  return {
    strength,
    cases: trials.length,
    success: sum((trial) => Number(trial.success)) / trials.length,
    wellFormed: sum((trial) => trial.wellFormed) / sum((trial) => trial.sentences),
  }
}
