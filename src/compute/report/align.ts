import type { Finding } from '../../shared/domain/finding.ts'
import type { Statement } from './findings.ts'
import { wordOverlap, type Word } from './words.ts'

/** Indices of two things that belong together: the first list's, the second list's. */
export type Pair = readonly [number, number]

/**
 * Pairs the items of two lists, best score first; a null score forbids a pair. Ties go to pairs
 * that stand at similar places, so that swapping the lists swaps the pairs.
 */
export function pairBest(
  rows: number,
  columns: number,
  score: (row: number, column: number) => number | null,
): readonly Pair[] {
  const candidates: { readonly row: number; readonly column: number; readonly score: number }[] = []
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = score(row, column)
      if (value !== null) candidates.push({ row, column, score: value })
    }
  }
  const distance = (c: { row: number; column: number }): number => Math.abs(c.row - c.column)
  candidates.sort((a, b) => b.score - a.score || distance(a) - distance(b) || a.row + a.column - (b.row + b.column))
  const usedRows = new Set<number>()
  const usedColumns = new Set<number>()
  const out: Pair[] = []
  for (const { row, column } of candidates) {
    if (usedRows.has(row) || usedColumns.has(column)) continue
    usedRows.add(row)
    usedColumns.add(column)
    out.push([row, column])
  }
  return out.sort((a, b) => a[0] - b[0])
}

const opposite = (a: Finding, b: Finding): boolean =>
  (a.laterality === 'left' && b.laterality === 'right') || (a.laterality === 'right' && b.laterality === 'left')

/** How well two findings of one observation match; higher is better. Symmetric. */
function similarity(a: Finding, b: Finding, overlap: number): number {
  type Attribute = 'polarity' | 'certainty' | 'severity' | 'laterality' | 'location' | 'change' | 'placement'
  const same = (key: Attribute): number => (a[key] === b[key] ? 1 : 0)
  return (
    4 * same('polarity') + 3 * same('laterality') + same('location') + same('severity') + same('change') +
    same('certainty') + same('placement') + 2 * overlap
  )
}

/**
 * Pairs the findings of two reports that speak of the same thing: the same observation and no
 * contradicting side, most similar first. What is left and differs in the side alone is paired
 * afterwards (a finding that moved to the other side).
 */
export function alignFindings(
  baseline: readonly Statement[],
  steered: readonly Statement[],
  words: { readonly baseline: readonly (readonly Word[])[]; readonly steered: readonly (readonly Word[])[] },
): readonly Pair[] {
  const score = (allowed: (a: Finding, b: Finding) => boolean) => (row: number, column: number): number | null => {
    const a = baseline[row]?.finding
    const b = steered[column]?.finding
    if (a === undefined || b === undefined || a.observation !== b.observation || !allowed(a, b)) return null
    return similarity(a, b, wordOverlap(words.baseline[row] ?? [], words.steered[column] ?? []))
  }
  const first = pairBest(baseline.length, steered.length, score((a, b) => !opposite(a, b)))
  const rows = new Set(first.map(([row]) => row))
  const columns = new Set(first.map(([, column]) => column))
  const moved = score((a, b) => a.polarity === b.polarity)
  const second = pairBest(baseline.length, steered.length, (row, column) =>
    rows.has(row) || columns.has(column) ? null : moved(row, column))
  return [...first, ...second].sort((a, b) => a[0] - b[0])
}
