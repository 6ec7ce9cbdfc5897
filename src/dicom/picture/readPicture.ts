import { HilumError } from '../../shared/errors.ts'
import type { Caps } from '../caps.ts'
import { CAPS } from '../caps.ts'
import type { StoredPixels } from '../decode/storedPixels.ts'
import { derivedUid } from '../header/derivedUid.ts'
import type { InstanceHeader } from '../header/instanceHeader.ts'
import { sniff } from '../parse/sniff.ts'
import { decodeJpeg } from './jpeg.ts'
import { pictureName } from './pictureName.ts'
import { decodePng } from './png.ts'
import { toGrey } from './toGrey.ts'

export interface Picture {
  readonly header: InstanceHeader
  readonly stored: StoredPixels
}

/** Where the file was found: its own name and that of the folder around it, both for display and for `pictureName`. */
export interface PicturePlace {
  readonly folder: string
  readonly file: string
}

const MIN_EDGE = 128
const SECONDARY_CAPTURE = '1.2.840.10008.5.1.4.1.1.7'

/**
 * Reads a PNG or JPEG picture as a film, with a header made from its name; its UIDs follow from its content and name.
 */
export async function readPicture(
  bytes: Uint8Array, hash: string, place: PicturePlace, caps: Caps = CAPS,
): Promise<Picture> {
  const kind = sniff(bytes)
  if (kind !== 'png' && kind !== 'jpeg') throw new HilumError('bad-input', 'The file is neither a PNG nor a JPEG picture.')
  const stored = toGrey(kind === 'png' ? decodePng(bytes, caps) : await decodeJpeg(bytes, caps))
  if (stored.rows < MIN_EDGE || stored.columns < MIN_EDGE) {
    throw new HilumError('unsupported', `The picture is only ${stored.columns} x ${stored.rows} pixels, too small for a chest film.`)
  }
  return { stored, header: pictureHeader(stored, hash, place) }
}

function pictureHeader(stored: StoredPixels, hash: string, { folder, file }: PicturePlace): InstanceHeader {
  const { rows, columns, bitsStored } = stored
  const name = pictureName(folder, file)
  const study = derivedUid('picture study', name.patientId, name.offset === null ? hash : String(name.offset.count))
  return {
    source: 'picture',
    transferSyntaxUid: '',
    sopClassUid: SECONDARY_CAPTURE,
    sopInstanceUid: derivedUid('picture', hash),
    seriesInstanceUid: derivedUid('picture series', study, hash),
    studyInstanceUid: study,
    patientId: name.patientId,
    patientName: name.patientId,
    birthDate: null,
    sex: null,
    studyDate: null,
    studyTime: null,
    studyOffset: name.offset,
    studyDescription: 'Picture of a chest film',
    seriesDescription: file,
    protocolName: '',
    processing: '',
    accession: '',
    modality: name.modality,
    manufacturer: '',
    comments: '',
    bodyPart: 'CHEST',
    viewPosition: name.viewPosition,
    viewMeaning: '',
    laterality: '',
    patientOrientation: [],
    imageType: ['DERIVED', 'SECONDARY'],
    presentationIntent: 'FOR PRESENTATION',
    burnedInAnnotation: '',
    hasPixels: true,
    layout: {
      rows, columns, frames: 1, samples: 1, planar: false, photometric: 'MONOCHROME2',
      bitsAllocated: bitsStored, bitsStored, highBit: bitsStored - 1, signed: false,
    },
    pixelSpacing: null,
    imagerPixelSpacing: null,
    magnification: null,
    rescale: { slope: 1, intercept: 0 },
    modalityLut: null,
    windows: [],
    voiFunction: 'LINEAR',
    voiLuts: [],
    presentationLutShape: '',
    padding: null,
  }
}
