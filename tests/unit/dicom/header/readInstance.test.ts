import { describe, expect, it } from 'vitest'
import { derivedUid } from '../../../../src/dicom/header/derivedUid.ts'
import { instanceFacts } from '../../../../src/dicom/header/instanceFacts.ts'
import { readInstance } from '../../../../src/dicom/header/readInstance.ts'
import { buildDicom } from '../../../fixtures/dicom/buildDicom.ts'

describe('readInstance', () => {
  it('reads identity, geometry and grey-scale of a film', () => {
    const { header } = readInstance(buildDicom({
      bitsStored: 12,
      signed: true,
      photometric: 'MONOCHROME1',
      elements: [
        [0x00181164, 'DS', '0.15\\0.14'],
        [0x00181114, 'DS', '1.1'],
        [0x00280120, 'SS', [-2000]],
        [0x00280121, 'SS', [-1990]],
        [0x00281050, 'DS', '40\\100'],
        [0x00281051, 'DS', '400\\0'],
        [0x00281052, 'DS', '-1024'],
        [0x00281053, 'DS', '2'],
        [0x00281055, 'LO', 'Lung\\Broken'],
        [0x00281056, 'CS', 'SIGMOID'],
      ],
    }))
    expect(header).toMatchObject({
      patientName: 'Doe, Jane', patientId: 'P1', studyDate: '2024-02-29', studyTime: '08:15:00', modality: 'DX',
      imagerPixelSpacing: [0.15, 0.14], pixelSpacing: null, magnification: 1.1,
      layout: { rows: 160, columns: 128, bitsStored: 12, highBit: 11, signed: true, photometric: 'MONOCHROME1' },
      padding: { low: -2000, high: -1990 },
      rescale: { slope: 2, intercept: -1024 },
      windows: [{ center: 40, width: 400, explanation: 'Lung' }], // a width of 0 is no window
      voiFunction: 'SIGMOID',
    })
    expect(Object.isFrozen(header)).toBe(true)
  })

  it('reads lookup tables: 0 entries mean 65,536, signed first value, true bits, packed bytes', () => {
    const lut = (descriptor: readonly number[], data: Uint16Array | Uint8Array) =>
      readInstance(buildDicom({
        signed: true,
        elements: [[0x00283010, 'SQ', [[[0x00283002, 'US', descriptor], [0x00283003, 'LO', 'Bone'], [0x00283006, 'OW', data]]]]],
      })).header.voiLuts[0]
    expect(lut([0, 0x8000, 16], Uint16Array.from({ length: 65_536 }, (_, i) => i)))
      .toMatchObject({ firstInput: -32_768, bits: 16, explanation: 'Bone' })
    expect(lut([4, 0, 16], Uint16Array.of(0, 1000, 2000, 4095))).toMatchObject({ bits: 12, firstInput: 0 })
    expect(Array.from(lut([4, 0, 8], Uint8Array.of(1, 2, 3, 255))!.entries)).toEqual([1, 2, 3, 255])
    expect(lut([9, 0, 8], Uint8Array.of(1, 2))).toBeUndefined()
  })
})

describe('instanceFacts', () => {
  const file = { hash: 'ab'.repeat(32), bytes: 10 }
  it('derives what the file lacks and never merges nameless patients', () => {
    const nameless = (study: string) => instanceFacts(
      { ...readInstance(buildDicom()).header, patientId: '', patientName: '', studyInstanceUid: study, sopInstanceUid: '' },
      'frontal', file,
    )
    expect(nameless('2.25.7').patientId).not.toBe(nameless('2.25.8').patientId)
    expect(nameless('2.25.7')).toMatchObject({ patientName: 'Unnamed', sopInstanceUid: derivedUid('instance', file.hash) })
  })
})

describe('derivedUid', () => {
  it('is a valid UID, the same for the same parts and another for others', () => {
    expect(derivedUid('a', 'b')).toMatch(/^2\.25\.[1-9]\d{0,38}$/)
    expect(derivedUid('a', 'b')).toBe(derivedUid('a', 'b'))
    expect(derivedUid('a', 'b')).not.toBe(derivedUid('ab'))
  })
})
