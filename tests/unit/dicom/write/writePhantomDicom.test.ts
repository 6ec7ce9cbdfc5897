import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { decodeStored } from '../../../../src/dicom/decode/decodeStored.ts'
import { filmKind } from '../../../../src/dicom/header/filmKind.ts'
import { isPhantom } from '../../../../src/dicom/header/phantomMark.ts'
import { readInstance } from '../../../../src/dicom/header/readInstance.ts'
import { spacingOf } from '../../../../src/dicom/grey/spacing.ts'
import type { PhantomFilm } from '../../../../src/dicom/write/writePhantomDicom.ts'
import { writePhantomDicom } from '../../../../src/dicom/write/writePhantomDicom.ts'

const film: PhantomFilm = {
  pixels: Uint16Array.from({ length: 150 * 130 }, (_, i) => i % 4096),
  rows: 150,
  columns: 130,
  bitsStored: 12,
  window: { center: 2048, width: 4096 },
  pixelSpacing: 0.4,
  view: 'PA',
  patient: { id: 'HLM-001', name: 'Phantom^Ärna', birthDate: '1961-03-04', sex: 'F' },
  study: { date: '2026-01-15', time: '09:30:00', accession: 'ACC-1', description: 'Chest', referringIndication: 'Cough' },
}

describe('writePhantomDicom', () => {
  it('writes a film that reads back as what it is', async () => {
    const instance = readInstance(writePhantomDicom(film))
    expect(instance.header).toMatchObject({
      patientId: 'HLM-001', patientName: 'Phantom, Ärna', birthDate: '1961-03-04', sex: 'F', studyDate: '2026-01-15',
      studyTime: '09:30:00', accession: 'ACC-1', modality: 'DX', viewPosition: 'PA', bodyPart: 'CHEST', viewMeaning: 'postero-anterior',
      patientOrientation: ['L', 'F'], burnedInAnnotation: 'NO', comments: 'Synthetic phantom. Not a patient.',
      windows: [{ center: 2048, width: 4096, explanation: 'Standard' }],
    })
    expect(filmKind(instance.header)).toEqual({ film: true, view: 'frontal' })
    expect(isPhantom(instance.header)).toBe(true)
    expect(spacingOf(instance.header)).toEqual({ rowMm: 0.4, columnMm: 0.4, standing: 'detector' })
    expect((await decodeStored(instance)).pixels).toEqual(film.pixels)
  })

  it('gives the same bytes for the same film, today and on any other machine', () => {
    const bytes = writePhantomDicom(film)
    expect(writePhantomDicom({ ...film })).toEqual(bytes)
    expect(createHash('sha256').update(bytes).digest('hex')).toMatchInlineSnapshot(`"38c8f8d8deea0359e656111d05233a6fb5ae487fb900adac50a24b5fcb071bec"`)
  })

  it('gives frontal and lateral one study and different instances', () => {
    const frontal = readInstance(writePhantomDicom(film)).header
    const lateral = readInstance(writePhantomDicom({ ...film, view: 'LL' })).header
    expect(lateral.studyInstanceUid).toBe(frontal.studyInstanceUid)
    expect(lateral.seriesInstanceUid).not.toBe(frontal.seriesInstanceUid)
    expect(lateral.sopInstanceUid).not.toBe(frontal.sopInstanceUid)
    expect(filmKind(lateral)).toEqual({ film: true, view: 'lateral' })
  })
})
