import type { InstanceFacts } from '../../shared/contracts/dicom.ts'
import type { FilmView } from '../../shared/domain/study.ts'
import { derivedUid } from './derivedUid.ts'
import type { InstanceHeader } from './instanceHeader.ts'
import { isPhantom } from './phantomMark.ts'

/**
 * What is filed of a chest film. Identifiers that the file lacks are derived: from the content for the instance, from
 * the study for a patient without ID and name, so that nameless patients are never taken for one another.
 */
export function instanceFacts(
  header: InstanceHeader, view: FilmView, file: { readonly hash: string; readonly bytes: number },
): InstanceFacts {
  const study = header.studyInstanceUid
    || derivedUid('study', header.patientId, header.studyDate ?? file.hash, header.accession)
  return {
    hash: file.hash,
    bytes: file.bytes,
    source: header.source,
    sopInstanceUid: header.sopInstanceUid || derivedUid('instance', file.hash),
    seriesInstanceUid: header.seriesInstanceUid || derivedUid('series', study, header.modality),
    studyInstanceUid: study,
    sopClassUid: header.sopClassUid,
    patientId: header.patientId || header.patientName || `unnamed-${derivedUid('patient', study).slice(5, 13)}`,
    patientName: header.patientName || header.patientId || 'Unnamed',
    birthDate: header.birthDate,
    sex: header.sex,
    studyDate: header.studyDate,
    studyTime: header.studyTime,
    studyOffset: header.studyOffset,
    studyDescription: header.studyDescription,
    seriesDescription: header.seriesDescription,
    accession: header.accession,
    modality: header.modality,
    view,
    viewPosition: header.viewPosition,
    columns: header.layout?.columns ?? 0,
    rows: header.layout?.rows ?? 0,
    phantom: isPhantom(header),
  }
}
