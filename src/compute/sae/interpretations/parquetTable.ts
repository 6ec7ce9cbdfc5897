import { basename } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema, type Compressors } from 'hyparquet'
import { HilumError } from '../../../shared/errors.ts'
import { MAX_ROWS, MAX_TABLE_BYTES, type Cell, type Table } from './table.ts'

/** What texts and numbers may unfold to. */
const MAX_UNPACKED = 4 * MAX_TABLE_BYTES
/** Snappy is the reader's own; zstd needs a newer Node than the oldest Electron Hilum runs in. */
const COMPRESSORS: Compressors = {
  GZIP: (input, length) => gunzipSync(input, { maxOutputLength: length }),
  BROTLI: (input, length) => brotliDecompressSync(input, { maxOutputLength: length }),
}

/** The columns of a Parquet file that hold texts and numbers. */
export async function parquetTable(path: string): Promise<Table> {
  const name = basename(path)
  try {
    const file = await asyncBufferFromFile(path)
    const metadata = await parquetMetadataAsync(file)
    const unpacked = metadata.row_groups.reduce((sum, group) => sum + Number(group.total_byte_size), 0)
    if (Number(metadata.num_rows) > MAX_ROWS || unpacked > MAX_UNPACKED) {
      throw new HilumError('limit', `${name} has more than ${MAX_ROWS} rows, or unfolds to more than ${MAX_UNPACKED / 2 ** 30} GB.`)
    }
    const flat = parquetSchema(metadata).children.filter(({ children }) => children.length === 0)
    const columns = flat.map(({ element }) => element.name)
    const rows = await parquetReadObjects({ file, metadata, columns, compressors: COMPRESSORS })
    return { columns, rows: rows.map((row) => columns.map((column) => cellOf(row[column]))) }
  } catch (error) {
    if (error instanceof HilumError) throw error
    const codec = /unsupported compression codec: (\w+)/.exec((error as Error).message)?.[1]
    if (codec !== undefined) {
      throw new HilumError('unsupported', `${name} is compressed with ${codec}, which Hilum does not unpack.`, {
        mend: 'Write it with snappy, gzip or no compression, or as CSV.', cause: error,
      })
    }
    throw new HilumError('bad-input', `${name} is not a Parquet file that can be read.`, { cause: error })
  }
}

function cellOf(value: unknown): Cell {
  if (typeof value === 'string' || typeof value === 'number') return value
  return typeof value === 'bigint' ? Number(value) : null
}
