import type { SidecarField, SidecarMap } from '../../shared/domain/sidecar.ts'

/** How the columns of published collections are called, in lower case without spaces and underscores. */
const NAMES: Readonly<Record<SidecarField, readonly string[]>> = {
  file: ['file', 'filename', 'path', 'filepath', 'image', 'imageid', 'imageindex', 'imagepath', 'dicomid', 'png', 'jpg'],
  patient: ['patient', 'patientid', 'subject', 'subjectid', 'pid', 'mrn'],
  name: ['name', 'patientname'],
  birthDate: ['birthdate', 'dateofbirth', 'dob', 'patientbirthdate'],
  sex: ['sex', 'gender', 'patientsex', 'patientgender'],
  study: ['study', 'studyid', 'exam', 'examid', 'studyinstanceuid', 'uid'],
  date: ['date', 'studydate', 'examdate', 'acquisitiondate'],
  time: ['time', 'studytime', 'examtime', 'acquisitiontime'],
  view: ['view', 'viewposition', 'projection', 'position'],
  description: ['description', 'studydescription', 'procedure', 'performedprocedurestepdescription'],
  accession: ['accession', 'accessionnumber'],
  report: ['report', 'reporttext', 'findings', 'text'],
  indication: ['indication', 'history', 'clinicalhistory', 'reason'],
  technique: ['technique'],
  comparison: ['comparison'],
}

/** The map that the names of the columns suggest. Every column is taken at most once. */
export function guessMap(columns: readonly string[]): SidecarMap {
  const map: Partial<Record<SidecarField, string>> = {}
  for (const [field, names] of Object.entries(NAMES) as [SidecarField, readonly string[]][]) {
    const plain = (column: string): string => column.toLowerCase().replace(/[^a-z]/g, '')
    const column = names.map((name) => columns.find((one) => plain(one) === name)).find((one) => one !== undefined)
    if (column !== undefined && !Object.values(map).includes(column)) map[field] = column
  }
  return map
}
