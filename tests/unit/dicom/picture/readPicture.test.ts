import { describe, expect, it } from 'vitest'
import { pictureName } from '../../../../src/dicom/picture/pictureName.ts'
import { readPicture } from '../../../../src/dicom/picture/readPicture.ts'
import { encodeCodec } from '../../../fixtures/dicom/encodeCodec.ts'
import { encodePng, greyPng } from '../../../fixtures/dicom/encodePng.ts'

const hash = 'cd'.repeat(32)
const place = { folder: '', file: 'film.png' }

describe('readPicture', () => {
  it('makes a film of a grey PNG', async () => {
    const { header, stored } = await readPicture(greyPng(200, 160), hash, place)
    expect(header).toMatchObject({ source: 'picture', patientId: 'film', studyDate: null, layout: { rows: 160, columns: 200 } })
    expect(stored).toMatchObject({ samples: 1, bitsStored: 8, rows: 160, columns: 200 })
  })

  it('leaves the bytes it was given as they were, also those of a Buffer', async () => {
    const jpeg = await encodeCodec('jpeg', new Uint8Array(160 * 140).fill(90), 160, 140, 8)
    const bytes = Buffer.from(jpeg)
    await readPicture(bytes, hash, place)
    expect(bytes.equals(jpeg)).toBe(true)
  })

  it('makes a film of a JPEG', async () => {
    const grey = Uint8Array.from({ length: 256 * 192 }, (_, i) => Math.round(100 + 60 * Math.sin((i % 256) / 40)))
    const { stored } = await readPicture(await encodeCodec('jpeg', grey, 256, 192, 8), hash, place)
    expect([stored.columns, stored.rows]).toEqual([256, 192])
    const error = grey.reduce((sum, value, i) => sum + Math.abs(value - stored.pixels[i]!), 0) / grey.length
    expect(error).toBeLessThan(2)
  })

  it('turns RGB without colour to grey and refuses colour', async () => {
    const rgb = (pixel: (i: number) => readonly number[]): Uint8Array => encodePng({
      columns: 160, rows: 160, depth: 8, colour: 2,
      lines: Uint8Array.from(Array.from({ length: 160 * 160 }, (_, i) => pixel(i)).flat()),
    })
    const { stored } = await readPicture(rgb((i) => [i & 255, i & 255, i & 255]), hash, place)
    expect(stored.samples).toBe(1)
    expect(stored.pixels[77]).toBe(77)
    await expect(readPicture(rgb(() => [200, 40, 10]), hash, place)).rejects.toMatchObject({ message: /in colour/ })
  })

  it('refuses icons', async () => {
    await expect(readPicture(greyPng(64, 64), hash, place)).rejects.toMatchObject({ message: /too small/ })
  })

  it('puts two days of one folder into one patient, two studies, in order and without a date', async () => {
    const at = async (file: string) => (await readPicture(greyPng(200, 160), hash, { folder: '09ec853d', file })).header
    const [current, prior] = [await at('day+003_CR_ap_9f3f2d91.png'), await at('day-010_CR_ap_a4318ac9.png')]
    expect(current.patientId).toBe(prior.patientId)
    expect(current.studyInstanceUid).not.toBe(prior.studyInstanceUid)
    expect([prior.studyDate, current.studyDate]).toEqual([null, null])
    expect([prior.studyOffset, current.studyOffset]).toEqual([{ count: -10, unit: 'day' }, { count: 3, unit: 'day' }])
  })
})

describe('pictureName', () => {
  it.each([
    ['09ec853d', 'day+003_CR_ap_9f3f2d91.png', { patientId: '09ec853d', view: 'frontal', viewPosition: 'AP', modality: 'CR', offset: { count: 3, unit: 'day' } }],
    ['163', 'day0_L_covid-19-pneumonia-20-l-on-admission.jpg', { patientId: '163', view: 'lateral', offset: { count: 0, unit: 'day' } }],
    ['173', 'dayprior_PA_covid-19.jpg', { view: 'frontal', offset: { count: -1, unit: 'day' } }],
    ['117', 'day3_APSupine_covid.jpg', { view: 'frontal', viewPosition: 'AP' }],
    ['nih', '00000001_002.png', { patientId: '00000001', view: 'unknown', offset: { count: 2, unit: 'follow-up' } }],
    ['Downloads', 'my film.png', { patientId: 'my film', view: 'unknown', offset: null }],
    ['x', 'Sunday_lateral.png', { patientId: 'Sunday_lateral', view: 'lateral', offset: null }],
  ])('%s/%s', (folder, file, expected) => expect(pictureName(folder, file)).toMatchObject(expected))
})
