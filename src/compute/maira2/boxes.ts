import type { Box, GroundedPhrase } from '../../shared/domain/generation.ts'

/**
 * A box of the model's central square as a box of the whole film (fractions of its width and height). Corners land on
 * whole pixels of the film, cut towards zero, as MAIRA-2's processor does it.
 */
export function boxToFilm(box: Box, columns: number, rows: number): Box {
  const side = Math.min(columns, rows)
  const left = Math.floor((columns - side) / 2)
  const top = Math.floor((rows - side) / 2)
  const across = (value: number): number => Math.trunc(value * side + left) / columns
  const down = (value: number): number => Math.trunc(value * side + top) / rows
  return { xMin: across(box.xMin), yMin: down(box.yMin), xMax: across(box.xMax), yMax: down(box.yMax) }
}

/** Phrases with their boxes moved from the model's central square to the whole film. */
export function phrasesToFilm(
  phrases: readonly GroundedPhrase[],
  columns: number,
  rows: number,
): readonly GroundedPhrase[] {
  return phrases.map(({ text, boxes }) => ({ text, boxes: boxes?.map((box) => boxToFilm(box, columns, rows)) ?? null }))
}
