import { createHash } from 'node:crypto'
import type { InstanceFacts, StudyTexts } from '../../shared/contracts/dicom.ts'
import { HilumError } from '../../shared/errors.ts'
import type { Caps } from '../caps.ts'
import { checkPixels } from '../decode/checkPixels.ts'
import { MEDIA_STORAGE_DIRECTORY, filmKind, filmView } from '../header/filmKind.ts'
import { instanceFacts } from '../header/instanceFacts.ts'
import { readInstance } from '../header/readInstance.ts'
import { inflate } from '../parse/inflate.ts'
import { sniff } from '../parse/sniff.ts'
import type { PicturePlace } from '../picture/readPicture.ts'
import { readPicture } from '../picture/readPicture.ts'
import { plainText, reportTexts } from '../report/reportTexts.ts'
import { structuredReport } from '../report/structuredReport.ts'
import type { FileId } from './dicomDir.ts'
import { referencedFiles } from './dicomDir.ts'

/**
 * What one file turned out to be. `refused` is true for a medical image that is no chest film or is damaged, false for
 * a file that is no image at all: the first deserves the reader's attention, the second is counted.
 */
export type Examined =
  | { readonly kind: 'film'; readonly facts: InstanceFacts; readonly bytes: Uint8Array }
  | { readonly kind: 'report'; readonly studyUid: string | null; readonly texts: StudyTexts }
  | {
    readonly kind: 'skipped'
    readonly reason: string
    readonly refused: boolean
    /** What a DICOMDIR refers to. */
    readonly lists?: readonly FileId[]
  }

/** Reads one file's bytes and decides. Never throws for what the bytes hold; gzip is opened once. */
export async function examine(file: Uint8Array, place: PicturePlace, caps: Caps): Promise<Examined> {
  try {
    const zipped = sniff(file) === 'gzip'
    return await examineBytes(zipped ? inflate(file, 'gzip', caps.inflatedBytes, 'The gzip file') : file, place, caps)
  } catch (thrown) {
    if (thrown instanceof HilumError && thrown.kind !== 'internal') return skipped(sentence(thrown), true)
    throw thrown
  }
}

async function examineBytes(bytes: Uint8Array, place: PicturePlace, caps: Caps): Promise<Examined> {
  switch (sniff(bytes)) {
    case 'dicom':
    case 'bare-dicom': return examineDicom(bytes, caps)
    case 'png':
    case 'jpeg': {
      const hash = sha256(bytes)
      const { header } = await readPicture(bytes, hash, place, caps)
      return { kind: 'film', facts: instanceFacts(header, filmView(header), { hash, bytes: bytes.length }), bytes }
    }
    case 'zip':
    case 'gzip': return skipped('An archive inside an archive is not opened.', false)
    case 'other': return notAnImage()
  }
}

function examineDicom(bytes: Uint8Array, caps: Caps): Examined {
  const instance = readInstance(bytes, caps)
  const { parsed: { dataSet }, header: { sopClassUid, modality, studyInstanceUid } } = instance
  const kind = filmKind(instance.header)
  if (!kind.film && sopClassUid === MEDIA_STORAGE_DIRECTORY) {
    return { kind: 'skipped', reason: kind.reason, refused: false, lists: referencedFiles(dataSet) }
  }
  if (!kind.film) {
    const texts = modality === 'SR' && studyInstanceUid !== '' ? structuredReport(dataSet) : null
    return texts === null ? skipped(kind.reason, true) : { kind: 'report', studyUid: studyInstanceUid, texts }
  }
  checkPixels(instance, caps)
  return { kind: 'film', facts: instanceFacts(instance.header, kind.view, { hash: sha256(bytes), bytes: bytes.length }), bytes }
}

/** True for a file that may be a report in plain text; its name alone says so. What names itself a notice is none. */
export function maybeReport(name: string): boolean {
  return /\.txt$/i.test(name) && !/(^|\/)(read[-_ ]?me|licen[cs]e|copying|notice|changelog|manifest)[^/]*$/i.test(name)
}

/** Reads a plain text file as the report of the films beside it. */
export function examineText(bytes: Uint8Array): Examined {
  const text = plainText(bytes)
  return text === null ? notAnImage() : { kind: 'report', studyUid: null, texts: reportTexts(text) }
}

export function notAnImage(): Examined {
  return skipped('Not a DICOM, PNG or JPEG file.', false)
}

function skipped(reason: string, refused: boolean): Examined {
  return { kind: 'skipped', reason, refused }
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** What happened and what to do, in one line. */
export function sentence(error: HilumError): string {
  return error.mend === null ? error.message : `${error.message} ${error.mend}`
}
