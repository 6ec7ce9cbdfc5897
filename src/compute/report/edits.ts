import type { Edit, EDIT_ASPECTS } from '../../shared/domain/edit.ts'
import type { Finding, Span } from '../../shared/domain/finding.ts'
import { alignFindings, pairBest, type Pair } from './align.ts'
import { extractStatements, type Statement } from './findings.ts'
import { splitSentences } from './sentences.ts'
import { COMPARISON_WORDS } from './vocabulary/modifiers.ts'
import { changedWords, isFiller, spansOf, wordOverlap, wordsIn, type Word } from './words.ts'

export type EditAspect = (typeof EDIT_ASPECTS)[number]

/** Least word overlap of two sentences without findings that are taken as one sentence reworded. */
const SAME_SENTENCE = 0.3

/** One unit of a text that owns words: a statement, or a sentence that states no finding. */
interface Unit {
  readonly statement: Statement | null
  readonly sentence: number
  readonly words: readonly Word[]
}

interface Side {
  readonly text: string
  readonly sentences: number
  readonly units: readonly Unit[]
}

/** An edit in the making: the units of both sides it speaks of, and their changed words. */
interface Draft {
  readonly baseline: Unit | null
  readonly steered: Unit | null
  readonly aspects: readonly EditAspect[]
  baselineWords: readonly Word[]
  steeredWords: readonly Word[]
}

/**
 * The edits that turn the baseline's findings into the steered ones, in reading order. Findings
 * are aligned first, words second; every changed word belongs to exactly one edit. Identical texts
 * give none, and swapping the texts swaps `added` with `removed` and the two sides of every edit.
 * Sentences that state no finding give edits whose findings are null. Case, punctuation and the
 * order of sentences are no change.
 */
export function editsBetween(baselineText: string, steeredText: string): readonly Edit[] {
  const baseline = sideOf(baselineText)
  const steered = sideOf(steeredText)
  const pairs = pairUnits(baseline, steered)
  const aspects = new Map(pairs.map(([row, column]) => [row, aspectsBetween(baseline.units[row], steered.units[column])]))
  const changed = diffUnits(baseline, steered, pairs, aspects)
  const partnerOf = new Map(pairs)
  const paired = new Set(pairs.map(([, column]) => column))
  const draft = (row: number | null, column: number | null): Draft => {
    const a = row === null ? null : (baseline.units[row] as Unit)
    const b = column === null ? null : (steered.units[column] as Unit)
    return {
      baseline: a,
      steered: b,
      aspects: row === null || column === null ? [] : (aspects.get(row) ?? []),
      baselineWords: a === null ? [] : a.words.filter((word) => changed.baseline.has(word)),
      steeredWords: b === null ? [] : b.words.filter((word) => changed.steered.has(word)),
    }
  }
  const drafts = [
    ...baseline.units.map((_, row) => draft(row, partnerOf.get(row) ?? null)),
    ...steered.units.flatMap((_, column) => (paired.has(column) ? [] : [draft(null, column)])),
  ]
  const place = (edit: Draft): number => {
    const at = (unit: Unit | null, side: Side) => (unit?.words[0]?.span.start ?? 0) / Math.max(1, side.text.length)
    if (edit.baseline === null) return at(edit.steered, steered)
    if (edit.steered === null) return at(edit.baseline, baseline)
    return (at(edit.baseline, baseline) + at(edit.steered, steered)) / 2
  }
  return absorbFiller(drafts)
    .filter((edit) => edit.baseline === null || edit.steered === null || edit.aspects.length > 0 || hasWords(edit))
    .sort((a, b) => place(a) - place(b))
    .map((edit) => finish(edit, baselineText, steeredText))
}

function sideOf(text: string): Side {
  const statements = extractStatements(text)
  const stated = new Set(statements.map((statement) => statement.finding.sentence))
  const sentences = splitSentences(text)
  const owned: Unit[] = statements.map((statement) => ({
    statement, sentence: statement.finding.sentence, words: wordsIn(text, statement.territory),
  }))
  const silent: Unit[] = sentences.flatMap((span: Span, sentence) =>
    stated.has(sentence) ? [] : [{ statement: null, sentence, words: wordsIn(text, span) }])
  return { text, sentences: sentences.length, units: [...owned, ...silent].sort((a, b) => a.sentence - b.sentence) }
}

/** Pairs statements with statements and silent sentences with silent sentences. */
function pairUnits(baseline: Side, steered: Side): readonly Pair[] {
  const indices = (side: Side, stated: boolean): number[] =>
    side.units.flatMap((unit, index) => ((unit.statement !== null) === stated ? [index] : []))
  const pick = (side: Side, at: readonly number[]): readonly Unit[] => at.map((index) => side.units[index] as Unit)

  const rows = indices(baseline, true)
  const columns = indices(steered, true)
  const a = pick(baseline, rows)
  const b = pick(steered, columns)
  const statements = (units: readonly Unit[]): Statement[] => units.map((unit) => unit.statement as Statement)
  const aligned = alignFindings(statements(a), statements(b), {
    baseline: a.map((unit) => unit.words), steered: b.map((unit) => unit.words),
  })

  const silentRows = indices(baseline, false)
  const silentColumns = indices(steered, false)
  const silentA = pick(baseline, silentRows)
  const silentB = pick(steered, silentColumns)
  const silent = pairBest(silentA.length, silentB.length, (row, column) => {
    const overlap = wordOverlap(silentA[row]?.words ?? [], silentB[column]?.words ?? [])
    return overlap >= SAME_SENTENCE ? overlap : null
  })
  return [
    ...aligned.map(([row, column]): Pair => [rows[row] as number, columns[column] as number]),
    ...silent.map(([row, column]): Pair => [silentRows[row] as number, silentColumns[column] as number]),
  ]
}

/** Sentences tied by aligned units, as a group number for each (the steered ones follow the baseline's). */
function groupSentences(baseline: Side, steered: Side, pairs: readonly Pair[]): (sentence: number) => number {
  const parent = Array.from({ length: baseline.sentences + steered.sentences }, (_, index) => index)
  const root = (at: number): number => {
    let node = at
    while (parent[node] !== node) node = parent[node] as number
    return node
  }
  for (const [row, column] of pairs) {
    const a = root((baseline.units[row] as Unit).sentence)
    const b = root(baseline.sentences + (steered.units[column] as Unit).sentence)
    parent[Math.max(a, b)] = Math.min(a, b)
  }
  return root
}

/**
 * The words that differ: a word diff inside every aligned pair of units, then a second one over
 * what it left within tied sentences, so that a word that passed from one finding of a list to
 * another ("No effusion or pneumothorax" -> "No pneumothorax") is not called changed. There, a
 * finding that changed gives up only the words that name it.
 */
function diffUnits(
  baseline: Side,
  steered: Side,
  pairs: readonly Pair[],
  aspects: ReadonlyMap<number, readonly EditAspect[]>,
): { readonly baseline: ReadonlySet<Word>; readonly steered: ReadonlySet<Word> } {
  const outA = new Set(baseline.units.flatMap((unit) => unit.words))
  const outB = new Set(steered.units.flatMap((unit) => unit.words))
  const keep = (all: Set<Word>, words: readonly Word[], left: readonly Word[]): void => {
    const changed = new Set(left)
    for (const word of words) if (!changed.has(word)) all.delete(word)
  }
  const lockedA = new Set<number>()
  const lockedB = new Set<number>()
  for (const [row, column] of pairs) {
    const a = (baseline.units[row] as Unit).words
    const b = (steered.units[column] as Unit).words
    const diff = changedWords(a, b)
    keep(outA, a, diff.a)
    keep(outB, b, diff.b)
    if (aspects.get(row)?.length) {
      lockedA.add(row)
      lockedB.add(column)
    }
  }
  const group = groupSentences(baseline, steered, pairs)
  const tied = new Map<number, { readonly a: Word[]; readonly b: Word[] }>()
  const collect = (side: 'a' | 'b', units: readonly Unit[], left: ReadonlySet<Word>, locked: ReadonlySet<number>): void =>
    units.forEach((unit, index) => {
      const key = group(unit.sentence + (side === 'a' ? 0 : baseline.sentences))
      const entry = tied.get(key) ?? { a: [], b: [] }
      tied.set(key, entry)
      entry[side].push(...unit.words.filter((word) => left.has(word) && (!locked.has(index) || names(unit, word))))
    })
  collect('a', baseline.units, outA, lockedA)
  collect('b', steered.units, outB, lockedB)
  for (const { a, b } of tied.values()) {
    const diff = changedWords(a, b)
    keep(outA, a, diff.a)
    keep(outB, b, diff.b)
  }
  return { baseline: outA, steered: outB }
}

const names = (unit: Unit, word: Word): boolean => {
  const span = unit.statement?.finding.span
  return span !== undefined && word.span.start >= span.start && word.span.end <= span.end
}

function aspectsBetween(a: Unit | undefined, b: Unit | undefined): readonly EditAspect[] {
  if (a === undefined || b === undefined) return []
  const one = a.statement?.finding
  const two = b.statement?.finding
  const words = comparesWords(a) !== comparesWords(b)
  if (one === undefined || two === undefined) return words ? ['comparison'] : []
  const comparison: EditAspect[] = one.change !== two.change || words ? ['comparison'] : []
  if (one.polarity !== two.polarity) return ['polarity', ...comparison]
  const differs = (['severity', 'laterality', 'location'] as const).filter((aspect) => one[aspect] !== two[aspect])
  const certainty: EditAspect[] = one.polarity === 'positive' && one.certainty !== two.certainty ? ['certainty'] : []
  return [...differs, ...certainty, ...comparison]
}

/** True when the words of a unit compare with an earlier film. Former operations do not. */
function comparesWords(unit: Unit): boolean {
  const text = unit.words.map((word) => word.text).join(' ')
  return text.replace(/\b(?:prior|previous) (?:\w+ )?(?:sternotomy|surgery|cabg|operation|granulomatous)/g, ' ')
    .search(COMPARISON_WORDS) >= 0
}

const hasWords = (edit: Draft): boolean => edit.baselineWords.length + edit.steeredWords.length > 0

/**
 * Small words that changed in a finding that did not ("or" becoming "no" because another member of
 * the list went) belong to the nearest real edit of the same sentence, if both sides have one.
 */
function absorbFiller(drafts: readonly Draft[]): readonly Draft[] {
  const isIdle = (edit: Draft): boolean =>
    edit.baseline !== null && edit.steered !== null && edit.aspects.length === 0 && hasWords(edit) &&
    [...edit.baselineWords, ...edit.steeredWords].every(isFiller)
  const real = drafts.filter((edit) => !isIdle(edit) && (hasWords(edit) || edit.aspects.length > 0))
  for (const idle of drafts.filter(isIdle)) {
    const hosts = (['baseline', 'steered'] as const).flatMap((side) =>
      idle[`${side}Words`].map((word) => ({ side, word, host: nearest(real, side, idle[side], word) })))
    if (hosts.some(({ host }) => host === null)) continue
    for (const { side, word, host } of hosts) {
      if (host !== null) host[`${side}Words`] = [...host[`${side}Words`], word]
    }
    idle.baselineWords = []
    idle.steeredWords = []
  }
  return drafts
}

function nearest(
  edits: readonly Draft[],
  side: 'baseline' | 'steered',
  unit: Unit | null,
  word: Word,
): Draft | null {
  let best: Draft | null = null
  let bestDistance = Infinity
  for (const edit of edits) {
    const host = edit[side]
    if (host === null || host.sentence !== unit?.sentence) continue
    const distance = Math.min(...host.words.map((other) => Math.abs(other.span.start - word.span.start)))
    if (distance < bestDistance) {
      best = edit
      bestDistance = distance
    }
  }
  return best
}

function finish(edit: Draft, baselineText: string, steeredText: string): Edit {
  const finding = (unit: Unit | null): Finding | null => unit?.statement?.finding ?? null
  return {
    kind:
      edit.baseline === null ? 'added'
      : edit.steered === null ? 'removed'
      : edit.aspects.length > 0 ? 'changed' : 'reworded',
    aspects: edit.aspects,
    baseline: finding(edit.baseline),
    steered: finding(edit.steered),
    baselineSpans: spansOf(baselineText, edit.baselineWords),
    steeredSpans: spansOf(steeredText, edit.steeredWords),
  }
}
