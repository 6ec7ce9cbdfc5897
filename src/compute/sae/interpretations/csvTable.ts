import { CsvError, parse } from 'csv-parse/sync'
import { HilumError } from '../../../shared/errors.ts'
import type { Table } from './table.ts'

const DELIMITERS = [',', ';', '\t']

/** Rows of a text with a header line; the delimiter is the one that the header line has most often. */
export function csvTable(text: string): Table {
  const header = text.slice(0, text.search(/[\r\n]|$/))
  const times = (delimiter: string): number => header.split(delimiter).length
  const delimiter = DELIMITERS.reduce((best, one) => (times(one) > times(best) ? one : best))
  try {
    const [columns = [], ...rows] = parse(text, { delimiter, skip_empty_lines: true, trim: true }) as string[][]
    return { columns, rows: rows.map((row) => row.map((cell) => (cell === '' ? null : cell))) }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const line = typeof error.lines === 'number' ? `line ${error.lines}` : 'a line'
    throw new HilumError('bad-input', `The table cannot be read at ${line}: ${WHY[error.code] ?? 'it is not CSV'}.`, {
      mend: 'Save it as CSV again, with every text that holds a delimiter in quotation marks.', cause: error,
    })
  }
}

const WHY: Partial<Record<string, string>> = {
  CSV_RECORD_INCONSISTENT_FIELDS_LENGTH: 'it has more or fewer cells than the header',
  CSV_QUOTE_NOT_CLOSED: 'a quotation mark is never closed',
  CSV_INVALID_CLOSING_QUOTE: 'a quotation mark closes in the middle of a cell',
  INVALID_OPENING_QUOTE: 'a quotation mark opens in the middle of a cell',
}
