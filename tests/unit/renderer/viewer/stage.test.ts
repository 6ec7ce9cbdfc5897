import { describe, expect, it } from 'vitest'
import {
  mirror, orient, orientationInWords, orientedSize, turn, unorient, UPRIGHT, type Orientation,
} from '../../../../src/renderer/viewer/orientation.ts'
import { filmToStage, layoutOf, stageScale, stageToFilm, type Stage } from '../../../../src/renderer/viewer/stage.ts'

const film = { width: 300, height: 500 }
const ALL: Orientation[] = [false, true].flatMap((mirrored) =>
  ([0, 1, 2, 3] as const).map((quarterTurns) => ({ mirrored, quarterTurns })))
const near = (a: { x: number; y: number }, b: { x: number; y: number }): void => {
  expect(a.x).toBeCloseTo(b.x, 9)
  expect(a.y).toBeCloseTo(b.y, 9)
}

describe('the orientation of a film', () => {
  const corner = { x: 0, y: 0 } // top left of the film

  it('turns the top left corner to the top right, clockwise', () => {
    expect(orient(corner, film, turn(UPRIGHT, 1))).toEqual({ x: 500, y: 0 })
    expect(orient(corner, film, turn(UPRIGHT, -1))).toEqual({ x: 0, y: 300 })
  })

  it('mirrors what is seen, turned or not', () => {
    expect(orient(corner, film, mirror(UPRIGHT))).toEqual({ x: 300, y: 0 })
    expect(orient(corner, film, mirror(turn(UPRIGHT, 1)))).toEqual({ x: 0, y: 0 })
  })

  it.each(ALL)('comes back from %o', (orientation) => {
    const at = { x: 12, y: 345 }
    near(unorient(orient(at, film, orientation), film, orientation), at)
    expect(mirror(mirror(orientation))).toEqual(orientation)
    expect(turn(turn(turn(turn(orientation, 1), 1), 1), 1)).toEqual(orientation)
    expect(turn(turn(orientation, 1), -1)).toEqual(orientation)
  })

  it('is said in words', () => {
    expect(orientationInWords(UPRIGHT)).toBe('')
    expect(orientationInWords({ mirrored: true, quarterTurns: 3 })).toBe('mirrored, turned 270°')
  })
})

describe('a film on the screen', () => {
  const view = { centerX: 0.4, centerY: 0.3, zoom: 1.7 }
  const canvas = { width: 640, height: 480 }
  const stageOf = (orientation: Orientation): Stage => ({ film, canvas, view, orientation })

  it.each(ALL)('finds the film pixel under the pointer, %o', (orientation) => {
    const stage = stageOf(orientation)
    near(stageToFilm(stage, filmToStage(stage, { x: 33, y: 44 })), { x: 33, y: 44 })
  })

  it('puts the middle of a whole film into the middle of the canvas', () => {
    const stage = { ...stageOf(turn(UPRIGHT, 1)), view: { centerX: 0.5, centerY: 0.5, zoom: 1 } }
    near(filmToStage(stage, { x: 150, y: 250 }), { x: 320, y: 240 })
    expect(stageScale(stage)).toBeCloseTo(Math.min(640 / 500, 480 / 300))
  })

  it.each(ALL)('is drawn by CSS where the geometry says, %o', (orientation) => {
    const stage = stageOf(orientation)
    const { size, view: drawn, transform } = layoutOf(stage)
    const upright: Stage = { film, canvas: size, view: drawn, orientation: UPRIGHT }
    // The same as the browser does: about the middle of the drawing, the last function first.
    const turns = Number(/rotate\((\d+)deg\)/.exec(transform)?.[1] ?? 0) / 90
    const at = { x: 70, y: 420 }
    const inDrawing = filmToStage(upright, at)
    let [x, y] = [inDrawing.x - size.width / 2, inDrawing.y - size.height / 2]
    if (transform.includes('scaleX(-1)')) x = -x
    for (let i = 0; i < turns; i++) [x, y] = [-y, x]
    near({ x: x + 320, y: y + 240 }, filmToStage(stage, at))
    expect(stageScale(upright)).toBeCloseTo(stageScale(stage), 9)
    expect(orientedSize(size, orientation)).toEqual({ width: 640, height: 480 })
  })
})
