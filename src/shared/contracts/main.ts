import { z } from 'zod'
import { Correlation, CorpusFacts } from '../domain/corpus.ts'
import { Edit } from '../domain/edit.ts'
import { Feature } from '../domain/feature.ts'
import { Finding } from '../domain/finding.ts'
import { Generation, ReportMode } from '../domain/generation.ts'
import { Intervention } from '../domain/intervention.ts'
import { Measurement } from '../domain/measurement.ts'
import { JudgeQuestion, JudgeScores, JudgeSettings } from '../domain/judging.ts'
import { CheckpointSurvey, ModelRecord, WeightFormat } from '../domain/model.ts'
import { Case, CaseSummary, ContentHash, FilmView, Study } from '../domain/study.ts'
import { FeatureTarget, Target } from '../domain/target.ts'
import { Judge, Verdict } from '../domain/verdict.ts'
import { FilmActivations, ModelFacts } from './compute.ts'
import { ImportOrder, SidecarPreview } from '../domain/sidecar.ts'
import { PacsAccess, PacsNode } from '../domain/pacs.ts'
import { ScanItem } from './dicom.ts'
import { pacsContract } from './pacs.ts'
import { ModelProgress, ModelVerified } from './models.ts'
import { reviewContract } from './review.ts'
import { shelfContract } from './shelf.ts'

/** A kept generation with the findings drawn from its text. */
export const KeptGeneration = z
  .object({
    id: z.string(),
    caseId: z.string(),
    createdAt: z.string(), // ISO 8601, UTC
    generation: Generation,
    findings: z.array(Finding).readonly(),
    /** True when it was served from the database instead of being generated. */
    fromStore: z.boolean(),
  })
  .readonly()
export type KeptGeneration = z.infer<typeof KeptGeneration>

export const KeptVerdict = z
  .object({
    judge: Judge,
    verdict: Verdict,
    reason: z.string(),
    createdAt: z.string(),
    /** Of an off-target verdict by rule, where there is a corpus. */
    correlation: Correlation.nullable(),
  })
  .readonly()
export type KeptVerdict = z.infer<typeof KeptVerdict>

/** An edit between a baseline and a steered generation, with the latest verdicts: rules, reader, language model. */
export const KeptEdit = z
  .object({
    id: z.string(),
    index: z.number().int(),
    edit: Edit,
    rules: KeptVerdict,
    reader: KeptVerdict.nullable(),
    model: KeptVerdict.nullable(),
  })
  .readonly()
export type KeptEdit = z.infer<typeof KeptEdit>

/** A steered generation beside its baseline. */
export const Comparison = z
  .object({ baseline: KeptGeneration, steered: KeptGeneration, edits: z.array(KeptEdit).readonly() })
  .readonly()
export type Comparison = z.infer<typeof Comparison>

/** A feature in a list: without its exemplars; `activation` is the strongest in the given context. */
export const FeatureRow = z
  .object({
    index: z.number().int(),
    interpretation: z.string(),
    detectionScore: z.number().nullable(),
    density: z.number(),
    maxActivation: z.number(),
    steeringSuccess: z.number().nullable(),
    activation: z.number().nullable(),
  })
  .readonly()
export type FeatureRow = z.infer<typeof FeatureRow>

export const ImportReport = z
  .object({
    films: z.number().int(),
    newFilms: z.number().int(),
    duplicates: z.number().int(),
    studies: z.number().int(),
    cases: z.array(z.string()).readonly(),
    skipped: z.array(z.object({ name: z.string(), reason: z.string() })).readonly(),
  })
  .readonly()
export type ImportReport = z.infer<typeof ImportReport>

export const ExportReport = z
  .object({
    path: z.string(),
    bytes: z.number().int(),
    files: z.number().int(),
    verdicts: z.number().int(),
    /** Comparisons left out because a blinded review set still asks about them. */
    withheld: z.number().int(),
    sha256: z.string(),
  })
  .readonly()
export type ExportReport = z.infer<typeof ExportReport>

/** What the workspace is doing while it gets ready (drawing the demo studies, opening the model). */
export const WorkspaceState = z
  .object({
    path: z.string(),
    version: z.string(),
    ready: z.boolean(),
    step: z.string(),
    done: z.number(),
    total: z.number(),
    model: ModelFacts.nullable(),
    modelError: z.string().nullable(),
    cases: z.number().int(),
  })
  .readonly()
export type WorkspaceState = z.infer<typeof WorkspaceState>

const ModelId = z.string().min(1).max(64)

/** A comparison by its two generations. */
const ComparedPair = z.object({ baselineId: z.string(), steeredId: z.string() })

/** The folder whose new files are imported, if any, and how that goes. */
export const WatchState = z
  .object({
    folder: z.string().nullable(),
    lookedAt: z.string().nullable(), // ISO 8601, UTC
    newFilms: z.number().int(),
    problem: z.string().nullable(),
  })
  .readonly()
export type WatchState = z.infer<typeof WatchState>

/** How a fetch from a PACS goes on: which of the studies, and the instances of that one. */
export const PacsEvent = z
  .object({
    study: z.number().int(),
    studies: z.number().int(),
    done: z.number().int(),
    total: z.number().int().nullable(),
    bytes: z.number().int(),
  })
  .readonly()
export type PacsEvent = z.infer<typeof PacsEvent>

/** The contract of the main process with its windows. */
export const mainContract = {
  'workspace.state': { params: z.object({}), result: WorkspaceState },
  /** Emits the state at once and at every change, until cancelled. */
  'workspace.watch': { params: z.object({}), result: z.object({}), event: WorkspaceState },
  'worklist.list': { params: z.object({ search: z.string().max(200) }), result: z.array(CaseSummary) },
  'case.get': { params: z.object({ caseId: z.string() }), result: Case },
  /** The baseline as plain and as grounded findings, and every steered generation kept for a case, newest first. */
  'case.history': {
    params: z.object({ caseId: z.string() }),
    result: z.object({
      baseline: KeptGeneration.nullable(),
      grounded: KeptGeneration.nullable(),
      comparisons: z.array(Comparison),
    }),
  },
  /** The patient's other studies with films, newest first. */
  'case.others': { params: z.object({ caseId: z.string() }), result: z.array(Study) },
  /** Files a film under the view that a reader saw on it; the patient's unread cases are formed anew. */
  'film.correctView': {
    params: z.object({ hash: ContentHash, view: FilmView, reader: z.string().min(1).max(200) }),
    result: z.object({}),
  },
  /** How films and cases were last looked at, by subject; JSON that the window alone understands. */
  'look.get': {
    params: z.object({ subjects: z.array(z.string().max(100)).max(50) }),
    result: z.record(z.string(), z.string()),
  },
  'look.keep': {
    params: z.object({ subject: z.string().min(1).max(100), body: z.string().max(10_000) }),
    result: z.object({}),
  },
  /** What readers drew on the films of a case, oldest first. */
  'measurement.list': { params: z.object({ caseId: z.string() }), result: z.array(Measurement) },
  /** Keeps a measurement, or its newer shape. */
  'measurement.keep': { params: z.object({ caseId: z.string(), measurement: Measurement }), result: z.object({}) },
  'measurement.remove': { params: z.object({ caseId: z.string(), id: z.string() }), result: z.object({}) },
  /** Generates the baseline or finds it in the store. Watch tokens with compute's `report.watch`, same runId. */
  'report.baseline': {
    params: z.object({ caseId: z.string(), mode: ReportMode, runId: z.string(), phrase: z.string().nullable() }),
    result: KeptGeneration,
  },
  /** Steers, keeps the result, draws the edits and gives them the rules' first verdicts. */
  'report.steer': {
    params: z.object({ caseId: z.string(), mode: ReportMode, intervention: Intervention, runId: z.string() }),
    result: Comparison,
  },
  'verdict.record': {
    params: z.object({ editId: z.string(), verdict: Verdict, reader: z.string().min(1).max(200) }),
    result: KeptEdit,
  },
  /** Takes the reader's verdict back; the audit keeps both. */
  'verdict.withdraw': {
    params: z.object({ editId: z.string(), reader: z.string().min(1).max(200) }),
    result: KeptEdit,
  },
  'feature.search': {
    params: z.object({ query: z.string().max(200), limit: z.number().int().min(1).max(500) }),
    result: z.array(FeatureRow),
  },
  /** What the rules take a feature to stand for. */
  'target.get': { params: z.object({ feature: z.number().int() }), result: FeatureTarget },
  /** Puts a reader's target in the place of the interpretation's (null takes it back) and judges by rule anew. */
  'target.set': {
    params: z.object({ feature: z.number().int(), target: Target.nullable(), reader: z.string().min(1).max(200) }),
    result: FeatureTarget,
  },
  /** The language-model judge: off unless somebody turns it on. */
  'judge.settings': { params: z.object({}), result: JudgeSettings },
  'judge.configure': {
    params: z.object({ settings: JudgeSettings, reader: z.string().min(1).max(200) }),
    result: JudgeSettings,
  },
  /** What would be sent about a comparison, word for word. The first `judge.ask` to an address needs one before. */
  'judge.preview': { params: ComparedPair, result: z.array(JudgeQuestion) },
  /** Asks the judge about a comparison and keeps what it says. */
  'judge.ask': {
    params: ComparedPair,
    result: z.object({ comparison: Comparison, scores: z.array(JudgeScores) }),
    event: z.object({ done: z.number().int(), total: z.number().int() }),
  },
  'judge.scores': { params: ComparedPair, result: z.array(JudgeScores) },
  'corpus.list': { params: z.object({}), result: z.array(CorpusFacts) },
  'feature.get': { params: z.object({ index: z.number().int() }), result: Feature },
  /** Features most active in a generation, or at one of its tokens; those about an observation or a change first. */
  'feature.active': {
    params: z.object({
      generationId: z.string(),
      token: z.number().int().nullable(),
      limit: z.number().int().min(1).max(100),
    }),
    result: z.array(FeatureRow),
  },
  /** One feature's activations over the films of a case, as its baseline reads them. */
  'feature.onFilms': {
    params: z.object({ caseId: z.string(), feature: z.number().int().min(0) }),
    result: z.object({ films: z.array(FilmActivations) }),
  },
  'import.paths': {
    params: ImportOrder,
    result: ImportReport,
    event: ScanItem,
  },
  /** Opens the system's dialog; null when the reader cancels it. */
  'import.choose': {
    params: z.object({ kind: z.enum(['files', 'folder']) }),
    result: ImportReport.nullable(),
    event: ScanItem,
  },
  /** The import that a crash or the end of the program cut off, or null; start it again to go on. */
  'import.interrupted': { params: z.object({}), result: ImportOrder.nullable() },
  /** Looks into a table of metadata beside pictures, before it is used. */
  'import.preview': { params: z.object({ path: z.string() }), result: SidecarPreview },
  /** Null watches no folder, which is how a workspace begins. */
  'watch.state': { params: z.object({}), result: WatchState },
  'watch.choose': { params: z.object({ folder: z.string().min(1).nullable() }), result: WatchState },
  /** The PACS that the reader has set up. */
  'pacs.nodes': { params: z.object({}), result: z.array(PacsNode) },
  'pacs.keepNodes': { params: z.object({ nodes: z.array(PacsNode).max(50) }), result: z.object({}) },
  'pacs.echo': pacsContract['pacs.echo'],
  'pacs.find': pacsContract['pacs.find'],
  /** Fetches studies and imports them, one after the other. */
  'pacs.fetch': {
    params: z.object({ access: PacsAccess, studyUids: z.array(z.string()).min(1).max(1000) }),
    result: ImportReport,
    event: PacsEvent,
  },
  /** Opens the save dialog, or writes to `out` when given; null when the reader cancels the dialog. */
  'export.write': { params: z.object({ out: z.string().nullable() }), result: ExportReport.nullable() },
  /** Models that were added, which one is in use (its id, or `embedded`), and additions that were cut off. */
  'model.list': {
    params: z.object({}),
    result: z.object({
      models: z.array(ModelRecord),
      current: z.string(),
      interrupted: z.array(z.object({ folder: z.string(), format: WeightFormat })),
      /** Bytes: free where models are kept, and of memory in this machine. */
      room: z.object({ diskFree: z.number(), memory: z.number() }),
    }),
  },
  /** Opens the system's dialog; null when the reader cancels it. */
  'model.chooseFolder': { params: z.object({}), result: z.string().nullable() },
  /** What a folder holds, and everything that is missing or wrong there. */
  'model.survey': { params: z.object({ folder: z.string().min(1).max(4096) }), result: CheckpointSurvey },
  'model.add': {
    params: z.object({ folder: z.string().min(1).max(4096), format: WeightFormat }),
    result: ModelRecord,
    event: ModelProgress,
  },
  'model.verify': { params: z.object({ id: ModelId }), result: ModelVerified, event: ModelProgress },
  'model.remove': { params: z.object({ id: ModelId }), result: z.object({}) },
  /** Removes what interrupted additions left on the disk. */
  'model.discard': { params: z.object({}), result: z.object({}) },
  /** Makes a model (its id, or `embedded`) the one in use, and opens it. */
  'model.use': { params: z.object({ id: ModelId }), result: ModelFacts },
  /** Takes a picture of part of the window (CSS pixels); null when the reader cancels the dialog. */
  'picture.take': {
    params: z.object({
      area: z.object({
        x: z.number().int().min(0), y: z.number().int().min(0),
        width: z.number().int().positive(), height: z.number().int().positive(),
      }),
      to: z.enum(['clipboard', 'file']),
    }),
    result: z.object({ path: z.string().nullable() }).nullable(),
  },
  'setting.get': { params: z.object({ key: z.string().max(100) }), result: z.string().nullable() },
  'setting.set': {
    params: z.object({ key: z.string().max(100), value: z.string().max(10_000) }),
    result: z.object({}),
  },
  ...reviewContract,
  ...shelfContract,
} as const
