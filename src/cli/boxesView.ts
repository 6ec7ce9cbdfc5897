import type { Box, GroundedPhrase } from '../shared/domain/generation.ts'
import { wrap } from './table.ts'

/** A film's size in pixels. */
interface FilmSize {
  readonly columns: number
  readonly rows: number
}

/** A box in whole pixels of the film, the first row and column being 0. */
export interface PixelBox {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** A box of fractions of a film in the film's own pixels: its corners lie on them. */
export function toPixels({ xMin, yMin, xMax, yMax }: Box, { columns, rows }: FilmSize): PixelBox {
  const [left, right] = [xMin, xMax].map((x) => Math.round(x * columns)) as [number, number]
  const [top, bottom] = [yMin, yMax].map((y) => Math.round(y * rows)) as [number, number]
  return { left, top, right, bottom }
}

/** Phrases with every box also in the film's pixels, for a program. */
export function phrasesView(phrases: readonly GroundedPhrase[] | null, film: FilmSize) {
  return phrases?.map(({ text, boxes }) => ({
    text, boxes: boxes?.map((box) => ({ ...box, pixels: toPixels(box, film) })) ?? null,
  })) ?? null
}

/** Phrases for a person: what is said, and where on the film; with what could not be read. */
export function phrasesText(
  phrases: readonly GroundedPhrase[], unparsedTail: string, film: FilmSize,
): readonly string[] {
  const lines = phrases.flatMap(({ text, boxes }) => [
    wrap(text.trim()),
    ...(boxes ?? []).map((box) => {
      const { left, top, right, bottom } = toPixels(box, film)
      return `  at columns ${left} to ${right}, rows ${top} to ${bottom} of ${film.columns} x ${film.rows} pixels`
    }),
    ...(boxes === null ? ['  without a box'] : []),
  ])
  return unparsedTail === '' ? lines : [...lines, wrap(`Not readable as a phrase, and left out: ${unparsedTail}`)]
}
