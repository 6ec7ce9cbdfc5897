import { describe, expect, it } from 'vitest'
import {
  advanceTo, changesBetween, redo, startHistory, undo, withMark, withoutMark,
} from '../../../../src/renderer/measure/history.ts'
import type { Measurement } from '../../../../src/shared/domain/measurement.ts'

const mark = (id: string, x = 0): Measurement => ({
  id, filmHash: 'f', kind: 'probe', points: [{ x, y: 0 }], text: '', millimetres: null,
})

describe('undo and redo', () => {
  const start = startHistory([mark('a')])
  const drawn = advanceTo(start, withMark(start.now, mark('b')))
  const moved = advanceTo(drawn, withMark(drawn.now, mark('a', 5)))

  it('go back step by step and forward again', () => {
    const once = undo(moved)!
    expect(once.now).toEqual([mark('a'), mark('b')])
    const twice = undo(once)!
    expect(twice.now).toEqual([mark('a')])
    expect(undo(twice)).toBeNull()
    expect(redo(redo(twice)!)!.now).toEqual([mark('a', 5), mark('b')])
    expect(redo(moved)).toBeNull()
  })

  it('forget what was undone once something else is drawn', () => {
    const other = advanceTo(undo(moved)!, [])
    expect(redo(other)).toBeNull()
    expect(undo(other)!.now).toEqual([mark('a'), mark('b')])
  })

  it('write what changed and nothing else', () => {
    const removed = advanceTo(moved, withoutMark(moved.now, 'b'))
    expect(changesBetween(drawn.now, moved.now)).toEqual({ keep: [mark('a', 5)], remove: [] })
    expect(changesBetween(moved.now, removed.now)).toEqual({ keep: [], remove: ['b'] })
    expect(changesBetween(removed.now, undo(removed)!.now)).toEqual({ keep: [mark('b')], remove: [] })
  })
})
