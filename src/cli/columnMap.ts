import { TABLE_FIELDS, type ColumnMap, type TablePreview } from '../shared/domain/dictionary.ts'
import { table } from './table.ts'
import { BadUsage } from './verb.ts'

const PAIR = /^\s*([A-Za-z]+)\s*=\s*(.+?)\s*$/
const DIVIDED = /^(.+)\/(\d+(?:\.\d+)?)$/

/** "feature=latent,score=accuracy/100": which column is which field, and what a number is divided by. */
export function parseColumnMap(text: string | null): ColumnMap {
  if (text === null) return {}
  const pairs = text.split(',').map((part) => {
    const [, field, given] = PAIR.exec(part) ?? []
    const known = TABLE_FIELDS.find((one) => one.toLowerCase() === field?.toLowerCase())
    if (known === undefined || given === undefined) {
      throw new BadUsage(`--map takes FIELD=COLUMN apart by commas, the fields being ${TABLE_FIELDS.join(', ')}; not "${part}".`)
    }
    const [, column, divisor] = DIVIDED.exec(given) ?? [null, given, '1']
    return [known, { column: column as string, divisor: Number(divisor) }] as const
  })
  return Object.fromEntries(pairs)
}

/** What a table would be taken over as, for a person. */
export function previewText({ columns, rows, map, first, problem }: TablePreview): string {
  const fields = TABLE_FIELDS.map((field) => {
    const found = map[field]
    const divided = found !== undefined && found.divisor !== 1 ? `, divided by ${found.divisor}` : ''
    return [field, found === undefined ? '(no column)' : `${found.column}${divided}`]
  })
  const shown = first.map((row) => TABLE_FIELDS.map((field) => String(row[field] ?? '').replaceAll(/\s+/g, ' ').slice(0, 60)))
  return [
    `${rows} rows, columns ${columns.join(', ')}.`,
    table(['field', 'column'], fields),
    ...(shown.length === 0 ? [] : ['The first rows, as they would be taken over:', table([...TABLE_FIELDS], shown)]),
    problem ?? 'Change a column with --map FIELD=COLUMN.',
  ].join('\n')
}
