import { describe, expect, it } from 'vitest'
import { drawFrontal } from '../../../src/phantom/drawFrontal.ts'
import { displayFilm, toStoredPixels } from '../../../src/phantom/film.ts'
import { NO_FINDINGS } from '../../../src/phantom/phantom.ts'
import { patient, withFinding } from './support.ts'

describe('the stored pixels of a film', () => {
  it.each([12, 14, 16] as const)('lie inside the range of %i bits and come back through the window', (bits) => {
    const image = drawFrontal(patient(3), NO_FINDINGS, { columns: 96, rows: 96, seed: 2 })
    const { pixels, windowCenter, windowWidth } = toStoredPixels(image, { bits })
    const range = 2 ** bits - 1
    expect(Math.min(...pixels)).toBeGreaterThan(range * 0.02)
    expect(Math.max(...pixels)).toBeLessThan(range * 0.9)
    // DICOM PS3.3 C.11.2.1.2.1
    const shown = Array.from(pixels, (v) =>
      Math.min(1, Math.max(0, (v - (windowCenter - 0.5)) / (windowWidth - 1) + 0.5)),
    )
    const worst = Math.max(...shown.map((v, i) => Math.abs(v - image[i]!)))
    expect(worst).toBeLessThan(1 / (range * 0.6))
  })

  it('use many of the grey levels they could', () => {
    const image = drawFrontal(patient(3), NO_FINDINGS, { columns: 288, rows: 288, seed: 2 })
    expect(new Set(toStoredPixels(image, { bits: 12 }).pixels).size).toBeGreaterThan(1500)
  })
})

describe('the films of a case', () => {
  const source = {
    anatomy: patient(5),
    current: withFinding({ pacemaker: true }),
    prior: NO_FINDINGS,
    filmSeeds: { frontal: 1, lateral: 2, prior: 3 },
  }
  const size = { columns: 64, rows: 64 }

  it('show the current findings, the prior ones, and the lateral view', () => {
    const [current, prior, lateral] = (['frontal', 'prior', 'lateral'] as const).map((view) =>
      displayFilm(source, view, size),
    )
    const white = (film: Uint8Array) => film.filter((v) => v > 250).length
    expect(white(current!)).toBeGreaterThan(white(prior!) + 10)
    expect(lateral).not.toEqual(current)
  })

  it('fill 8 bits without wrapping over', () => {
    const shown = displayFilm(source, 'frontal', size)
    const drawn = drawFrontal(source.anatomy, source.current, { ...size, seed: 1 })
    expect(Array.from(shown)).toEqual(Array.from(drawn, (v) => Math.floor(v * 255 + 0.5)))
  })
})
