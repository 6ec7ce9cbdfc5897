import type { Observation, Span } from '../../shared/domain/finding.ts'
import { MENTION_RULES, type MentionKind } from './vocabulary/observations.ts'

/** A phrase of a sentence that names one or more observations; the span is an offset into that sentence. */
export interface Mention {
  readonly observations: readonly Observation[]
  readonly kind: MentionKind
  readonly span: Span
}

const PATTERN = new RegExp(`\\b(?:${MENTION_RULES.map((rule) => `(${rule.pattern})`).join('|')})\\b`, 'g')

/** The mentions of one sentence (lower case), in order, never overlapping. */
export function findMentions(sentence: string): readonly Mention[] {
  const out: Mention[] = []
  for (const match of sentence.matchAll(PATTERN)) {
    const group = match.findIndex((text, index) => index > 0 && text !== undefined)
    const rule = MENTION_RULES[group - 1]
    if (rule === undefined || rule.observations.length === 0) continue
    const span = { start: match.index, end: match.index + match[0].length }
    out.push({ observations: rule.observations, kind: rule.kind, span })
  }
  return out
}
