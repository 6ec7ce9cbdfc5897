import { describe, expect, it } from 'vitest'
import { scrollTo, visibleRows } from '../../../../src/renderer/screens/visibleRows.ts'

describe('drawing a long list', () => {
  it('draws the rows in view and a few more, and keeps the height of the rest', () => {
    const rows = visibleRows(100_000, 30, 3000, 600, 8)
    expect(rows).toEqual({ from: 92, to: 128, above: 92 * 30, below: (100_000 - 128) * 30 })
  })

  it('draws all of a short list', () => {
    expect(visibleRows(3, 30, 0, 600)).toEqual({ from: 0, to: 3, above: 0, below: 0 })
    expect(visibleRows(0, 30, 0, 600)).toEqual({ from: 0, to: 0, above: 0, below: 0 })
  })

  it('stays sound when the list got shorter than the scroll position', () => {
    const rows = visibleRows(5, 30, 90_000, 600)
    expect(rows.to - rows.from).toBe(0)
  })

  it('scrolls no further than a row needs', () => {
    expect(scrollTo(5, 30, 0, 600)).toBe(0)
    expect(scrollTo(25, 30, 0, 600)).toBe(180)
    expect(scrollTo(2, 30, 300, 600)).toBe(60)
  })
})
