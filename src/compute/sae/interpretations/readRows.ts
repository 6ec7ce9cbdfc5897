import { ROW_NUMBER, type ColumnMap } from '../../../shared/domain/dictionary.ts'
import { HilumError } from '../../../shared/errors.ts'
import type { Cell, Table } from './table.ts'

/** What a row of a table says of a feature; null where it says nothing. */
export interface InterpretedRow {
  readonly feature: number
  readonly interpretation: string
  readonly score: number | null
  readonly density: number | null
  readonly maxActivation: number | null
}

const LONGEST = 4000

/**
 * The rows of a table as they are mapped.
 * @throws HilumError naming the row whose cell is not what its field needs.
 */
export function readRows({ columns, rows }: Table, map: ColumnMap): readonly InterpretedRow[] {
  const at = (field: keyof ColumnMap): number => columns.indexOf(map[field]?.column ?? '')
  const places = {
    feature: at('feature'), interpretation: at('interpretation'), score: at('score'), density: at('density'),
    maxActivation: at('maxActivation'),
  }
  const byNumber = map.feature?.column === ROW_NUMBER && places.feature < 0
  const number = (row: readonly Cell[], i: number, field: 'score' | 'density' | 'maxActivation'): number | null => {
    const cell = places[field] < 0 ? null : (row[places[field]] ?? null)
    const { column, divisor } = map[field] ?? { column: '', divisor: 1 }
    const value = asNumber(cell)
    if (value === null) return null
    if (Number.isNaN(value)) throw wrong(i, `"${String(cell)}" in "${column}" is not a number`)
    const share = value / divisor
    if (share < 0 || (field !== 'maxActivation' && share > 1)) {
      const mend = share > 1 && share <= 100 ? `If it is a percentage, say so: --map ${field}=${column}/100.` : null
      throw wrong(i, `${value} in "${column}" is not a share from 0 to 1`, mend)
    }
    return share
  }
  return rows.map((row, i) => {
    const feature = byNumber ? i : asNumber(row[places.feature] ?? null)
    if (feature === null || !Number.isInteger(feature) || feature < 0) {
      throw wrong(i, `"${String(row[places.feature] ?? '')}" in "${map.feature?.column ?? ''}" is not the number of a feature`)
    }
    const text = places.interpretation < 0 ? null : (row[places.interpretation] ?? null)
    return {
      feature,
      interpretation: text === null ? '' : String(text).trim().slice(0, LONGEST),
      score: number(row, i, 'score'),
      density: number(row, i, 'density'),
      maxActivation: number(row, i, 'maxActivation'),
    }
  })
}

/** A cell as a number; null when it is empty, NaN when it is something else. */
function asNumber(cell: Cell): number | null {
  if (cell === null || (typeof cell === 'string' && /^\s*(?:|nan|na|null|none)\s*$/i.test(cell))) return null
  if (typeof cell === 'number') return Number.isNaN(cell) ? null : cell
  return Number(cell.trim().replace(/^#/, ''))
}

function wrong(row: number, what: string, mend: string | null = null): HilumError {
  return new HilumError('bad-input', `Row ${row + 1} of the table cannot be used: ${what}.`, mend === null ? {} : { mend })
}
