import { readFile, stat } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { HilumError } from '../../../shared/errors.ts'
import { csvTable } from './csvTable.ts'
import { jsonLinesTable, jsonTable } from './jsonTable.ts'
import { parquetTable } from './parquetTable.ts'
import { MAX_COLUMNS, MAX_ROWS, MAX_TABLE_BYTES, type Table } from './table.ts'

const TEXT_READERS: Readonly<Record<string, (text: string) => Table>> = {
  '.csv': csvTable, '.tsv': csvTable, '.json': jsonTable, '.jsonl': jsonLinesTable, '.ndjson': jsonLinesTable,
}

/**
 * Reads CSV (comma, semicolon or tab), JSON, JSON Lines or Parquet by the file's ending.
 * @throws HilumError in one sentence when it cannot be read or is beyond the caps.
 */
export async function readTable(path: string): Promise<Table> {
  const name = basename(path)
  const found = await stat(path).catch(() => null)
  if (found === null || !found.isFile()) throw new HilumError('not-found', `There is no file ${path}.`)
  if (found.size > MAX_TABLE_BYTES) {
    throw new HilumError('limit', `${name} is larger than ${MAX_TABLE_BYTES / 2 ** 20} MB, too large for a table of interpretations.`)
  }
  const ending = extname(path).toLowerCase()
  const readText = TEXT_READERS[ending]
  if (readText === undefined && ending !== '.parquet') {
    throw new HilumError('unsupported', `${name} is no table Hilum reads: CSV, TSV, JSON, JSON Lines or Parquet.`)
  }
  const table = readText === undefined ? await parquetTable(path) : readText(await readUtf8(path, name))
  if (table.rows.length === 0) throw new HilumError('bad-input', `${name} has no rows.`)
  if (table.rows.length > MAX_ROWS || table.columns.length > MAX_COLUMNS) {
    throw new HilumError('limit', `${name} has more than ${MAX_ROWS} rows or ${MAX_COLUMNS} columns.`)
  }
  return table
}

async function readUtf8(path: string, name: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path)) // drops a byte order mark
  } catch (cause) {
    throw new HilumError('bad-input', `${name} is not a text in UTF-8.`, { mend: 'Save it as UTF-8.', cause })
  }
}
