/**
 * Writes the films of this folder, each 32 x 32 with another grey-scale pipeline. Run once, then
 * `training/oracle/dicom.py` writes what pydicom makes of them into expected.json:
 *
 *   node_modules/node/bin/node tests/golden/dicom/make-films.ts
 *   python training/oracle/dicom.py tests/golden/dicom
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ElementToWrite } from '../../../src/dicom/write/encodeDataSet.ts'
import { writePhantomDicom } from '../../../src/dicom/write/writePhantomDicom.ts'
import type { DicomToBuild } from '../../fixtures/dicom/buildDicom.ts'
import { BIG_ENDIAN, DEFLATED, IMPLICIT, buildDicom, encodeRle, ramp } from '../../fixtures/dicom/buildDicom.ts'

const size = { rows: 32, columns: 32 }
const window = (center: string, width: string, shape?: string): ElementToWrite[] => [
  [0x00281050, 'DS', center],
  [0x00281051, 'DS', width],
  ...(shape === undefined ? [] : [[0x00281056, 'CS', shape] as const]),
]
const rescale = (slope: string, intercept: string): ElementToWrite[] =>
  [[0x00281052, 'DS', intercept], [0x00281053, 'DS', slope]]
const lut = (tag: number, first: number, bits: number, entries: Uint16Array): ElementToWrite => [tag, 'SQ', [[
  [0x00283002, 'US', [entries.length, first, bits]],
  ...(tag === 0x00283000 ? [[0x00283004, 'LO', 'US'] as const] : []),
  [0x00283006, 'OW', entries],
]]]
const curve = (length: number, top: number): Uint16Array =>
  Uint16Array.from({ length }, (_, i) => Math.round(top * (i / (length - 1)) ** 0.6))
const signed = Uint16Array.from(ramp(32, 32, 16, 12), (value) => value - 2048)
const twelve = ramp(32, 32, 16, 12) as Uint16Array

const films: Readonly<Record<string, DicomToBuild>> = {
  'linear': { bitsStored: 12, elements: window('1800', '2500') },
  'linear-exact': { bitsStored: 12, elements: window('1800', '2500', 'LINEAR_EXACT') },
  'sigmoid': { bitsStored: 12, elements: window('1800', '1500', 'SIGMOID') },
  'rescale-signed': {
    bitsStored: 12, signed: true, pixels: signed, elements: [...rescale('2', '-100'), ...window('300', '3000')],
  },
  'modality-lut': {
    bitsStored: 12, elements: [lut(0x00283000, 1000, 16, curve(2000, 60_000)), ...window('30000', '50000')],
  },
  'voi-lut': { bitsStored: 12, elements: [lut(0x00283010, 500, 12, curve(3000, 4095))] },
  'monochrome1': { bitsStored: 12, photometric: 'MONOCHROME1', elements: window('2048', '4096') },
  'implicit': { bitsStored: 12, syntax: IMPLICIT, elements: window('2048', '4096') },
  'big-endian': { bitsStored: 12, syntax: BIG_ENDIAN, elements: window('2048', '4096') },
  'deflated': { bitsStored: 12, syntax: DEFLATED, elements: window('2048', '4096') },
  'rle': {
    bitsStored: 12, syntax: '1.2.840.10008.1.2.5', fragments: [encodeRle(twelve)], elements: window('2048', '4096'),
  },
}
for (const [name, film] of Object.entries(films)) {
  writeFileSync(join(import.meta.dirname, `${name}.dcm`), buildDicom({ ...size, ...film }))
}
writeFileSync(join(import.meta.dirname, 'phantom.dcm'), writePhantomDicom({
  ...size,
  pixels: twelve,
  bitsStored: 12,
  window: { center: 2048, width: 4096 },
  pixelSpacing: 0.4,
  view: 'PA',
  patient: { id: 'HLM-000', name: 'Phantom^Golden', birthDate: '1961-03-04', sex: 'F' },
  study: { date: '2026-01-15', time: '09:30:00', accession: 'G-1', description: 'Chest', referringIndication: 'Cough' },
}))
