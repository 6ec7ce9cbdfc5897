import { ROW_NUMBER, type ColumnMap, type TablePreview } from '../../../shared/domain/dictionary.ts'
import { HilumError } from '../../../shared/errors.ts'
import { completeMap, guessColumns } from './columnMap.ts'
import { readRows, type InterpretedRow } from './readRows.ts'
import { readTable } from './readTable.ts'
import type { Table } from './table.ts'

const SHOWN = 5

/** A table as it would be taken over; what speaks against it is told instead of thrown. */
export async function previewTable(path: string, given: ColumnMap): Promise<TablePreview> {
  const table = await readTable(path)
  const { columns, rows } = table
  try {
    const map = completeMap(table, given)
    const read = readRows(table, map)
    return { columns, rows: rows.length, map, first: read.slice(0, SHOWN), problem: null }
  } catch (error) {
    if (!(error instanceof HilumError)) throw error
    const map = { ...guessColumns(columns), ...given }
    const problem = error.mend === null ? error.message : `${error.message} ${error.mend}`
    return { columns, rows: rows.length, map, first: firstReadable(table, map), problem }
  }
}

function firstReadable({ columns, rows }: Table, map: ColumnMap): InterpretedRow[] {
  return rows.slice(0, SHOWN).flatMap((row, i) => {
    try {
      const [read] = readRows({ columns, rows: [row] }, map)
      return read === undefined ? [] : [map.feature?.column === ROW_NUMBER ? { ...read, feature: i } : read]
    } catch {
      return []
    }
  })
}
