import { describe, expect, it } from 'vitest'
import { filmKind, viewOf } from '../../../../src/dicom/header/filmKind.ts'
import type { InstanceHeader } from '../../../../src/dicom/header/instanceHeader.ts'
import { readInstance } from '../../../../src/dicom/header/readInstance.ts'
import { buildDicom } from '../../../fixtures/dicom/buildDicom.ts'

const { header } = readInstance(buildDicom())
const kind = (change: Partial<InstanceHeader>): ReturnType<typeof filmKind> => filmKind({ ...header, ...change })
const layout = header.layout!

describe('filmKind', () => {
  it('takes chest radiographs, with the view of the header', () => {
    expect(kind({})).toEqual({ film: true, view: 'frontal' })
    for (const modality of ['CR', 'DX', 'DR', 'RG']) expect(kind({ modality })).toMatchObject({ film: true })
    expect(kind({ viewPosition: 'LL' })).toEqual({ film: true, view: 'lateral' })
    expect(kind({ bodyPart: 'RIBCAGE' })).toMatchObject({ film: true })
    expect(kind({ viewPosition: '', seriesDescription: 'Thorax seitlich' })).toEqual({ film: true, view: 'lateral' })
    expect(kind({ viewPosition: '', patientOrientation: ['L', 'F'] })).toEqual({ film: true, view: 'frontal' })
    expect(kind({ viewPosition: '', patientOrientation: ['P', 'F'] })).toEqual({ film: true, view: 'lateral' })
    expect(kind({ viewPosition: '' })).toEqual({ film: true, view: 'unknown' })
  })

  it('takes a converted film only when the header says chest and view', () => {
    expect(kind({ modality: 'OT' })).toMatchObject({ film: true })
    expect(kind({ modality: 'OT', bodyPart: '' })).toMatchObject({ film: false })
    expect(kind({ modality: 'OT', viewPosition: '' })).toMatchObject({ film: false })
  })

  it.each<[Partial<InstanceHeader>, RegExp]>([
    [{ modality: 'CT' }, /CT image/],
    [{ modality: 'MG' }, /mammogram/],
    [{ modality: 'HD' }, /Modality HD is not a chest radiograph/],
    [{ sopClassUid: '1.2.840.10008.1.3.10' }, /DICOMDIR/],
    [{ hasPixels: false }, /no image/],
    [{ bodyPart: 'CSPINE' }, /body part is CSPINE/],
    [{ bodyPart: '', studyDescription: 'Left knee' }, /another body part/],
    [{ layout: { ...layout, frames: 12 } }, /12 frames/],
    [{ layout: { ...layout, samples: 3, photometric: 'RGB' } }, /in colour/],
    [{ layout: { ...layout, photometric: 'PALETTE COLOR' } }, /in colour/],
    [{ layout: { ...layout, bitsAllocated: 32 } }, /32 bits/],
    [{ layout: { ...layout, rows: 32, columns: 32 } }, /too small/],
    [{ presentationIntent: 'FOR PROCESSING' }, /raw detector data/],
  ])('refuses %j in one sentence', (change, reason) => {
    const decided = kind(change)
    expect(decided.film).toBe(false)
    if (!decided.film) expect(decided.reason).toMatch(reason)
  })
})

describe('viewOf', () => {
  it.each([
    ['PA', 'frontal'], ['AP', 'frontal'], ['LL', 'lateral'], ['RLD', 'frontal'], ['postero-anterior', 'frontal'],
    ['W033 Chest lat.', 'lateral'], ['left lateral decubitus AP', 'frontal'], ['Chest PA and lateral', null], ['', null],
    ['Papaya', null],
  ])('%s: %s', (words, view) => expect(viewOf(words)).toBe(view))
})
