import { HilumError } from '../../shared/errors.ts'
import type { Caps } from '../caps.ts'
import { CAPS } from '../caps.ts'
import type { DataSet } from '../parse/dataSet.ts'
import type { ParsedDicom } from '../parse/parseDicom.ts'
import { parseDicom } from '../parse/parseDicom.ts'
import { TAG } from '../parse/tags.ts'
import { isoDate, isoTime } from './dateTime.ts'
import type { PixelLayout } from './instanceHeader.ts'
import { InstanceHeader } from './instanceHeader.ts'
import { personName } from './personName.ts'
import { readLut } from './readLut.ts'

/** A film has one to three; more are not read. */
const MOST_LUTS = 16

/** A parsed file with its header. */
export interface Instance {
  readonly parsed: ParsedDicom
  readonly header: InstanceHeader
}

/** Reads the header of a DICOM file. Throws HilumError `bad-input` or `limit`, like `parseDicom`. */
export function readInstance(file: Uint8Array, caps: Caps = CAPS): Instance {
  const parsed = parseDicom(file, caps)
  const set = parsed.dataSet
  const layout = readLayout(set)
  const header = InstanceHeader.safeParse({
    source: 'dicom',
    transferSyntaxUid: parsed.transferSyntaxUid,
    sopClassUid: set.text(TAG.SOPClassUID) || set.text(TAG.MediaStorageSOPClassUID),
    sopInstanceUid: set.text(TAG.SOPInstanceUID),
    seriesInstanceUid: set.text(TAG.SeriesInstanceUID),
    studyInstanceUid: set.text(TAG.StudyInstanceUID),
    patientId: set.text(TAG.PatientID),
    patientName: personName(set.text(TAG.PatientName)),
    birthDate: isoDate(set.text(TAG.PatientBirthDate)),
    sex: set.text(TAG.PatientSex) || null,
    studyDate: [TAG.StudyDate, TAG.SeriesDate, TAG.AcquisitionDate].map((tag) => isoDate(set.text(tag)))
      .find((date) => date !== null) ?? null,
    studyTime: isoTime(set.text(TAG.StudyTime)),
    studyOffset: null,
    studyDescription: set.text(TAG.StudyDescription),
    seriesDescription: set.text(TAG.SeriesDescription),
    protocolName: set.text(TAG.ProtocolName),
    processing: set.text(TAG.AcquisitionDeviceProcessingDescription),
    accession: set.text(TAG.AccessionNumber),
    modality: set.text(TAG.Modality).toUpperCase(),
    manufacturer: set.text(TAG.Manufacturer),
    comments: set.wholeText(TAG.ImageComments),
    bodyPart: set.text(TAG.BodyPartExamined).toUpperCase(),
    viewPosition: set.text(TAG.ViewPosition).toUpperCase(),
    viewMeaning: set.items(TAG.ViewCodeSequence)[0]?.text(TAG.CodeMeaning) ?? '',
    laterality: (set.text(TAG.ImageLaterality) || set.text(TAG.Laterality)).toUpperCase(),
    patientOrientation: set.texts(TAG.PatientOrientation),
    imageType: set.texts(TAG.ImageType),
    presentationIntent: set.text(TAG.PresentationIntentType).toUpperCase(),
    burnedInAnnotation: set.text(TAG.BurnedInAnnotation).toUpperCase(),
    hasPixels: parsed.pixelData !== null,
    layout,
    pixelSpacing: pair(set.decimals(TAG.PixelSpacing)),
    imagerPixelSpacing: pair(set.decimals(TAG.ImagerPixelSpacing)),
    magnification: positive(set.decimal(TAG.EstimatedRadiographicMagnificationFactor)),
    ...readGreyscale(set, layout?.signed ?? false),
  })
  if (header.success) return { parsed, header: Object.freeze(header.data) }
  throw new HilumError('bad-input', `The DICOM header is damaged: ${header.error.issues[0]?.path.join('.') ?? 'a value'} is out of range.`, {
    mend: 'Export the film again from where it came from.',
    cause: header.error,
  })
}

/** Null when a file has no Rows or Columns; what the standard defaults or the field omits is filled in. */
function readLayout(set: DataSet): PixelLayout | null {
  const rows = set.uint16(TAG.Rows)
  const columns = set.uint16(TAG.Columns)
  if (!rows || !columns) return null
  const bitsAllocated = set.uint16(TAG.BitsAllocated) ?? 8
  const bitsStored = set.uint16(TAG.BitsStored) ?? bitsAllocated
  return {
    rows,
    columns,
    frames: Math.max(1, Math.trunc(set.decimal(TAG.NumberOfFrames) ?? 1)),
    samples: set.uint16(TAG.SamplesPerPixel) ?? 1,
    planar: set.uint16(TAG.PlanarConfiguration) === 1,
    photometric: set.text(TAG.PhotometricInterpretation).toUpperCase() || 'MONOCHROME2',
    bitsAllocated,
    bitsStored,
    highBit: set.uint16(TAG.HighBit) ?? bitsStored - 1,
    signed: set.uint16(TAG.PixelRepresentation) === 1,
  }
}

function readGreyscale(set: DataSet, signed: boolean): Pick<
  InstanceHeader,
  'rescale' | 'modalityLut' | 'windows' | 'voiFunction' | 'voiLuts' | 'presentationLutShape' | 'padding'
> {
  const slope = set.decimal(TAG.RescaleSlope) ?? 1
  const intercept = set.decimal(TAG.RescaleIntercept) ?? 0
  const widths = set.decimals(TAG.WindowWidth)
  const explanations = set.texts(TAG.WindowCenterWidthExplanation)
  const shape = set.text(TAG.VOILUTFunction).toUpperCase()
  const first = set.items(TAG.ModalityLUTSequence)[0]
  const voiInputSigned = signed || intercept < 0
  return {
    rescale: { slope: slope === 0 ? 1 : slope, intercept },
    modalityLut: first === undefined ? null : readLut(first, signed),
    windows: set.decimals(TAG.WindowCenter)
      .map((center, i) => ({ center, width: widths[i] ?? 0, explanation: explanations[i] ?? '' }))
      .filter(({ width }) => width > 0),
    voiFunction: shape === 'SIGMOID' || shape === 'LINEAR_EXACT' ? shape : 'LINEAR',
    voiLuts: set.items(TAG.VOILUTSequence).slice(0, MOST_LUTS)
      .map((item) => readLut(item, voiInputSigned)).filter((lut) => lut !== null),
    presentationLutShape: set.text(TAG.PresentationLUTShape).toUpperCase(),
    padding: readPadding(set, signed),
  }
}

function readPadding(set: DataSet, signed: boolean): InstanceHeader['padding'] {
  const raw = set.uint16(TAG.PixelPaddingValue)
  if (raw === null) return null
  const asStored = (value: number): number => (signed && value > 32_767 ? value - 65_536 : value)
  const value = asStored(raw)
  const limit = set.uint16(TAG.PixelPaddingRangeLimit)
  const other = limit === null ? value : asStored(limit)
  return { low: Math.min(value, other), high: Math.max(value, other) }
}

function pair(values: readonly number[]): readonly [number, number] | null {
  const [row, column] = values
  return row !== undefined && column !== undefined && row > 0 && column > 0 ? [row, column] : null
}

function positive(value: number | null): number | null {
  return value !== null && value > 0 ? value : null
}
