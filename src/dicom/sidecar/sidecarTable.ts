import { parse } from 'csv-parse/sync'
import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import { HilumError } from '../../shared/errors.ts'
import { displayName } from '../scan/displayName.ts'
import { readAt } from '../scan/byteSource.ts'

/** A table as it lies in its file: text everywhere, every row as wide as the header. */
export interface SidecarTable {
  readonly name: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

const MOST_BYTES = 64 * 1024 * 1024
const MOST_COLUMNS = 500
/** A cell holds a report at most. */
const MOST_CELL_BYTES = 1024 * 1024
const DELIMITERS = [',', ';', '\t'] as const

/** Reads a CSV file, apart by commas, semicolons or tabs, UTF-8 or Windows-1252. Throws `bad-input`, `limit`. */
export async function readSidecarTable(path: string): Promise<SidecarTable> {
  const name = displayName(basename(path))
  const bytes = await readWhole(path, name)
  const text = decode(bytes)
  const delimiter = delimiterOf(text)
  let records: string[][]
  try {
    records = parse(text, {
      delimiter, relax_column_count: true, skip_empty_lines: true, trim: true, relax_quotes: true,
      max_record_size: MOST_CELL_BYTES,
    })
  } catch (cause) {
    throw new HilumError('bad-input', `The table ${name} cannot be read: ${(cause as Error).message.split('\n')[0]}.`, {
      mend: 'Save it as CSV with one header row.', cause,
    })
  }
  const [columns = [], ...rows] = records
  if (columns.length < 2 || rows.length === 0) {
    throw new HilumError('bad-input', `The table ${name} has no header row with columns and rows below it.`, {
      mend: 'Save it as CSV with one header row.',
    })
  }
  if (columns.length > MOST_COLUMNS) throw new HilumError('limit', `The table ${name} has more than ${MOST_COLUMNS} columns.`)
  return { name, columns, rows: rows.map((row) => columns.map((_, at) => row[at] ?? '')) }
}

async function readWhole(path: string, name: string): Promise<Buffer> {
  try {
    const file = await open(path, 'r')
    try {
      const { size } = await file.stat()
      if (size > MOST_BYTES) throw new HilumError('limit', `The table ${name} has ${size} bytes; Hilum reads up to ${MOST_BYTES}.`)
      return await readAt(file, 0, size)
    } finally {
      await file.close()
    }
  } catch (cause) {
    if (cause instanceof HilumError) throw cause
    throw new HilumError('not-found', `The table ${name} cannot be opened.`, { mend: 'Check its path.', cause })
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

/** The one of the three that the header has most of. */
function delimiterOf(text: string): string {
  const header = text.slice(0, text.search(/[\r\n]|$/))
  const count = (delimiter: string): number => header.split(delimiter).length
  return DELIMITERS.reduce((best, next) => (count(next) > count(best) ? next : best))
}
