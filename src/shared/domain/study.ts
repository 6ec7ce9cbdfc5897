import { z } from 'zod'
import { StudyOffset } from './studyOffset.ts'

/** SHA-256 of a stored file's bytes in lower-case hex: the name of an instance in the store. */
export const ContentHash = z.string().regex(/^[0-9a-f]{64}$/)
export type ContentHash = z.infer<typeof ContentHash>

export const FILM_VIEWS = ['frontal', 'lateral', 'unknown'] as const
export const FilmView = z.enum(FILM_VIEWS)
export type FilmView = z.infer<typeof FilmView>

/** One film: a DICOM instance, or a PNG or JPEG taken as one, kept in the store. */
export const Film = z
  .object({
    hash: ContentHash,
    sopInstanceUid: z.string(),
    seriesInstanceUid: z.string(),
    studyInstanceUid: z.string(),
    modality: z.string(),
    view: FilmView,
    /** View Position (0018,5101) as written: PA, AP, LL, ... */
    viewPosition: z.string(),
    columns: z.number().int(),
    rows: z.number().int(),
    /** True for films drawn by Hilum's own phantom generator. */
    phantom: z.boolean(),
  })
  .readonly()
export type Film = z.infer<typeof Film>

export const Patient = z
  .object({
    id: z.string(), // Patient ID (0010,0020)
    name: z.string(),
    birthDate: z.string().nullable(), // YYYY-MM-DD
    sex: z.string().nullable(),
  })
  .readonly()
export type Patient = z.infer<typeof Patient>

export const Study = z
  .object({
    uid: z.string(),
    date: z.string().nullable(), // YYYY-MM-DD
    time: z.string().nullable(), // HH:MM:SS
    /** Only for pictures, which have no date. */
    offset: StudyOffset.nullable(),
    description: z.string(),
    accession: z.string(),
    films: z.array(Film).readonly(),
    /** Report text that arrived with the study. */
    report: z.string().nullable(),
    indication: z.string().nullable(),
    technique: z.string().nullable(),
    comparison: z.string().nullable(),
  })
  .readonly()
export type Study = z.infer<typeof Study>

export const CASE_STATUSES = ['unread', 'in-progress', 'judged'] as const

/** One study under review with the films the model reads and the text fields of its prompt. */
export const Case = z
  .object({
    id: z.string(),
    patient: Patient,
    study: Study,
    frontal: Film,
    lateral: Film.nullable(),
    priorStudy: Study.nullable(),
    prior: Film.nullable(),
    status: z.enum(CASE_STATUSES),
  })
  .readonly()
export type Case = z.infer<typeof Case>

/** A row of the worklist. */
export const CaseSummary = z
  .object({
    id: z.string(),
    patientId: z.string(),
    patientName: z.string(),
    sex: z.string().nullable(),
    birthDate: z.string().nullable(),
    studyDate: z.string().nullable(),
    studyOffset: StudyOffset.nullable(),
    modality: z.string(),
    description: z.string(),
    accession: z.string(),
    films: z.number().int(),
    /** Both null without a prior: a study of which neither is known is nobody's prior. */
    priorDate: z.string().nullable(),
    priorOffset: StudyOffset.nullable(),
    phantom: z.boolean(),
    status: z.enum(CASE_STATUSES),
    verdicts: z.number().int(),
  })
  .readonly()
export type CaseSummary = z.infer<typeof CaseSummary>
