/** What each reader said about one item, in the order of the readers; null where a reader did not answer. */
export type Rating = readonly (number | null)[]

/**
 * The ratings of many items. Items that were rated alike stand in one row, `counts[i]` items in row i, so that
 * a million items of three readers and three categories are at most 64 rows.
 */
export interface Ratings {
  readonly readers: number
  readonly rows: readonly Rating[]
  readonly counts: readonly number[]
}

/** Collects items into rows. Every item has one entry a reader; throws RangeError when one has not. */
export function ratingsOf(items: Iterable<Rating>): Ratings {
  const rows = new Map<string, { row: Rating; count: number }>()
  let readers: number | null = null
  for (const item of items) {
    readers ??= item.length
    if (item.length !== readers) throw new RangeError(`An item has ${item.length} ratings where others have ${readers}.`)
    const key = item.join(' ')
    const known = rows.get(key)
    if (known === undefined) rows.set(key, { row: item, count: 1 })
    else known.count += 1
  }
  const all = [...rows.values()]
  return { readers: readers ?? 0, rows: all.map(({ row }) => row), counts: all.map(({ count }) => count) }
}

/** Ratings from a table of two readers: `table[i][j]` items that the first called i and the second j. */
export function ratingsOfTable(table: readonly (readonly number[])[]): Ratings {
  const cells = table.flatMap((row, i) => row.map((count, j) => ({ row: [i, j], count })))
    .filter(({ count }) => count > 0)
  return { readers: 2, rows: cells.map(({ row }) => row), counts: cells.map(({ count }) => count) }
}

/** Only some of the readers, in the order given. */
export function withReaders(ratings: Ratings, readers: readonly number[]): Ratings {
  const rows = ratings.rows.map((row) => readers.map((reader) => row[reader] ?? null))
  return { readers: readers.length, rows, counts: ratings.counts }
}

/** Only the items that every reader rated. */
export function complete(ratings: Ratings): Ratings {
  return keepRows(ratings, (row) => row.every((value) => value !== null))
}

/** Only the items that at least two readers rated: those that say something about agreement. */
export function pairable(ratings: Ratings): Ratings {
  return keepRows(ratings, (row) => row.filter((value) => value !== null).length >= 2)
}

export function itemCount(ratings: Ratings): number {
  return ratings.counts.reduce((sum, count) => sum + count, 0)
}

/** How many readers put each row's items into each category, `[row][category]`, categories from 0. */
export function categoryCounts(ratings: Ratings, categories: number): readonly (readonly number[])[] {
  return ratings.rows.map((row) => {
    const counts = new Array<number>(categories).fill(0)
    for (const value of row) {
      if (value === null) continue
      if (!Number.isInteger(value) || value < 0 || value >= categories) {
        throw new RangeError(`${value} is not one of ${categories} categories.`)
      }
      counts[value]! += 1
    }
    return counts
  })
}

function keepRows(ratings: Ratings, wanted: (row: Rating) => boolean): Ratings {
  const kept = ratings.rows
    .map((row, at) => ({ row, count: ratings.counts[at]! }))
    .filter(({ row, count }) => count > 0 && wanted(row))
  return { readers: ratings.readers, rows: kept.map(({ row }) => row), counts: kept.map(({ count }) => count) }
}
