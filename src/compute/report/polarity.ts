import type { Finding } from '../../shared/domain/finding.ts'
import type { Words } from './attributes.ts'
import type { MentionKind } from './vocabulary/observations.ts'
import {
  ABNORMAL_STATE, BORDERLINE_STATE, CLAUSE_BREAK, COMPARED_STATE, LOW_VOLUMES, NEGATION_AFTER, NEGATION_BEFORE,
  NORMAL_STATE, NORMAL_VOLUMES, UNCERTAIN_AFTER, UNCERTAIN_BEFORE, UNCERTAIN_FIRST,
} from './vocabulary/scope.ts'

/** Whether a finding is stated or denied, and how surely. */
export interface Stance {
  readonly polarity: Finding['polarity']
  readonly certainty: Finding['certainty']
}

const stance = (polarity: Stance['polarity'], certainty: Stance['certainty'] = 'certain'): Stance => ({ polarity, certainty })

/** "no change", "not significantly increased" and near resolutions: negators that deny no finding. */
const NOT_A_NEGATION =
  /\b(?:(?:no|not|without) (?:(?:\w+ly|interval|significant|substantial|appreciable|relevant|other|major|definite) )*(?:change[ds]?|increase[ds]?|decrease[ds]?|worse\w*|improve\w*|progress\w*)|(?:near(?:ly)?|almost|partial(?:ly)?|incomplete(?:ly)?|mostly|largely)[- ](?:complete(?:ly)? )?(?:resol\w+|clear\w+)|not only|no longer than|(?:clear|clearing) lungs?|(?:tips?|side[- ]?(?:port|hole)s?|(?:distal )?ends?|distal (?:portion|aspect|course)|course)(?: of \w+(?: \w+)?)?(?: is| are| was)?(?: not| no longer|n't) (?:\w+ly )?(?:seen|visuali[sz]ed|visible|identified|included|imaged|well seen))\b/g
/** A doubt about the change, not about the finding: "likely unchanged". */
const NOT_A_DOUBT = /\b(?:likely|probably|possibly|perhaps) (?:un-?changed|stable|(?:slightly |mildly )?(?:increased|decreased|improved|worse\w*|larger|smaller))\b/g

/** What follows the last clause break, and the last "and" or comma after which a new clause begins. */
function clauseTail(text: string): string {
  let from = 0
  for (const match of text.matchAll(CLAUSE_BREAK)) from = match.index + match[0].length
  for (const match of text.matchAll(/(?:,|\band\b)\s+(?:there (?:is|are)|(?:the )?(?:\w+ ){1,3}(?:is|are|has|have|demonstrates?|shows?)\b)/g)) {
    from = Math.max(from, match.index + 1)
  }
  return text.slice(from)
}

/** The words of a finding with everything taken out that would be misread as a negation or a doubt. */
function scopes(words: Words): Words {
  const tidy = (text: string): string => text.replace(NOT_A_NEGATION, ' ').replace(NOT_A_DOUBT, ' ')
  return { before: clauseTail(tidy(words.before)), after: tidy(words.after) }
}

/** True when the words before a finding deny it (and so also the rest of its list). */
export function isDenied(words: Words): boolean {
  return NEGATION_BEFORE.test(scopes(words).before)
}

/** True when the words before a finding doubt it (and so also the rest of its list). */
export function isDoubted(words: Words): boolean {
  return UNCERTAIN_BEFORE.test(scopes(words).before.replace(UNCERTAIN_FIRST, ' '))
}

/**
 * Polarity and certainty of a thing that is there unless denied, in the CheXpert labeler's order:
 * what stays open although a negation stands beside it, then negation, then doubt.
 * `denied` and `doubted` come from earlier members of the same list.
 */
export function stanceOfFinding(
  words: Words,
  inherited: { readonly denied: boolean; readonly doubted: boolean },
): Stance {
  const { before, after } = scopes(words)
  if (UNCERTAIN_FIRST.test(before) || UNCERTAIN_FIRST.test(after)) return stance('positive', 'uncertain')
  if (inherited.denied || NEGATION_BEFORE.test(before)) {
    // "No new opacity" does not say that there is none.
    const open = /\bno (?:\w+ ){0,4}?(?:new|developing|worsening|enlarging)\b/.test(before)
    return stance('negative', open ? 'uncertain' : 'certain')
  }
  if (NEGATION_AFTER.test(after)) return stance('negative')
  if (inherited.doubted || UNCERTAIN_BEFORE.test(before) || UNCERTAIN_AFTER.test(after)) return stance('positive', 'uncertain')
  return stance('positive')
}

const indexOf = (pattern: RegExp, text: string): number => pattern.exec(text)?.index ?? Infinity

/**
 * Polarity and certainty of an anatomy from its state words, or null when nothing is said of it.
 * An anatomy that is only compared ("silhouette is stable") is taken as not abnormal, uncertain:
 * neither was said.
 */
export function stanceOfAnatomy(words: Words, kind: MentionKind): Stance | null {
  const text = `${clauseTail(words.before)} \u0001 ${words.after}`
  if (kind === 'volumes') {
    const low = indexOf(LOW_VOLUMES, text)
    const normal = indexOf(NORMAL_VOLUMES, text)
    if (low < normal) return stance('positive')
    // "Volumes are unchanged" says neither that they are low nor that they are not.
    return normal < Infinity ? stance('negative') : null
  }
  const abnormal = text.replace(/\bnot? (?:\w+ ){0,2}(?:enlarg\w+|widen\w*|prominen\w+|dilat\w+)|\bnon-?enlarged\b/g, ' normal ')
  const normalAt = indexOf(NORMAL_STATE, abnormal)
  const abnormalAt = indexOf(ABNORMAL_STATE, abnormal)
  const borderlineAt = indexOf(BORDERLINE_STATE, abnormal)
  if (borderlineAt < Math.min(normalAt, Infinity)) return stance('positive', 'uncertain')
  if (normalAt < abnormalAt) return stance('negative')
  if (abnormalAt < Infinity) {
    return stance('positive', UNCERTAIN_BEFORE.test(text.replace(NOT_A_DOUBT, ' ')) ? 'uncertain' : 'certain')
  }
  if (/\bno (?:\w+ ){0,3}abnormalit/.test(text)) return stance('negative')
  return COMPARED_STATE.test(text) ? stance('negative', 'uncertain') : null
}
