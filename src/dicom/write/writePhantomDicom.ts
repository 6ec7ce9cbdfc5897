import { derivedUid } from '../header/derivedUid.ts'
import { PHANTOM_COMMENT, PHANTOM_MANUFACTURER } from '../header/phantomMark.ts'
import { EXPLICIT_LITTLE } from '../parse/transferSyntax.ts'
import type { ElementToWrite } from './encodeDataSet.ts'
import { encodeDataSet } from './encodeDataSet.ts'
import { writePart10 } from './writePart10.ts'

/** A phantom film and what its header tells. Dates are YYYY-MM-DD, times HH:MM:SS. */
export interface PhantomFilm {
  /** Row-major, `bitsStored` bits each, small is dark. */
  readonly pixels: Uint16Array
  readonly rows: number
  readonly columns: number
  readonly bitsStored: number
  readonly window: { readonly center: number; readonly width: number }
  /** Spacing of the detector's pixels, mm. */
  readonly pixelSpacing: number
  readonly view: 'PA' | 'AP' | 'LL'
  readonly patient: { readonly id: string; readonly name: string; readonly birthDate: string; readonly sex: 'M' | 'F' | 'O' }
  readonly study: {
    readonly date: string
    readonly time: string
    readonly accession: string
    readonly description: string
    readonly referringIndication: string
  }
}

/** Digital X-Ray Image Storage - For Presentation. */
const DX_FOR_PRESENTATION = '1.2.840.10008.5.1.4.1.1.1.1'

/**
 * View Code Sequence (CID 4010) and Patient Orientation of each view: which way rows and columns run in the patient.
 */
const VIEWS = {
  PA: { code: '272479007', meaning: 'postero-anterior', orientation: 'L\\F', series: 'Chest PA' },
  AP: { code: '399348003', meaning: 'antero-posterior', orientation: 'L\\F', series: 'Chest AP' },
  LL: { code: '399173006', meaning: 'left lateral', orientation: 'P\\F', series: 'Chest lateral' },
} as const

/**
 * Writes a phantom film as a DX For Presentation instance (PS3.3 A.26), explicit little endian. Every UID follows from
 * patient, accession and view, and no clock is read: the same film gives the same bytes.
 */
export function writePhantomDicom(film: PhantomFilm): Uint8Array {
  const { patient, study, view } = film
  const studyUid = derivedUid('phantom study', patient.id, study.accession)
  const seriesUid = derivedUid('phantom series', studyUid, view)
  const instanceUid = derivedUid('phantom instance', seriesUid)
  const elements = [
    ...identity(film, { studyUid, seriesUid, instanceUid }),
    ...acquisition(film),
    ...image(film),
  ]
  const dataSet = encodeDataSet(elements, { explicit: true, littleEndian: true })
  return writePart10(EXPLICIT_LITTLE, DX_FOR_PRESENTATION, instanceUid, dataSet)
}

interface Uids {
  readonly studyUid: string
  readonly seriesUid: string
  readonly instanceUid: string
}

function identity({ patient, study, view }: PhantomFilm, uids: Uids): ElementToWrite[] {
  const date = study.date.replaceAll('-', '')
  const time = study.time.replaceAll(':', '')
  return [
    [0x00080005, 'CS', 'ISO_IR 192'],
    [0x00080016, 'UI', DX_FOR_PRESENTATION],
    [0x00080018, 'UI', uids.instanceUid],
    [0x00080020, 'DA', date],
    [0x00080021, 'DA', date],
    [0x00080022, 'DA', date],
    [0x00080023, 'DA', date],
    [0x00080030, 'TM', time],
    [0x00080032, 'TM', time],
    [0x00080033, 'TM', time],
    [0x00080050, 'SH', study.accession],
    [0x00080060, 'CS', 'DX'],
    [0x00080068, 'CS', 'FOR PRESENTATION'],
    [0x00080070, 'LO', PHANTOM_MANUFACTURER],
    [0x00080090, 'PN', ''],
    [0x00081030, 'LO', study.description],
    [0x0008103e, 'LO', VIEWS[view].series],
    [0x00081090, 'LO', 'Chest phantom'],
    [0x00100010, 'PN', patient.name],
    [0x00100020, 'LO', patient.id],
    [0x00100030, 'DA', patient.birthDate.replaceAll('-', '')],
    [0x00100040, 'CS', patient.sex],
    [0x0020000d, 'UI', uids.studyUid],
    [0x0020000e, 'UI', uids.seriesUid],
    [0x00200010, 'SH', study.accession],
    [0x00200011, 'IS', view === 'LL' ? '2' : '1'],
    [0x00200013, 'IS', '1'],
    [0x00321064, 'SQ', []],
    [0x00400275, 'SQ', [[[0x00400007, 'LO', 'Chest radiograph'], [0x00401002, 'LO', study.referringIndication.slice(0, 64)]]]],
  ]
}

function acquisition({ view, pixelSpacing }: PhantomFilm): ElementToWrite[] {
  const spacing = `${pixelSpacing}\\${pixelSpacing}`
  const { code, meaning, orientation } = VIEWS[view]
  return [
    [0x00080008, 'CS', 'ORIGINAL\\PRIMARY'],
    [0x00082218, 'SQ', [codeItem('43799004', 'SCT', 'Chest')]],
    [0x00180015, 'CS', 'CHEST'],
    [0x00180060, 'DS', '120'],
    [0x00181164, 'DS', spacing],
    [0x00181508, 'CS', 'COLUMN'],
    [0x00185101, 'CS', view],
    [0x00187004, 'CS', 'DIRECT'],
    [0x00200020, 'CS', orientation],
    [0x00200062, 'CS', 'U'],
    [0x00204000, 'LT', PHANTOM_COMMENT],
    [0x00400555, 'SQ', []],
    [0x00540220, 'SQ', [codeItem(code, 'SCT', meaning)]],
  ]
}

function image({ pixels, rows, columns, bitsStored, window }: PhantomFilm): ElementToWrite[] {
  return [
    [0x00280002, 'US', [1]],
    [0x00280004, 'CS', 'MONOCHROME2'],
    [0x00280010, 'US', [rows]],
    [0x00280011, 'US', [columns]],
    [0x00280100, 'US', [16]],
    [0x00280101, 'US', [bitsStored]],
    [0x00280102, 'US', [bitsStored - 1]],
    [0x00280103, 'US', [0]],
    [0x00280301, 'CS', 'NO'],
    [0x00281040, 'CS', 'LOG'],
    [0x00281041, 'SS', [-1]],
    [0x00281050, 'DS', String(window.center)],
    [0x00281051, 'DS', String(window.width)],
    [0x00281052, 'DS', '0'],
    [0x00281053, 'DS', '1'],
    [0x00281054, 'LO', 'US'],
    [0x00281055, 'LO', 'Standard'],
    [0x00281056, 'CS', 'LINEAR'],
    [0x00282110, 'CS', '00'],
    [0x20500020, 'CS', 'IDENTITY'],
    [0x7fe00010, 'OW', pixels],
  ]
}

function codeItem(value: string, scheme: string, meaning: string): ElementToWrite[] {
  return [[0x00080100, 'SH', value], [0x00080102, 'SH', scheme], [0x00080104, 'LO', meaning]]
}
