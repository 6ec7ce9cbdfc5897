export type Cell = string | number | null

/** A table from a file: its column names, and rows with a cell for each. */
export interface Table {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
}

export const MAX_TABLE_BYTES = 256 * 2 ** 20
export const MAX_ROWS = 500_000
export const MAX_COLUMNS = 200
