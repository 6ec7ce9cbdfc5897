import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { hashImage, prepareImage } from '../../../../src/compute/maira2/image.ts'
import { MAIRA2_IMAGE_SETTINGS, readImageSettings } from '../../../../src/compute/maira2/imageSettings.ts'
import { film, type FilmFormula } from './film.ts'
import { golden } from './golden.ts'

interface ImageCase extends FilmFormula {
  readonly size: number
  readonly mean: number
  readonly deviation: number
  readonly pixelsSha256: string
  readonly valuesSha256: string
  readonly pixels?: string
}

const cases = golden<ImageCase[]>('images.json')

describe('film preparation against Pillow and transformers', () => {
  it('covers small and large films', () => {
    expect(cases.filter((c) => c.pixels !== undefined).length).toBeGreaterThanOrEqual(40)
    expect(cases.some((c) => c.columns * c.rows >= 7_500_000)).toBe(true)
  })

  it.each(cases)('$columns x $rows ($kind, $low + $span) to $size: every byte equal', (example) => {
    const prepared = prepareImage(film(example), settingsOf(example))
    if (example.pixels !== undefined) expect([...prepared.pixels]).toEqual([...Buffer.from(example.pixels, 'base64')])
    expect(sha256(prepared.pixels)).toBe(example.pixelsSha256)
    expect(sha256(new Uint8Array(prepared.values.buffer))).toBe(example.valuesSha256)
  })
})

const formula: FilmFormula = { columns: 40, rows: 50, kind: 'film', seed: 1, low: 0, span: 255 }

describe('prepareImage', () => {
  it('gives three equal channels of size x size', () => {
    const { values } = prepareImage(film(formula), { ...MAIRA2_IMAGE_SETTINGS, size: 20 })
    expect(values.length).toBe(3 * 20 * 20)
    expect(values.slice(400, 800)).toEqual(values.slice(0, 400))
    expect(values.slice(800)).toEqual(values.slice(0, 400))
  })

  it('does not depend on brightness offset: the darkest pixel becomes black, the brightest white', () => {
    const dark = film({ ...formula, kind: 'edges', low: 0, span: 100 })
    const bright = { ...dark, pixels: dark.pixels.map((value) => value + 50) }
    const settings = { ...MAIRA2_IMAGE_SETTINGS, size: 40 }
    expect(prepareImage(bright, settings).pixels).toEqual(prepareImage(dark, settings).pixels)
    expect(Math.max(...prepareImage(dark, settings).pixels)).toBe(255)
  })

  it('refuses a film of one grey level with a sentence a reader understands', () => {
    const blank = { columns: 8, rows: 8, pixels: new Uint8Array(64).fill(7) }
    expect(() => prepareImage(blank, MAIRA2_IMAGE_SETTINGS)).toThrowError(
      expect.objectContaining({ kind: 'bad-input', message: expect.stringContaining('grey level 7') }),
    )
  })

  it('refuses pixels that do not fill the film', () => {
    const short = { columns: 8, rows: 8, pixels: new Uint8Array(63) }
    expect(() => prepareImage(short, MAIRA2_IMAGE_SETTINGS)).toThrowError(expect.objectContaining({ kind: 'bad-input' }))
  })

  it('manages a film thousands of times longer than wide', () => {
    const strip = film({ columns: 3000, rows: 1, kind: 'noise', seed: 4, low: 0, span: 255 })
    expect(prepareImage(strip, MAIRA2_IMAGE_SETTINGS).pixels.length).toBe(518 * 518)
  })
})

describe('hashImage', () => {
  it('names a film by its size and pixels', () => {
    const image = film(formula)
    const hash = hashImage(image)
    expect(hash).toMatch(/^[0-9a-f]{64}$/)
    expect(hashImage(film(formula))).toBe(hash)
    expect(hashImage({ ...image, columns: 50, rows: 40 })).not.toBe(hash)
    expect(hashImage(film({ ...formula, seed: 2 }))).not.toBe(hash)
  })
})

describe('readImageSettings', () => {
  const config = {
    image_processor_type: 'BitImageProcessor', do_convert_rgb: true, do_resize: true, size: { shortest_edge: 518 },
    resample: 3, do_center_crop: true, crop_size: { height: 518, width: 518 }, do_rescale: true,
    rescale_factor: 0.00392156862745098, do_normalize: true, image_mean: [0.5307, 0.5307, 0.5307],
    image_std: [0.2583, 0.2583, 0.2583],
  }

  it("reads MAIRA-2's settings from a preprocessor_config.json", () => {
    expect(readImageSettings(config)).toEqual(MAIRA2_IMAGE_SETTINGS)
  })

  it.each([
    ['another filter', { resample: 2 }, 'resample'],
    ['no crop', { do_center_crop: false }, 'do_center_crop'],
    ['a crop of another size', { crop_size: { height: 224, width: 224 } }, 'crop_size'],
    ['no short edge', { size: { height: 518, width: 518 } }, 'shortest_edge'],
    ['a deviation of 0', { image_std: [0, 1, 1] }, 'image_std'],
  ])('refuses %s and names it', (_, change, field) => {
    expect(() => readImageSettings({ ...config, ...change })).toThrowError(
      expect.objectContaining({ kind: 'unsupported', message: expect.stringContaining(field) }),
    )
  })
})

function settingsOf({ size, mean, deviation }: ImageCase) {
  return { size, scale: 1 / 255, mean: [mean, mean, mean], deviation: [deviation, deviation, deviation] }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
