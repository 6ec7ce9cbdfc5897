import { lowerAscii } from './text.ts'

const words = (list: string): ReadonlySet<string> => new Set(list.split(' '))

const DETERMINERS = words('a an the this these those')
const CONJUNCTIONS = words('and or nor but')
const PREPOSITIONS = words('of in on at by for from to with within without into onto near above below over under between')
const AUXILIARIES = words('is are was were has have had been be may might could would')
/** Words that cannot end a sentence. */
const OPEN_ENDS = words(
  'a an the of in on at by for from to with within without into and or nor but is are was were has have may might ' +
    'could would be no there which that than',
)
/** Small words that a new sentence may start with, but never stand capitalised inside one. */
const SENTENCE_STARTS = words('the there no a an is are and or of in on this these however compared')
/** Pairs of auxiliaries that English has. */
const AUXILIARY_PAIRS = words('has_been have_been had_been may_be might_be could_be would_be may_have might_have could_have would_have')
const PREPOSITION_PAIRS = words('from_within from_above from_below from_under in_between to_within up_to due_to as_to in_to on_to to_be to_have over_from at_above at_below')

const LONGEST_REPEAT = 8
const LONGEST_WORD = 28
const MOST_WORDS = 90

/**
 * True when a sentence reads like English prose: starts with a capital or a number, ends with one
 * full stop, question or exclamation mark, has balanced brackets, plausible words, no stutter
 * ("effusion effusion", "no effusion, no effusion"), no phrase that comes back again and again,
 * and no impossible neighbours ("the is", "a the"). Says nothing about whether it is true, and
 * knows no templates. A `vocabulary` (lower case) makes unknown words fail too.
 */
export function wellFormedSentence(sentence: string, vocabulary?: ReadonlySet<string>): boolean {
  const text = sentence.trim()
  if (!/^["'(]?[A-Z0-9_]/.test(text) || !/[^\s.!?,;:][)"']?[.!?]["']?$/.test(text)) return false
  if (/[\uFFFD\p{Cc}]/u.test(text)) return false
  if (/[.!?][.!?]$/.test(text) || /[,;:]\s*[,;:.]/.test(text) || /\s[,;:.]/.test(text) || !isBalanced(text)) return false
  // "And/or" is one word, and what follows a colon starts anew.
  const prose = text.replace(/\band\/or\b/g, 'or').replace(/:\s+[A-Z]/g, (start) => lowerAscii(start))
  const original = prose.match(/[\p{L}\p{N}_]+(?:['\u2019.,-][\p{L}\p{N}_]+)*/gu) ?? []
  const lower = original.map(lowerAscii)
  if (lower.length === 0 || lower.length > MOST_WORDS) return false
  if (!original.every(isPlausibleWord)) return false
  if (vocabulary !== undefined && !lower.every((word) => /^[\d_.,-]+$/.test(word) || vocabulary.has(word))) return false
  return !repeats(lower) && !clashes(original, lower)
}

function isBalanced(text: string): boolean {
  let depth = 0
  for (const char of text) {
    if (char === '(') depth++
    if (char === ')' && --depth < 0) return false
  }
  return depth === 0
}

function isPlausibleWord(word: string): boolean {
  if (word.length > LONGEST_WORD) return false
  if (/^[\d_.,-]+$/.test(word) || /^[A-Z0-9-]{1,6}s?$/.test(word) || /^X{2,}$/.test(word)) return true
  const lower = lowerAscii(word)
  if (/[a-z][A-Z]{2,}/.test(word) || /(\p{L})\1\1/u.test(lower)) return false
  // A syllable said three times ("lalala") or a long one twice ("effuseffus") is a stutter.
  if (/(\p{L}{2,3})\1\1/u.test(lower) || /(\p{L}{4,})\1/u.test(lower)) return false
  return lower.length <= 4 || /[aeiouy\u00C0-\u024F]/u.test(lower) || /\d/.test(lower)
}

/** True when a phrase is said twice in a row (a list word may stand between), or too often in all. */
function repeats(lower: readonly string[]): boolean {
  for (let at = 0; at < lower.length; at++) {
    for (let length = 1; length <= LONGEST_REPEAT; length++) {
      const phrase = lower.slice(at, at + length)
      if (phrase.length < length) break
      const same = (from: number): boolean => phrase.every((word, index) => word === lower[from + index])
      if (same(at + length)) return true
      const joined = CONJUNCTIONS.has(lower[at + length] ?? '')
      if (joined && (length > 1 || !DETERMINERS.has(phrase[0] ?? '')) && same(at + length + 1)) return true
    }
  }
  return tooOften(lower, 3, 3) || tooOften(lower, 5, 2)
}

function tooOften(lower: readonly string[], length: number, limit: number): boolean {
  const counts = new Map<string, number>()
  for (let at = 0; at + length <= lower.length; at++) {
    const phrase = lower.slice(at, at + length).join(' ')
    const count = (counts.get(phrase) ?? 0) + 1
    if (count >= limit) return true
    counts.set(phrase, count)
  }
  return false
}

/** True when two neighbours cannot stand side by side, a sentence starts inside, or the end is open. */
function clashes(original: readonly string[], lower: readonly string[]): boolean {
  if (OPEN_ENDS.has(lower.at(-1) ?? '')) return true
  return lower.some((word, index) => {
    const next = lower[index + 1]
    if (index > 0 && SENTENCE_STARTS.has(word) && /^[A-Z][a-z]/.test(original[index] ?? '')) return true
    if (next === undefined) return false
    const pair = `${word}_${next}`
    if (DETERMINERS.has(word)) {
      return [DETERMINERS, CONJUNCTIONS, PREPOSITIONS].some((set) => set.has(next)) ||
        (AUXILIARIES.has(next) && !/^th(?:is|ese|ose)$/.test(word))
    }
    if (word === 'no') return [DETERMINERS, CONJUNCTIONS, PREPOSITIONS, AUXILIARIES].some((set) => set.has(next))
    if (PREPOSITIONS.has(word)) {
      const clash = [PREPOSITIONS, CONJUNCTIONS, AUXILIARIES].some((set) => set.has(next))
      return clash && !PREPOSITION_PAIRS.has(pair)
    }
    if (AUXILIARIES.has(word)) return AUXILIARIES.has(next) && !AUXILIARY_PAIRS.has(pair)
    return CONJUNCTIONS.has(word) && CONJUNCTIONS.has(next)
  })
}
