import { z } from 'zod'
import { ContentHash, FilmView } from '../domain/study.ts'
import { Sidecar, SidecarPreview } from '../domain/sidecar.ts'
import { StudyOffset } from '../domain/studyOffset.ts'
import { ModelFilm } from './compute.ts'

/** What is read from one importable file: enough to file it under patient, study and series. */
export const InstanceFacts = z
  .object({
    hash: ContentHash,
    bytes: z.number().int(),
    source: z.enum(['dicom', 'picture']),
    sopInstanceUid: z.string(),
    seriesInstanceUid: z.string(),
    studyInstanceUid: z.string(),
    sopClassUid: z.string(),
    patientId: z.string(),
    patientName: z.string(),
    birthDate: z.string().nullable(),
    sex: z.string().nullable(),
    studyDate: z.string().nullable(),
    studyTime: z.string().nullable(),
    /** What a picture's name tells in place of a date. */
    studyOffset: StudyOffset.nullable(),
    studyDescription: z.string(),
    seriesDescription: z.string(),
    accession: z.string(),
    modality: z.string(),
    view: FilmView,
    viewPosition: z.string(),
    columns: z.number().int(),
    rows: z.number().int(),
    phantom: z.boolean(),
  })
  .readonly()
export type InstanceFacts = z.infer<typeof InstanceFacts>

/** The text fields of a study; null where nothing tells. */
export const StudyTexts = z
  .object({
    report: z.string().nullable(),
    indication: z.string().nullable(),
    technique: z.string().nullable(),
    comparison: z.string().nullable(),
  })
  .readonly()
export type StudyTexts = z.infer<typeof StudyTexts>

/**
 * One item of a scan: a chest film, a report, or a file that was left out and why, in one sentence. A film's texts come
 * from a sidecar table. A report names its study (DICOM SR) or lies beside its films (plain text).
 */
export const ScanItem = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('film'), name: z.string(), facts: InstanceFacts, stored: z.boolean(), texts: StudyTexts.nullable(),
  }),
  z.object({ kind: z.literal('report'), name: z.string(), studyUid: z.string().nullable(), texts: StudyTexts }),
  z.object({ kind: z.literal('skipped'), name: z.string(), reason: z.string(), refused: z.boolean() }),
])
export type ScanItem = z.infer<typeof ScanItem>

/** Pixel spacing and the standing of a length measured with it. */
export const Spacing = z
  .object({ rowMm: z.number(), columnMm: z.number(), standing: z.enum(['detector', 'calibrated', 'ermf']) })
  .readonly()
export type Spacing = z.infer<typeof Spacing>

/** A film for the viewer: values after the modality LUT, the windows the file brings, and how to show it. */
export const ViewerFilm = z
  .object({
    hash: ContentHash,
    columns: z.number().int(),
    rows: z.number().int(),
    /** Int16Array or Uint16Array, row-major, after the modality LUT and any VOI LUT Sequence of the file. */
    values: z.union([z.instanceof(Int16Array), z.instanceof(Uint16Array)]),
    minimum: z.number(),
    maximum: z.number(),
    /** The window to open with, then the file's others. LINEAR unless said otherwise. */
    windows: z.array(
      z.object({
        center: z.number(),
        width: z.number().positive(),
        explanation: z.string(),
        shape: z.enum(['LINEAR', 'LINEAR_EXACT', 'SIGMOID']),
      }),
    ),
    /** True when small values are shown bright (MONOCHROME1 or presentation LUT INVERSE). */
    inverted: z.boolean(),
    spacing: Spacing.nullable(),
    /** The VOI LUTs of the file, by their explanation. */
    luts: z.array(z.string()).readonly(),
    /** Which of them the values went through, or null. */
    lut: z.number().int().nullable(),
    /** Patient Orientation (0020,0020): the direction of the rows, then of the columns; empty where it is not given. */
    patientOrientation: z.array(z.string()).readonly(),
  })
  .readonly()
export type ViewerFilm = z.infer<typeof ViewerFilm>

/**
 * The contract of the dicom process. The store is a folder of files named by their SHA-256
 * (`ab/abcdef…`); callers name films by hash, never by path.
 */
export const dicomContract = {
  'store.open': { params: z.object({ storeDir: z.string() }), result: z.object({}) },
  /**
   * Walks files, folders, zip archives and what a DICOMDIR lists; copies each chest film into the store (atomically)
   * and reports it. A sidecar table tells what pictures do not.
   */
  'store.scan': {
    params: z.object({ paths: z.array(z.string()).max(10_000), sidecar: Sidecar.nullable().default(null) }),
    result: z.object({ films: z.number().int(), skipped: z.number().int() }),
    event: ScanItem,
  },
  /** Looks into a sidecar table: its columns, its first rows, and a guess at what they mean. */
  'sidecar.preview': { params: z.object({ path: z.string() }), result: SidecarPreview },
  /** Draws the films of one demo patient (0 to 11) into the store, with the texts that come with the studies. */
  'store.drawDemo': {
    params: z.object({ patient: z.number().int().min(0) }),
    result: z.object({
      films: z.array(InstanceFacts),
      texts: z.array(
        z.object({
          studyUid: z.string(),
          report: z.string().nullable(),
          indication: z.string().nullable(),
          technique: z.string().nullable(),
          comparison: z.string().nullable(),
        }),
      ),
    }),
    event: z.object({ done: z.number().int() }),
  },
  /** `lut`: the number of the file's VOI LUT to apply, `none` for none of them, null for what the film opens with. */
  'film.view': {
    params: z.object({
      hash: ContentHash,
      lut: z.union([z.number().int().min(0), z.literal('none')]).nullable().default(null),
    }),
    result: ViewerFilm,
  },
  'film.model': { params: z.object({ hash: ContentHash }), result: ModelFilm },
  'film.tags': {
    params: z.object({ hash: ContentHash }),
    result: z.array(
      z.object({ tag: z.string(), vr: z.string(), name: z.string(), value: z.string(), depth: z.number().int() }),
    ),
  },
} as const
