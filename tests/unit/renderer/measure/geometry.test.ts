import { describe, expect, it } from 'vitest'
import { angleAt, areaOf, ratioOf, regionStatistics, valueAt } from '../../../../src/renderer/measure/geometry.ts'
import { lengthText, readoutOf } from '../../../../src/renderer/measure/readout.ts'
import {
  distance, PIXELS, scaleOfFilm, standingInWords, type Scale,
} from '../../../../src/renderer/measure/scale.ts'
import type { Measurement } from '../../../../src/shared/domain/measurement.ts'

const at = (x: number, y: number) => ({ x, y })
const DETECTOR = { rowMm: 0.2, columnMm: 0.1, standing: 'detector' } as const
const mark = (kind: Measurement['kind'], points: Measurement['points'], millimetres: number | null = null) => ({
  kind, points, text: '', millimetres, id: 'a', filmHash: 'f',
})
/** 40 x 30 pixels, each the number of its column plus a hundred times its row. */
const pixels = {
  columns: 40, rows: 30, values: Uint16Array.from({ length: 1200 }, (_, i) => (i % 40) + 100 * Math.floor(i / 40)),
}

describe('the scale of a film', () => {
  it('takes row spacing downwards and column spacing across, and says what it rests on', () => {
    const scale = scaleOfFilm(DETECTOR, null)
    expect(distance(at(0, 0), at(30, 0), scale)).toBeCloseTo(3)
    expect(distance(at(0, 0), at(0, 30), scale)).toBeCloseTo(6)
    expect(distance(at(0, 0), at(40, 15), scale)).toBeCloseTo(5)
    expect(scale.unit).toBe('mm (detector)')
    expect(scaleOfFilm({ ...DETECTOR, standing: 'ermf' }, null).unit).toBe('mm (ERMF)')
    expect(scaleOfFilm({ ...DETECTOR, standing: 'calibrated' }, null).unit).toBe('mm (calibrated)')
  })

  it('is in pixels where the file gives none', () => {
    expect(scaleOfFilm(null, null)).toEqual(PIXELS)
  })

  it('follows the calibration line and keeps the proportions of the pixels', () => {
    const line = mark('calibration', [at(0, 0), at(0, 50)], 20)
    const scale = scaleOfFilm(DETECTOR, line)
    expect(distance(at(5, 0), at(5, 50), scale)).toBeCloseTo(20)
    expect(distance(at(0, 0), at(50, 0), scale)).toBeCloseTo(10)
    expect(scale.unit).toBe('mm (calibrated)')
    expect(standingInWords(scale, line)).toBe('lengths calibrated here by a line of 20 mm')
    expect(scaleOfFilm(DETECTOR, mark('calibration', [at(3, 3), at(3, 3)], 20)).unit).toBe('mm (detector)')
  })
})

describe('angles and ratios', () => {
  it('are measured in millimetres, not in pixels that are no squares', () => {
    const scale = scaleOfFilm(DETECTOR, null)
    expect(angleAt(at(20, 0), at(0, 0), at(20, 10), scale)).toBeCloseTo(45)
    expect(angleAt(at(20, 0), at(0, 0), at(20, 10), PIXELS)).toBeCloseTo(26.565, 3)
    expect(angleAt(at(1, 0), at(0, 0), at(-1, 0), PIXELS)).toBeCloseTo(180)
    expect(angleAt(at(1, 0), at(0, 0), at(1, 1e-9), PIXELS)).toBeCloseTo(1e-9 * (180 / Math.PI), 15)
    expect(angleAt(at(0, 0), at(0, 0), at(1, 0), PIXELS)).toBeNull()
  })

  it('divide the heart by the chest', () => {
    expect(ratioOf([at(0, 0), at(12, 0)], [at(0, 9), at(24, 9)], PIXELS)).toBeCloseTo(0.5)
    expect(ratioOf([at(0, 0), at(12, 0)], [at(4, 9), at(4, 9)], PIXELS)).toBeNull()
  })
})

describe('statistics of a region', () => {
  /** Written out once more, pixel by pixel. */
  function slowly(inside: (x: number, y: number) => boolean) {
    const found: number[] = []
    for (let y = 0; y < 30; y++) for (let x = 0; x < 40; x++) if (inside(x + 0.5, y + 0.5)) found.push(x + 100 * y)
    const mean = found.reduce((sum, value) => sum + value, 0) / found.length
    const squares = found.reduce((sum, value) => sum + (value - mean) ** 2, 0) / found.length
    const [minimum, maximum] = [Math.min(...found), Math.max(...found)]
    return { count: found.length, mean, deviation: Math.sqrt(squares), minimum, maximum }
  }
  function expectSame(found: object | null, wanted: Record<string, number>) {
    for (const [name, value] of Object.entries(wanted)) {
      expect((found as Record<string, number>)[name], name).toBeCloseTo(value, 6)
    }
  }

  it('are those of the pixels whose middle lies in a rectangle, drawn from any corner', () => {
    const inside = (x: number, y: number) => x >= 3.2 && x < 17.9 && y >= 2 && y < 9.4
    expectSame(regionStatistics(pixels, [at(3.2, 2), at(17.9, 9.4)], 'rectangle'), slowly(inside))
    expectSame(regionStatistics(pixels, [at(17.9, 2), at(3.2, 9.4)], 'rectangle'), slowly(inside))
  })

  it('are those of the pixels in an ellipse', () => {
    const inside = (x: number, y: number) => ((x - 15) / 10) ** 2 + ((y - 12) / 6) ** 2 < 1
    expectSame(regionStatistics(pixels, [at(5, 6), at(25, 18)], 'ellipse'), slowly(inside))
  })

  it('leave out what lies off the film, and are none where nothing lies on it', () => {
    expect(regionStatistics(pixels, [at(-50, -50), at(2, 1)], 'rectangle')).toMatchObject({ count: 2, mean: 0.5 })
    expect(regionStatistics(pixels, [at(50, 50), at(90, 90)], 'rectangle')).toBeNull()
    expect(regionStatistics(pixels, [at(5, 5), at(5, 5)], 'ellipse')).toBeNull()
  })

  it('do not drown small differences in large values', () => {
    const bright = { columns: 2, rows: 1, values: Uint16Array.from([65_534, 65_535]) }
    expect(regionStatistics(bright, [at(0, 0), at(2, 1)], 'rectangle')?.deviation).toBeCloseTo(0.5, 12)
  })

  it('have an area in the unit of the film', () => {
    const scale = scaleOfFilm(DETECTOR, null)
    expect(areaOf([at(0, 0), at(10, 10)], 'rectangle', scale)).toBeCloseTo(2)
    expect(areaOf([at(0, 0), at(10, 10)], 'ellipse', scale)).toBeCloseTo(Math.PI / 2)
  })
})

describe('what a measurement says', () => {
  const scale = scaleOfFilm(DETECTOR, null)

  it('never is a bare millimetre', () => {
    const units: Scale['unit'][] = ['mm (detector)', 'mm (ERMF)', 'mm (calibrated)', 'px']
    for (const unit of units) expect(lengthText(12.34, { unit })).toBe(`${unit === 'px' ? '12' : '12.3'} ${unit}`)
    const kinds = [mark('length', [at(0, 0), at(30, 0)]), mark('ratio', [at(0, 0), at(6, 0), at(0, 0), at(9, 0)]),
      mark('rectangle', [at(0, 0), at(10, 10)]), mark('ellipse', [at(0, 0), at(10, 10)])]
    for (const one of kinds) {
      const said = readoutOf(one, pixels, scale).join(' ')
      expect(said.match(/mm(?!²? \((detector|ERMF|calibrated)\))/), said).toBeNull()
      expect(said).toContain('(detector)')
    }
  })

  it('is one number for the heart, with both widths', () => {
    expect(readoutOf(mark('ratio', [at(0, 0), at(120, 0), at(0, 9), at(250, 9)]), pixels, scale))
      .toEqual(['CTR 0.48', '12.0 mm (detector) / 25.0 mm (detector)'])
  })

  it('is the value of the pixel under a probe', () => {
    expect(readoutOf(mark('probe', [at(7.9, 3.1)]), pixels, scale)).toEqual(['value 307 at 7, 3 px'])
    expect(valueAt(pixels, at(-0.1, 3))).toBeNull()
    expect(readoutOf(mark('probe', [at(40, 3)]), pixels, scale)).toEqual(['off the film'])
  })
})
