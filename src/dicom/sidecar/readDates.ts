import type { DateOrder } from '../../shared/domain/sidecar.ts'
import { HilumError } from '../../shared/errors.ts'
import { isoDate } from '../header/dateTime.ts'

const PARTED = /^(\d{1,2})[./-](\d{1,2})[./-](\d{4})$/

/** Reads a date cell; null for one that is no date. */
export type DateReader = (cell: string) => string | null

/**
 * How the dates of a column are read: year first (2020-04-03, 20200403), or day and month in the order that all of its
 * cells allow. Throws `bad-input` when they allow both and `order` is `auto`: a guess would swap days and months.
 */
export function dateReader(cells: readonly string[], order: DateOrder, column: string): DateReader {
  const parted = cells.map((cell) => PARTED.exec(cell.trim())).filter((match) => match !== null)
  const dayFirst = parted.some((match) => Number(match[1]) > 12) || parted.some(({ 0: text }) => text.includes('.'))
  const monthFirst = parted.some((match) => Number(match[2]) > 12)
  if (order === 'auto' && parted.length > 0 && dayFirst === monthFirst) {
    const [example] = parted
    throw new HilumError('bad-input', `Dates such as ${example?.[0]} in column "${column}" can be read in two ways.`, {
      mend: 'Say whether the day or the month comes first.',
    })
  }
  const first = order === 'auto' ? dayFirst : order === 'day-first'
  return (cell) => {
    const match = PARTED.exec(cell.trim())
    if (match === null) return isoDate(cell.trim().slice(0, 10)) ?? isoDate(cell.trim())
    const [, one = '', two = '', year = ''] = match
    const [day, month] = first ? [one, two] : [two, one]
    return isoDate(`${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`)
  }
}
