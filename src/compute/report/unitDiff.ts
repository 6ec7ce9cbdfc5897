import type { EditAspect } from './aspects.ts'
import type { Pair } from './align.ts'
import type { Side, Unit } from './units.ts'
import { changedWords, type Word } from './words.ts'

/** Sentences tied by aligned units, as a group number for each (the steered ones follow the baseline's). */
function groupSentences(baseline: Side, steered: Side, pairs: readonly Pair[]): (sentence: number) => number {
  const parent = Array.from({ length: baseline.sentences.length + steered.sentences.length }, (_, index) => index)
  const root = (at: number): number => {
    let node = at
    while (parent[node] !== node) node = parent[node] as number
    return node
  }
  for (const [row, column] of pairs) {
    const a = root((baseline.units[row] as Unit).sentence)
    const b = root(baseline.sentences.length + (steered.units[column] as Unit).sentence)
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
export function diffUnits(
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
      const key = group(unit.sentence + (side === 'a' ? 0 : baseline.sentences.length))
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
