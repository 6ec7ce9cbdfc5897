import { describe, expect, it } from 'vitest'
import { panBy, scaleOf, toCanvas, toFilm, WHOLE_FILM, zoomAt } from '../../../../src/renderer/viewer/viewState.ts'

const film = { width: 2500, height: 3000 }
const canvas = { width: 500, height: 750 }

describe('the view of a film', () => {
  it('shows the whole film, centred, at zoom 1', () => {
    expect(scaleOf(WHOLE_FILM, film, canvas)).toBe(0.2)
    expect(toFilm(WHOLE_FILM, film, canvas, { x: 250, y: 375 })).toEqual({ x: 1250, y: 1500 })
    expect(toCanvas(WHOLE_FILM, film, canvas, { x: 0, y: 0 })).toEqual({ x: 0, y: 75 })
  })

  it('goes from canvas to film and back without moving', () => {
    const view = { centerX: 0.3, centerY: 0.7, zoom: 3.7 }
    const at = { x: 123, y: 456 }
    const back = toCanvas(view, film, canvas, toFilm(view, film, canvas, at))
    expect(back.x).toBeCloseTo(at.x, 9)
    expect(back.y).toBeCloseTo(at.y, 9)
  })

  it('zooms about the pointer', () => {
    const at = { x: 100, y: 300 }
    const before = toFilm(WHOLE_FILM, film, canvas, at)
    const zoomed = zoomAt(WHOLE_FILM, film, canvas, at, 2)
    const after = toFilm(zoomed, film, canvas, at)
    expect(zoomed.zoom).toBe(2)
    expect(after.x).toBeCloseTo(before.x, 6)
    expect(after.y).toBeCloseTo(before.y, 6)
  })

  it('stays within its limits', () => {
    expect(zoomAt(WHOLE_FILM, film, canvas, { x: 0, y: 0 }, 1e9).zoom).toBe(40)
    expect(zoomAt(WHOLE_FILM, film, canvas, { x: 0, y: 0 }, 1e-9).zoom).toBe(0.25)
    expect(panBy(WHOLE_FILM, film, canvas, { x: 1e6, y: -1e6 })).toEqual({ centerX: 0, centerY: 1, zoom: 1 })
  })

  it('pans the film with the pointer', () => {
    const view = panBy({ ...WHOLE_FILM, zoom: 2 }, film, canvas, { x: 40, y: 0 })
    const from = toCanvas({ ...WHOLE_FILM, zoom: 2 }, film, canvas, { x: 1250, y: 1500 })
    const to = toCanvas(view, film, canvas, { x: 1250, y: 1500 })
    expect(to.x - from.x).toBeCloseTo(40, 9)
    expect(to.y - from.y).toBeCloseTo(0, 9)
  })

  it('suits films of different size: the same view shows the same part', () => {
    const small = { width: 1250, height: 1500 }
    const view = zoomAt(WHOLE_FILM, film, canvas, { x: 10, y: 20 }, 3)
    const large = toFilm(view, film, canvas, { x: 400, y: 100 })
    const half = toFilm(view, small, canvas, { x: 400, y: 100 })
    expect(half.x * 2).toBeCloseTo(large.x, 9)
    expect(half.y * 2).toBeCloseTo(large.y, 9)
  })
})
