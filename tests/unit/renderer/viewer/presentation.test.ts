import { describe, expect, it } from 'vitest'
import type { ViewerFilm } from '../../../../src/shared/contracts/dicom.ts'
import { dragWindow, invert, openingPresentation, windowOfFile } from '../../../../src/renderer/viewer/presentation.ts'

const film: ViewerFilm = {
  hash: 'a'.repeat(64),
  columns: 2,
  rows: 2,
  values: Uint16Array.of(0, 100, 200, 4095),
  minimum: 0,
  maximum: 4095,
  windows: [
    { center: 2000, width: 3000, explanation: 'NORMAL', shape: 'SIGMOID' },
    { center: 1500, width: 1000, explanation: '', shape: 'LINEAR' },
  ],
  inverted: true,
  spacing: null,
  luts: [],
  lut: null,
  patientOrientation: [],
}

describe('how a film is shown', () => {
  it("opens with the file's first window and polarity", () => {
    expect(openingPresentation(film)).toEqual({
      window: { center: 2000, width: 3000, shape: 'SIGMOID' },
      inverted: true,
      source: 'NORMAL',
    })
  })

  it('opens with the full range when the file brings no window', () => {
    const bare = openingPresentation({ ...film, windows: [] })
    expect(bare).toEqual({
      window: { center: 2048, width: 4096, shape: 'LINEAR' },
      inverted: true,
      source: 'full range',
    })
  })

  it("offers the file's other windows by number", () => {
    expect(windowOfFile(film, 1)?.window.width).toBe(1000)
    expect(windowOfFile(film, 1)?.source).toBe('from the file')
    expect(windowOfFile(film, 2)).toBeNull()
  })

  it('widens to the right and darkens downwards, and says that the window was set by hand', () => {
    const from = openingPresentation({ ...film, windows: [] })
    const dragged = dragWindow(from, film, { x: 10, y: 20 }, 1024)
    expect(dragged.window).toEqual({ center: 2048 + 80, width: 4096 + 40, shape: 'LINEAR' })
    expect(dragged.source).toBe('set by hand')
    expect(dragWindow(from, film, { x: 10, y: 20 }, 1024, 1 / 8).window.width).toBe(4096 + 5)
  })

  it('never lets the width fall below one value', () => {
    expect(dragWindow(openingPresentation(film), film, { x: -1e9, y: 0 }, 500).window.width).toBe(1)
  })

  it('inverts and inverts back', () => {
    const from = openingPresentation(film)
    expect(invert(from).inverted).toBe(false)
    expect(invert(invert(from))).toEqual(from)
  })
})
