import { HilumError } from '../../../shared/errors.ts'
import type { Cell, Table } from './table.ts'

type Json = Readonly<Record<string, unknown>>

/** Objects within objects become columns like "scores.detection", down to this many levels. */
const MAX_LEVELS = 3
/** What the key of an object becomes when features are keyed by their number. */
const KEY = 'index'

/**
 * A table from JSON: a list of objects; an object of lists (one a column); or an object whose keys are feature
 * numbers and whose values are objects or texts.
 */
export function jsonTable(text: string): Table {
  const value = parseJson(text, 'The file')
  if (Array.isArray(value)) return tableOf(value)
  if (!isObject(value)) throw notATable()
  const entries = Object.entries(value)
  const lists = entries.filter((entry): entry is [string, unknown[]] => Array.isArray(entry[1]))
  const [[, only] = ['', []]] = lists
  // {"features": [{…}, …]} with or without other facts beside it.
  if (lists.length === 1 && only.length > 0 && only.every(isObject)) return tableOf(only)
  if (entries.length > 0 && lists.length === entries.length) return tableOf(fromColumns(lists))
  if (entries.length > 0 && entries.every(([key]) => /^\d+$/.test(key))) {
    const items = entries.map(([key, inner]) => ({ [KEY]: key, ...(isObject(inner) ? inner : { text: inner }) }))
    return tableOf(items)
  }
  throw notATable()
}

/** A table from JSON Lines: an object a line. */
export function jsonLinesTable(text: string): Table {
  const lines = text.split(/\r?\n/)
  const rows = lines.flatMap((line, i) => (line.trim() === '' ? [] : [parseJson(line, `Line ${i + 1}`)]))
  return tableOf(rows)
}

function tableOf(items: readonly unknown[]): Table {
  const flat = items.map((item, i) => {
    if (!isObject(item)) throw new HilumError('bad-input', `Row ${i + 1} of the table is not an object.`)
    return new Map(flattened(item, '', 1))
  })
  const columns = [...new Set(flat.flatMap((row) => [...row.keys()]))]
  return { columns, rows: flat.map((row) => columns.map((column) => row.get(column) ?? null)) }
}

function* flattened(item: Json, prefix: string, level: number): Generator<[string, Cell]> {
  for (const [key, value] of Object.entries(item)) {
    if (isObject(value) && level < MAX_LEVELS) yield* flattened(value, `${prefix}${key}.`, level + 1)
    else if (typeof value === 'string' || typeof value === 'number') yield [prefix + key, value]
    else if (value === null) yield [prefix + key, null]
  }
}

function fromColumns(lists: readonly (readonly [string, readonly unknown[]])[]): Json[] {
  const lengths = new Set(lists.map(([, list]) => list.length))
  if (lengths.size > 1) throw new HilumError('bad-input', 'The columns of the table have different lengths.')
  return Array.from({ length: lists[0]?.[1].length ?? 0 }, (_, row) =>
    Object.fromEntries(lists.map(([name, list]) => [name, list[row]])))
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new HilumError('bad-input', `${what} is not valid JSON.`, { cause })
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function notATable(): HilumError {
  return new HilumError('bad-input', 'The JSON is no table: a list of objects, lists by column, or entries by feature number.')
}
