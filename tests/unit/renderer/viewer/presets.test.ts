import { describe, expect, it } from 'vitest'
import { loupePixels } from '../../../../src/renderer/viewer/loupe.ts'
import { greyOf } from '../../../../src/renderer/viewer/grey.ts'
import { mirror, turn, UPRIGHT } from '../../../../src/renderer/viewer/orientation.ts'
import { openingPresentation } from '../../../../src/renderer/viewer/presentation.ts'
import { automatic, presetOf, PRESETS } from '../../../../src/renderer/viewer/presets.ts'
import { sidesOf } from '../../../../src/renderer/viewer/sides.ts'
import type { ViewerFilm } from '../../../../src/shared/contracts/dicom.ts'

const film: ViewerFilm = {
  hash: 'a'.repeat(64), columns: 3, rows: 2, values: Uint16Array.of(0, 100, 200, 300, 400, 500), minimum: 0,
  maximum: 500,
  windows: [
    { center: 1000, width: 2000, explanation: 'Standard', shape: 'SIGMOID' },
    { center: 250, width: 500, explanation: 'Automatic', shape: 'LINEAR' },
  ],
  inverted: false, spacing: null, luts: [], lut: null, patientOrientation: ['L', 'F'],
}
const from = openingPresentation(film)

describe('window presets', () => {
  it('lie in the window that the film opens with, and keep its curve', () => {
    const { window, source } = presetOf(PRESETS[0]!, film, from)
    expect(window).toEqual({ center: 1000 - 0.14 * 2000, width: 0.66 * 2000, shape: 'SIGMOID' })
    expect(source).toBe('Lungs')
  })

  it('go towards what is shown bright where small values are', () => {
    const dark = { ...film, inverted: true }
    expect(presetOf(PRESETS[1]!, dark, from).window.center).toBe(1000 - 0.2 * 2000)
  })

  it('leave an inverted film inverted', () => {
    expect(presetOf(PRESETS[0]!, film, { ...from, inverted: true }).inverted).toBe(true)
    expect(automatic(film, { ...from, inverted: true })).toMatchObject({ inverted: true, source: 'Automatic' })
  })
})

describe('the loupe', () => {
  const at = (rgba: Uint8ClampedArray, size: number, x: number, y: number) => rgba[4 * (y * size + x)]
  const grey = (value: number) => Math.round(greyOf(value, from.window))

  it('shows the film pixel by pixel, each as its window says', () => {
    const rgba = loupePixels(film, from, UPRIGHT, { x: 1.5, y: 1 }, 6, 2)
    expect([at(rgba, 6, 0, 1), at(rgba, 6, 1, 2)]).toEqual([grey(0), grey(0)])
    expect([at(rgba, 6, 2, 1), at(rgba, 6, 5, 4)]).toEqual([grey(100), grey(500)])
    expect(at(rgba, 6, 2, 0)).toBe(0) // off the film
    expect(rgba[3]).toBe(255)
  })

  it('turns, mirrors and inverts with the film', () => {
    const turned = loupePixels(film, from, turn(UPRIGHT, 1), { x: 1.5, y: 1 }, 6, 2)
    expect(at(turned, 6, 4, 0)).toBe(grey(0)) // the top left pixel has come to the top right
    const mirrored = loupePixels(film, { ...from, inverted: true }, mirror(UPRIGHT), { x: 1.5, y: 1 }, 6, 2)
    expect(at(mirrored, 6, 0, 1)).toBe(Math.round(255 - greyOf(200, from.window)))
  })
})

describe('the sides of a film', () => {
  it("are the patient's, as the file states them", () => {
    expect(sidesOf(['L', 'F'], UPRIGHT)).toEqual({ left: 'R', right: 'L' })
    expect(sidesOf(['P', 'F'], UPRIGHT)).toEqual({ left: 'A', right: 'P' })
  })

  it('go along when the film is mirrored or turned', () => {
    expect(sidesOf(['L', 'F'], mirror(UPRIGHT))).toEqual({ left: 'L', right: 'R' })
    expect(sidesOf(['L', 'F'], turn(UPRIGHT, 1))).toEqual({ left: 'F', right: 'H' })
    expect(sidesOf(['L', 'F'], turn(turn(UPRIGHT, 1), 1))).toEqual({ left: 'L', right: 'R' })
    expect(sidesOf(['L', 'F'], mirror(turn(turn(UPRIGHT, 1), 1)))).toEqual({ left: 'R', right: 'L' })
  })

  it('are not guessed', () => {
    expect(sidesOf([], UPRIGHT)).toBeNull()
    expect(sidesOf(['', 'F'], UPRIGHT)).toBeNull()
    expect(sidesOf(['L'], UPRIGHT)).toBeNull()
  })
})
