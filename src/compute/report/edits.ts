import type { Edit } from '../../shared/domain/edit.ts'
import type { Finding } from '../../shared/domain/finding.ts'
import { aspectsBetween, type EditAspect } from './aspects.ts'
import { diffUnits } from './unitDiff.ts'
import { pairUnits, sideOf, splitBoth, tieUnits, type Side, type Unit } from './units.ts'
import { isFiller, spansOf, type Word } from './words.ts'

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
  const [one, two] = [sideOf(baselineText), sideOf(steeredText)]
  const [baseline, steered] = [splitBoth(one, two), splitBoth(two, one)]
  const pairs = pairUnits(baseline, steered)
  const aspects = new Map(
    pairs.map(([row, column]) => [row, aspectsBetween(baseline.units[row], steered.units[column])]),
  )
  const changed = diffUnits(baseline, steered, [...pairs, ...tieUnits(baseline, steered, pairs)], aspects)
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
    const start = (unit: Unit | null): number => unit?.statement?.territory.start ?? unit?.words[0]?.span.start ?? 0
    const at = (unit: Unit | null, side: Side) => start(unit) / Math.max(1, side.text.length)
    if (edit.baseline === null) return at(edit.steered, steered)
    if (edit.steered === null) return at(edit.baseline, baseline)
    return (at(edit.baseline, baseline) + at(edit.steered, steered)) / 2
  }
  return absorbFiller(joinTwins(drafts))
    .filter((edit) => edit.baseline === null || edit.steered === null || edit.aspects.length > 0 || hasWords(edit))
    .sort((a, b) => place(a) - place(b))
    .map((edit) => finish(edit, baseline, steered))
}

const hasWords = (edit: Draft): boolean => edit.baselineWords.length + edit.steeredWords.length > 0

/**
 * The halves of a finding on both sides share their words: those of a half that did not change belong to the one that
 * did, or to the left one when neither did.
 */
function joinTwins(drafts: readonly Draft[]): readonly Draft[] {
  const keyOf = ({ baseline, steered }: Draft): string | null =>
    baseline?.twin != null ? `baseline ${baseline.twin}` : steered?.twin != null ? `steered ${steered.twin}` : null
  const groups = Map.groupBy(drafts.filter((edit) => edit.baseline !== null && edit.steered !== null), keyOf)
  for (const [key, [one, two, ...more]] of groups) {
    if (key === null || one === undefined || two === undefined || more.length > 0) continue
    const [from, to] = one.aspects.length === 0 && two.aspects.length > 0 ? [one, two] : [two, one]
    if (from.aspects.length > 0) continue
    to.baselineWords = [...to.baselineWords, ...from.baselineWords]
    to.steeredWords = [...to.steeredWords, ...from.steeredWords]
    from.baselineWords = []
    from.steeredWords = []
  }
  return drafts
}

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

function finish(edit: Draft, baseline: Side, steered: Side): Edit {
  const finding = (unit: Unit | null): Finding | null => unit?.statement?.finding ?? null
  return {
    kind:
      edit.baseline === null ? 'added'
      : edit.steered === null ? 'removed'
      : edit.aspects.length > 0 ? 'changed' : 'reworded',
    aspects: edit.aspects,
    baseline: finding(edit.baseline),
    steered: finding(edit.steered),
    baselineSpans: spansOf(baseline.text, edit.baselineWords, baseline.sentences),
    steeredSpans: spansOf(steered.text, edit.steeredWords, steered.sentences),
  }
}
