import { describe, expect, it } from 'vitest'
import { DEFAULT_MOUSE, MouseMap, paceOf, toolOfButton } from '../../../../src/renderer/viewer/mouseTools.ts'

describe('the mouse on a film', () => {
  it('does by button what the reader chose', () => {
    expect([0, 1, 2, 3].map((button) => toolOfButton(DEFAULT_MOUSE, button))).toEqual(['window', 'pan', 'zoom', null])
    const own = { ...DEFAULT_MOUSE, left: 'pan', right: 'none' } as const
    expect([0, 1, 2].map((button) => toolOfButton(own, button))).toEqual(['pan', 'pan', null])
  })

  it('reads a map that was damaged field by field', () => {
    expect(MouseMap.parse({ left: 'fly', wheel: 'window' })).toEqual({ ...DEFAULT_MOUSE, wheel: 'window' })
  })

  it('goes fine with Shift and coarse with Ctrl', () => {
    const pace = (shiftKey: boolean, ctrlKey: boolean) => paceOf({ shiftKey, ctrlKey })
    expect([pace(false, false), pace(true, false), pace(false, true)]).toEqual([1, 0.125, 4])
  })
})
