/** Which rows of a long list are drawn, and the empty space that stands for the others, in pixels. */
export interface VisibleRows {
  readonly from: number
  readonly to: number
  readonly above: number
  readonly below: number
}

/** The rows within a scrolled viewport, with a few more at each end so that scrolling shows no gap. */
export function visibleRows(
  count: number,
  rowHeight: number,
  scrollTop: number,
  height: number,
  spare = 8,
): VisibleRows {
  const from = Math.max(0, Math.floor(scrollTop / rowHeight) - spare)
  const to = Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + spare)
  return { from, to: Math.max(from, to), above: from * rowHeight, below: Math.max(0, count - to) * rowHeight }
}

/** The scroll position that brings a row into view while moving as little as possible. */
export function scrollTo(row: number, rowHeight: number, scrollTop: number, height: number): number {
  if (row * rowHeight < scrollTop) return row * rowHeight
  return Math.max(scrollTop, (row + 1) * rowHeight - height)
}
