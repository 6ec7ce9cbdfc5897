import type { FilmView } from '../../shared/domain/study.ts'
import type { InstanceHeader } from './instanceHeader.ts'

/** A chest film with its view, or the one sentence that says why this instance is none. */
export type FilmKind =
  | { readonly film: true; readonly view: FilmView }
  | { readonly film: false; readonly reason: string }

/** SOP class of a DICOMDIR. */
export const MEDIA_STORAGE_DIRECTORY = '1.2.840.10008.1.3.10'

/** Projection radiography; RG is what ACR-NEMA and some archives write for it. */
const RADIOGRAPHS = new Set(['CR', 'DX', 'DR', 'RG'])
/** May hold a radiograph that was scanned, converted or captured; only taken when the header says chest and view. */
const CONVERTED = new Set(['SC', 'OT', ''])

const MODALITY_NAMES: Readonly<Record<string, string>> = {
  CT: 'a CT image', MR: 'an MR image', US: 'an ultrasound image', NM: 'a nuclear medicine image', PT: 'a PET image',
  MG: 'a mammogram', IO: 'a dental film', PX: 'a dental panoramic film', XA: 'an angiogram', RF: 'a fluoroscopy run',
  XC: 'a photograph', ES: 'an endoscopy image', SR: 'a structured report', PR: 'a presentation state',
  KO: 'a key object note', SEG: 'a segmentation', RTDOSE: 'a radiotherapy dose', RTPLAN: 'a radiotherapy plan',
  RTSTRUCT: 'a radiotherapy structure set', RTIMAGE: 'a radiotherapy image', DOC: 'a document', ECG: 'an ECG',
}

const CHEST_PARTS = /CHEST|THORAX|LUNG|RIB ?CAGE|RIBS?\b|MEDIASTIN|STERNUM|HEART|PULMO/
const CHEST_WORDS = /\b(chest|thorax|lungs?|cxr|torax|poumons?|pulmon\w*|rx ?thorax)\b/i
const OTHER_WORDS =
  /\b(teeth|tooth|dental|panoram\w*|cephalo\w*|skull|sinus(?:es)?|[ctl]-?spine|spine|cervical|lumbar|sacrum|pelvis|hips?|femur|knees?|tibia|fibula|ankles?|foot|feet|toes?|shoulders?|humerus|elbows?|forearm|wrists?|hands?|fingers?|abdomen|abdominal|kub|leg|arm|extremit\w*)\b/i

/** A film smaller than this on either side shows no lung markings; such files are test patterns and icons. */
const MIN_EDGE = 128

/** Decides from the header alone whether an instance is a chest radiograph, and which view it shows. */
export function filmKind(header: InstanceHeader): FilmKind {
  const reason = notAnImage(header) ?? notAChestFilm(header) ?? notReadable(header)
  return reason === null ? { film: true, view: filmView(header) } : { film: false, reason }
}

function notAnImage({ modality, sopClassUid, hasPixels, layout }: InstanceHeader): string | null {
  if (sopClassUid === MEDIA_STORAGE_DIRECTORY) return 'This is a DICOMDIR index; the files it lists are read themselves.'
  const name = MODALITY_NAMES[modality]
  if (name !== undefined) return `This is ${name} (modality ${modality}), not a chest film.`
  if (!RADIOGRAPHS.has(modality) && !CONVERTED.has(modality)) return `Modality ${modality} is not a chest radiograph.`
  if (!hasPixels || layout === null) return 'This DICOM object has no image.'
  return null
}

function notAChestFilm(header: InstanceHeader): string | null {
  const { modality, bodyPart } = header
  const words = [header.studyDescription, header.seriesDescription, header.protocolName, header.processing].join(' ')
  const saysChest = CHEST_PARTS.test(bodyPart) || CHEST_WORDS.test(words)
  if (bodyPart !== '' && !CHEST_PARTS.test(bodyPart) && !CHEST_WORDS.test(words)) {
    return `The body part is ${bodyPart}, not the chest.`
  }
  if (!saysChest && OTHER_WORDS.test(words)) return `The description names another body part (${words.trim()}), not the chest.`
  if (CONVERTED.has(modality) && !(saysChest && filmView(header) !== 'unknown')) {
    return `Nothing in the header says that this ${modality === '' ? 'image without a modality' : `${modality} image`} is a chest film.`
  }
  return null
}

function notReadable({ layout, presentationIntent }: InstanceHeader): string | null {
  if (layout === null) return null
  if (layout.frames > 1) return `The image has ${layout.frames} frames; a chest film has one.`
  if (layout.samples !== 1 || !layout.photometric.startsWith('MONOCHROME')) {
    return `The image is in colour (${layout.photometric}); a chest film is grey.`
  }
  if (layout.bitsAllocated !== 8 && layout.bitsAllocated !== 16) {
    return `The image has ${layout.bitsAllocated} bits a pixel; Hilum shows films of 8 or 16.`
  }
  if (layout.rows < MIN_EDGE || layout.columns < MIN_EDGE) {
    return `The image is only ${layout.columns} x ${layout.rows} pixels, too small for a chest film.`
  }
  if (presentationIntent === 'FOR PROCESSING') return 'The image is raw detector data (For Processing); import the For Presentation film.'
  return null
}

/** From View Position, else the view code, else the words of the series, else the patient orientation. */
export function filmView(header: InstanceHeader): FilmView {
  const { viewPosition, viewMeaning, seriesDescription, protocolName, patientOrientation } = header
  return viewOf(viewPosition) ?? viewOf(viewMeaning) ?? viewOf(`${seriesDescription} ${protocolName}`)
    ?? viewOfOrientation(patientOrientation) ?? 'unknown'
}

/**
 * The view that `words` name, or null when they name none or both (`Chest PA and lateral`). PS3.3 C.8.1.1.3 defines
 * AP, PA, LL, RL, LLD, RLD, LLO and RLO; the field also writes LAT and whole words.
 */
export function viewOf(words: string): FilmView | null {
  const tokens = words.toUpperCase().split(/[^A-Z]+/)
  const has = (...names: readonly string[]): boolean => names.some((name) => tokens.includes(name))
  const decubitus = /DECUB/i.test(words)
  const lateral = !decubitus && has('LL', 'RL', 'LAT', 'LATERAL', 'LATERO', 'PROFIL', 'SEITLICH')
  const frontal = has('PA', 'AP', 'LLD', 'RLD', 'FRONTAL', 'POSTEROANTERIOR', 'ANTEROPOSTERIOR', 'APSUPINE')
    || /POSTERO-?ANTERIOR|ANTERO-?POSTERIOR/i.test(words)
  if (frontal === lateral) return null
  return frontal ? 'frontal' : 'lateral'
}

/** Rows that run left-right show a frontal view, rows that run front-back a lateral one (PS3.3 C.7.6.1.1.1). */
function viewOfOrientation([row = '']: readonly string[]): FilmView | null {
  if (/^[LR]/.test(row)) return 'frontal'
  return /^[AP]/.test(row) ? 'lateral' : null
}
