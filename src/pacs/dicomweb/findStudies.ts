import { z } from 'zod'
import type { PacsAccess, PacsQuery, PacsStudy } from '../../shared/domain/pacs.ts'
import { ask, json, strange } from './request.ts'

/** An answer to a search holds some hundred bytes a study. */
const MOST_BYTES = 32 * 1024 * 1024

/** A data set in the DICOM JSON model (PS3.18 F.2); only what is read here. */
const JsonDataSet = z.record(z.string(), z.object({ Value: z.array(z.unknown()).optional() }))
export type JsonDataSet = z.infer<typeof JsonDataSet>

const FIELDS = ['StudyDescription', 'PatientBirthDate', 'PatientSex', 'ModalitiesInStudy', 'NumberOfStudyRelatedInstances']

/** Searches for studies (QIDO-RS, PS3.18 10.6), newest first; `more` when there are more than `limit`. */
export async function findStudies(
  access: PacsAccess, query: PacsQuery, limit: number, signal: AbortSignal,
): Promise<{ studies: PacsStudy[]; more: boolean }> {
  const params = new URLSearchParams()
  const put = (key: string, value: string): void => void (value.trim() !== '' && params.set(key, value.trim()))
  put('PatientID', query.patientId)
  put('PatientName', query.patientName)
  put('AccessionNumber', query.accession)
  put('ModalitiesInStudy', query.modality)
  put('StudyDate', dateRange(query))
  for (const field of FIELDS) params.append('includefield', field)
  params.set('limit', String(limit + 1))
  const sets = await search(access, `studies?${params.toString()}`, signal)
  const studies = sets.map(toStudy).filter(({ uid }) => uid !== '')
  studies.sort((a, b) => `${b.date ?? ''}${b.time ?? ''}`.localeCompare(`${a.date ?? ''}${a.time ?? ''}`))
  return { studies: studies.slice(0, limit), more: studies.length > limit }
}

/** Asks for a list of data sets in JSON. */
export async function search(access: PacsAccess, path: string, signal: AbortSignal): Promise<readonly JsonDataSet[]> {
  const answer = await ask(access, path, 'application/dicom+json', MOST_BYTES, signal)
  const sets = z.array(JsonDataSet).safeParse(await json(answer, access.node.name))
  if (!sets.success) throw strange(access.node.name, 'it is no list of DICOM data sets', sets.error)
  return sets.data
}

/** The first value of an attribute as text; of a person name the alphabetic group. */
export function textOf(set: JsonDataSet, tag: string): string {
  const [value] = set[tag]?.Value ?? []
  if (typeof value === 'string') return value.trim()
  if (typeof value === 'number') return String(value)
  const name = (value as { Alphabetic?: unknown } | undefined)?.Alphabetic
  return typeof name === 'string' ? name.trim() : ''
}

function toStudy(set: JsonDataSet): PacsStudy {
  const instances = Number(textOf(set, '00201208'))
  return {
    uid: textOf(set, '0020000D'),
    patientId: textOf(set, '00100020'),
    patientName: textOf(set, '00100010'),
    birthDate: isoDay(textOf(set, '00100030')),
    sex: textOf(set, '00100040') || null,
    date: isoDay(textOf(set, '00080020')),
    time: /^(\d{2})(\d{2})(\d{2})/.exec(textOf(set, '00080030'))?.slice(1).join(':') ?? null,
    description: textOf(set, '00081030'),
    accession: textOf(set, '00080050'),
    modalities: (set['00080061']?.Value ?? []).filter((value) => typeof value === 'string'),
    instances: Number.isInteger(instances) && instances > 0 ? instances : null,
  }
}

function isoDay(text: string): string | null {
  return /^(\d{4})(\d{2})(\d{2})$/.exec(text)?.slice(1).join('-') ?? null
}

/** `20200101-20201231`, open at an end that is not given (PS3.18 8.3.4.2). */
function dateRange({ from, to }: PacsQuery): string {
  const day = (iso: string | null): string => (iso ?? '').replaceAll('-', '')
  return from === null && to === null ? '' : from === to ? day(from) : `${day(from)}-${day(to)}`
}
