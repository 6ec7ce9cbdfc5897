import type { Span } from '../../shared/domain/finding.ts'
import type { Mention } from './mentions.ts'

/** How a mention is tied to the one before it. */
export interface Link {
  /** Only adjectives and list words lie between: "consolidation, small effusion or". */
  readonly list: boolean
  /** The list offers alternatives ("or", "/", "versus"). */
  readonly alternative: boolean
  /** The earlier finding is explained by this one: "may represent", "concerning for". */
  readonly interpretive: boolean
  /** It lies where the earlier finding lies: "with adjacent". */
  readonly companion: boolean
  /** The words between, for rules that need to look at them. */
  readonly words: string
}

/** A mention with the part of its sentence that speaks of it alone, and its tie to the mention before. */
export interface Territory {
  readonly mention: Mention
  readonly span: Span
  readonly link: Link | null
}

const set = (words: string): ReadonlySet<string> => new Set(words.split(' '))

const LIST_WORDS = set(', and or nor / versus vs plus &')
const ALTERNATIVES = set('or / versus vs')
const WITH_WORDS = set('with without along')
const LINK_WORDS = set(
  'reflect reflects reflecting reflected represent represents representing suggest suggests suggesting suggestive consistent ' +
    'compatible concerning worrisome suspicious due secondary related causing caused keeping indicate indicates indicating ' +
    'indicative favor favors favored favoring superimposed attributable attributed denoting characteristic',
)
const DOUBT_WORDS = set(
  'may might could possible possibly possibility probable probably likely suspected presumably presumed question questionable consider perhaps',
)
const DENIAL_WORDS = set('no not without rather')
const COMPANION_WORDS = set('adjacent associated underlying overlying accompanying subjacent concomitant')
const BREAKS = set('; : but however although though except while whereas')
const GLUE = set('which that this these there is are be been being a an the also most again in part to as than of area areas')
const VERBS_AND_PREPOSITIONS = set(
  'is are was were be been has have had seen noted present identified shows show demonstrates demonstrate projects terminates ' +
    'courses extends overlies in on at within over of to from into near above below through along with which that there the ' +
    'appears appear remains remain persists reveals indicates causes',
)
const SIDE_WORDS = set('left right bilateral both')
const JOINS = set('and , or /')
const PLAIN = /^(?:[a-z]+|\d.*)$/

interface Word {
  readonly text: string
  readonly start: number
}

function wordsOf(sentence: string, from: number, to: number): readonly Word[] {
  return [...sentence.slice(from, to).matchAll(/[a-z0-9_.']*[a-z0-9_']|[,;:/&]/g)].map((m) => ({ text: m[0], start: from + m.index }))
}

/** "suspicious for" ties two findings together, "suspicious opacity" describes one. */
const NEEDS_PREPOSITION = set('consistent compatible concerning worrisome suspicious characteristic')
const isTie = (words: readonly Word[], at: number): boolean => {
  const word = words[at]?.text ?? ''
  return LINK_WORDS.has(word) && (!NEEDS_PREPOSITION.has(word) || /^(?:for|of|with)$/.test(words[at + 1]?.text ?? ''))
}

const isListOrScope = (word: string): boolean =>
  LIST_WORDS.has(word) || WITH_WORDS.has(word) || DOUBT_WORDS.has(word) || DENIAL_WORDS.has(word)
const isStructural = (words: readonly Word[], at: number): boolean => isListOrScope(words[at]?.text ?? '') || isTie(words, at)

/** True at "and" in "small left and moderate right", where both sides share the noun that follows. */
function joinsSides(words: readonly Word[], at: number): boolean {
  if (!JOINS.has(words[at]?.text ?? '')) return false
  const isModifier = (word: string): boolean =>
    PLAIN.test(word) && !VERBS_AND_PREPOSITIONS.has(word) && !isListOrScope(word) && !LINK_WORDS.has(word)
  const after = words.slice(at + 1)
  if (after.length === 0 || !after.every((word) => isModifier(word.text))) return false
  if (!after.some((word) => SIDE_WORDS.has(word.text))) return false
  let sided = false
  for (let i = at - 1; i >= 0; i--) {
    const word = (words[i] as Word).text
    if (!isModifier(word)) break
    sided ||= SIDE_WORDS.has(word)
  }
  return sided
}

/** Where the words between two mentions pass from the first to the second: an index into `words`. */
function splitIndex(words: readonly Word[]): number {
  const breakAt = words.findLastIndex((word) => BREAKS.has(word.text))
  if (breakAt >= 0) return breakAt
  let at = words.findLastIndex((_, index) => isStructural(words, index) && !joinsSides(words, index))
  if (at < 0) {
    // Nothing structural: the adjectives right before the second mention are its own.
    at = words.length
    while (at > 0 && !VERBS_AND_PREPOSITIONS.has((words[at - 1] as Word).text)) at--
    return at
  }
  const is = (index: number, ...sets: readonly ReadonlySet<string>[]): boolean => {
    const word = words[index]?.text
    return word !== undefined && sets.some((one) => one.has(word))
  }
  if (!is(at, LIST_WORDS)) {
    while (is(at - 1, LINK_WORDS, DOUBT_WORDS, DENIAL_WORDS, WITH_WORDS, GLUE)) at--
  }
  while (is(at - 1, LIST_WORDS)) at--
  return at
}

const leavesList = (word: string): boolean =>
  VERBS_AND_PREPOSITIONS.has(word) || WITH_WORDS.has(word) || DOUBT_WORDS.has(word)

function linkOf(words: readonly Word[], split: number): Link {
  const texts = words.map((word) => word.text)
  const tail = texts.slice(split)
  const broken = texts.some((word) => BREAKS.has(word))
  const list =
    !broken &&
    texts.some((word) => LIST_WORDS.has(word)) &&
    !words.some(({ text }, i) => leavesList(text) || isTie(words, i))
  const connected = !broken && !tail.some((word) => word === 'and' || word === ';')
  return {
    list,
    alternative: list && texts.some((word) => ALTERNATIVES.has(word)),
    interpretive: connected && words.some(({ text }, i) => i >= split && (isTie(words, i) || DOUBT_WORDS.has(text))) && !tail.includes('no'),
    companion: !broken && tail.some((word) => COMPANION_WORDS.has(word)) && !tail.includes('without'),
    words: texts.join(' '),
  }
}

/**
 * Gives every word of a sentence (lower case) to exactly one of its mentions: the words between two
 * mentions pass over at the last list word, "with", interpretive or doubting word, or at a clause
 * break. Territories are in order and together cover the whole sentence.
 */
export function territoriesOf(sentence: string, mentions: readonly Mention[]): readonly Territory[] {
  const out: Territory[] = []
  let start = 0
  let link: Link | null = null
  mentions.forEach((mention, index) => {
    const next = mentions[index + 1]
    let end = sentence.length
    let nextLink: Link | null = null
    if (next !== undefined) {
      const words = wordsOf(sentence, mention.span.end, next.span.start)
      const split = splitIndex(words)
      end = words[split]?.start ?? next.span.start
      nextLink = linkOf(words, split)
    }
    out.push({ mention, span: { start, end }, link })
    start = end
    link = nextLink
  })
  return out
}
