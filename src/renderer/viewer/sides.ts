import type { Orientation } from './orientation.ts'

/** The letters at the edges of a film: the patient's side or direction, as the file states it. */
export interface Sides {
  readonly left: string
  readonly right: string
}

const OPPOSITE: Readonly<Record<string, string>> = { L: 'R', R: 'L', A: 'P', P: 'A', H: 'F', F: 'H' }

const opposite = (direction: string): string => [...direction].map((letter) => OPPOSITE[letter] ?? '').join('')

/**
 * Which way the patient faces at the left and right edge of the film as it lies on the screen, from Patient Orientation
 * (PS3.3 C.7.6.1.1.1: the direction of the rows, then of the columns). Null where the file does not say: a side that is
 * guessed is worse than none.
 */
export function sidesOf([row = '', column = '']: readonly string[], orientation: Orientation): Sides | null {
  if (opposite(row) === '' || opposite(column) === '') return null
  // Directions to the right and downwards, turned with the film.
  let [right, down] = orientation.mirrored ? [opposite(row), column] : [row, column]
  for (let turns = 0; turns < orientation.quarterTurns; turns++) [right, down] = [opposite(down), right]
  return { left: opposite(right), right }
}
