import { describe, expect, it } from 'vitest'
import type { StoredPixels } from '../../../../src/dicom/decode/storedPixels.ts'
import { displayFilm } from '../../../../src/dicom/grey/displayFilm.ts'
import { modelFilm } from '../../../../src/dicom/grey/modelFilm.ts'
import { viewerFilm } from '../../../../src/dicom/grey/viewerFilm.ts'
import type { InstanceHeader } from '../../../../src/dicom/header/instanceHeader.ts'
import { readInstance } from '../../../../src/dicom/header/readInstance.ts'
import { buildDicom } from '../../../fixtures/dicom/buildDicom.ts'

const base = readInstance(buildDicom({ bitsStored: 12 })).header
const hash = 'ab'.repeat(32)

function header(change: Partial<InstanceHeader>): InstanceHeader {
  return { ...base, ...change }
}
type Words = Uint16ArrayConstructor | Int16ArrayConstructor | Uint8ArrayConstructor
function stored(values: readonly number[], words: Words = Uint16Array): StoredPixels {
  const pixels = words.from(values)
  return { rows: 1, columns: values.length, samples: 1, bitsStored: 12, signed: words === Int16Array, pixels }
}
const grey = (values: readonly number[], change: Partial<InstanceHeader>): number[] =>
  Array.from(displayFilm(stored(values), header(change)).pixels)
const lut = (entries: readonly number[], bits: number, firstInput = 0) =>
  ({ entries: Uint16Array.from(entries), bits, firstInput, explanation: 'Bone' })
const window = (center: number, width: number) => [{ center, width, explanation: '' }]

describe('displayFilm', () => {
  it('rescales before it windows', () => {
    // Windowed without the rescale, 2000 would not be white.
    const rescale = { slope: 2, intercept: -1000 }
    expect(grey([0, 1000, 2000], { rescale, windows: window(1000, 4001) })).toEqual([0, 128, 255])
  })

  it('lets a Modality LUT take the place of slope and intercept', () => {
    const rescale = { slope: 7, intercept: 7 }
    const change = { modalityLut: lut([0, 50, 100], 8), rescale, windows: window(50.5, 101) }
    expect(grey([0, 1, 2, 9], change)).toEqual([0, 128, 255, 255])
  })

  it('prefers a VOI LUT to a window', () => {
    expect(grey([0, 1, 2], { voiLuts: [lut([255, 0, 128], 8)], windows: window(1, 3) })).toEqual([255, 0, 128])
  })

  it('feeds the VOI LUT with modality values', () => {
    const change = { rescale: { slope: 1, intercept: -10 }, voiLuts: [lut([0, 100, 255], 8)] }
    expect(grey([10, 11, 12], change)).toEqual([0, 100, 255])
  })

  it('inverts last, for MONOCHROME1 and for INVERSE, and only once for both', () => {
    const layout = { ...base.layout!, photometric: 'MONOCHROME1' }
    expect(grey([0, 1023], { windows: window(512, 1024) })).toEqual([0, 255])
    expect(grey([0, 1023], { windows: window(512, 1024), layout })).toEqual([255, 0])
    expect(grey([0, 1023], { windows: window(512, 1024), presentationLutShape: 'INVERSE' })).toEqual([255, 0])
    expect(grey([0, 1023], { windows: window(512, 1024), layout, presentationLutShape: 'INVERSE' })).toEqual([255, 0])
  })

  it('shows padding black, also where it would be white, and keeps it out of the automatic window', () => {
    const film = Array.from({ length: 1000 }, (_, i) => 1000 + i)
    const padding = (value: number) => ({ padding: { low: value, high: value } })
    const whiteBorder = displayFilm(stored([...film, 4095, 4095, 4095]), header(padding(4095)))
    expect(Array.from(whiteBorder.pixels.subarray(998))).toEqual([255, 255, 0, 0, 0])
    const inverted = displayFilm(stored([...film, 0, 0, 0]), header({ ...padding(0), presentationLutShape: 'INVERSE' }))
    expect(Array.from(inverted.pixels.subarray(998))).toEqual([0, 0, 0, 0, 0])
    expect(inverted.pixels[0]).toBe(255)
    for (const { voi } of [whiteBorder, inverted]) {
      expect(voi.kind === 'window' && Math.abs(voi.center - 1500) < 10).toBe(true)
    }
  })

  it('finds a window between robust percentiles when the file has none', () => {
    const values = [...Array.from({ length: 1000 }, (_, i) => 1000 + i), 0, 4095]
    const { voi } = displayFilm(stored(values), base)
    expect(voi).toMatchObject({ kind: 'window' })
    if (voi.kind === 'window') {
      expect(voi.center - voi.width / 2).toBeGreaterThan(1000)
      expect(voi.center + voi.width / 2).toBeLessThan(2000)
    }
  })

  it('shows an 8-bit film without a window as it is', () => {
    const layout = { ...base.layout!, bitsAllocated: 8, bitsStored: 8 }
    const film = displayFilm(stored([0, 17, 255], Uint8Array), header({ layout }))
    expect(Array.from(film.pixels)).toEqual([0, 17, 255])
  })

  it('passes over a window in which the film would be one grey', () => {
    const values = Array.from({ length: 1000 }, (_, i) => i)
    const film = displayFilm(stored(values), header({ windows: window(40_000, 100) }))
    expect(Math.max(...film.pixels) - Math.min(...film.pixels)).toBe(255)
  })

  it("obeys the reader's choice", () => {
    const film = displayFilm(stored([0, 100, 200]), header({ windows: window(1, 2) }), { kind: 'window', center: 100, width: 200, shape: 'LINEAR_EXACT' })
    expect(Array.from(film.pixels)).toEqual([0, 128, 255])
  })
})

describe('modelFilm', () => {
  it('is the default presentation', () => {
    const film = modelFilm(hash, stored([0, 1023]), header({ windows: window(512, 1024), presentationLutShape: 'INVERSE' }))
    expect(film).toMatchObject({ hash, columns: 2, rows: 1, pixels: Uint8Array.of(255, 0) })
  })
})

describe('viewerFilm', () => {
  /** What the viewer shows of values and a LINEAR window, by PS3.3. */
  const shown = (film: ReturnType<typeof viewerFilm>, i: number): number => {
    const { center, width } = film.windows[0]!
    const grey = Math.min(1, Math.max(0, (film.values[i]! - (center - 0.5)) / (width - 1) + 0.5))
    return Math.round(255 * (film.inverted ? 1 - grey : grey))
  }

  it.each<[string, Partial<InstanceHeader>]>([
    ['a window', { windows: window(1500, 2000) }],
    ['a rescale below zero', { rescale: { slope: 1, intercept: -1024 }, windows: window(300, 1500) }],
    ['a VOI LUT', { voiLuts: [lut(Array.from({ length: 4096 }, (_, i) => (i * i) >> 12), 12)] }],
    ['MONOCHROME1', { windows: window(1500, 2000), presentationLutShape: 'INVERSE' }],
    ['no window', {}],
  ])('opens looking as displayFilm shows it: %s', (_name, change) => {
    const values = Array.from({ length: 500 }, (_, i) => 8 * i)
    const expected = displayFilm(stored(values), header(change)).pixels
    const film = viewerFilm(hash, stored(values), header(change))
    expected.forEach((grey, i) => expect(Math.abs(shown(film, i) - grey)).toBeLessThanOrEqual(1))
  })

  it('keeps signed values signed and lists the other windows with their explanation', () => {
    const film = viewerFilm(hash, stored([-1000, 0, 1000], Int16Array), header({
      windows: [{ center: 0, width: 2000, explanation: 'Lung' }, { center: 40, width: 400, explanation: 'Bone' }],
    }))
    expect(film.values).toEqual(Int16Array.of(-1000, 0, 1000))
    expect([film.minimum, film.maximum]).toEqual([-1000, 1000])
    expect(film.windows.map(({ explanation }) => explanation)).toEqual(['Lung', 'Bone', 'Automatic'])
  })

  describe('with two LUTs and a window in the file', () => {
    const square = { ...lut(Array.from({ length: 4096 }, (_, i) => (i * i) >> 12), 12), explanation: 'SOFT' }
    const flipped = { ...lut(Array.from({ length: 4096 }, (_, i) => 4095 - i), 12), explanation: '' }
    const head = header({ voiLuts: [square, flipped], windows: window(1500, 2000) })
    const film = (choice: number | 'none' | null) => viewerFilm(hash, stored([0, 1024, 4095]), head, choice)

    it('names them by their explanation and opens with the first', () => {
      expect(film(null).luts).toEqual(['SOFT', 'LUT 2 of the file'])
      expect([film(null).lut, film(0).lut]).toEqual([0, 0])
      expect(film(null).values).toEqual(film(0).values)
    })

    it("obeys the reader's choice of another, or of none", () => {
      expect(Array.from(film(1).values)).toEqual([4095, 3071, 0])
      expect([film(1).lut, film('none').lut]).toEqual([1, null])
      expect(Array.from(film('none').values)).toEqual([0, 1024, 4095])
      expect(film('none').windows[0]).toMatchObject({ center: 1500, width: 2000 })
    })

    it('refuses one that is not there', () => {
      expect(() => film(2)).toThrow('The film has 2 VOI LUTs, none of number 3.')
    })
  })

  it('keeps values apart that a slope below one would merge', () => {
    const change = { rescale: { slope: 0.25, intercept: 0 }, windows: window(0.5, 1) }
    const film = viewerFilm(hash, stored([0, 1, 2, 3]), header(change))
    expect(Array.from(film.values)).toEqual([0, 1, 2, 3])
    expect(film.windows[0]).toMatchObject({ center: 2, width: 4 })
  })

  it('gives padding the value that is shown black', () => {
    const change = { padding: { low: 0, high: 0 }, windows: window(2000, 3000) }
    expect(viewerFilm(hash, stored([0, 500, 3000]), header(change)).values[0]).toBe(500)
    expect(viewerFilm(hash, stored([0, 500, 3000]), header({ ...change, presentationLutShape: 'INVERSE' })).values[0]).toBe(3000)
  })
})
