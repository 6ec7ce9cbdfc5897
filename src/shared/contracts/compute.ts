import { z } from 'zod'
import { FeatureActivation } from '../domain/feature.ts'
import { Generation, ReportMode } from '../domain/generation.ts'
import { Intervention } from '../domain/intervention.ts'
import { Licence, STANDINGS } from '../domain/model.ts'

/** A film as the model takes it: 8-bit grey after the DICOM grey-scale pipeline, row-major. */
export const ModelFilm = z
  .object({
    hash: z.string(),
    columns: z.number().int().positive(),
    rows: z.number().int().positive(),
    pixels: z.instanceof(Uint8Array),
  })
  .readonly()
export type ModelFilm = z.infer<typeof ModelFilm>

const CaseQuestionFields = z.object({
  frontal: ModelFilm,
  lateral: ModelFilm.nullable(),
  prior: ModelFilm.nullable(),
  priorReport: z.string().nullable(),
  indication: z.string().nullable(),
  technique: z.string().nullable(),
  comparison: z.string().nullable(),
  mode: ReportMode,
  phrase: z.string().nullable(),
  maxNewTokens: z.number().int().min(1).max(2048),
})

/** What the model is asked about one case, whatever is done to it. A null field becomes the prompt's N/A. */
export const CaseQuestion = CaseQuestionFields.readonly()
export type CaseQuestion = z.infer<typeof CaseQuestion>

/** All that the model is asked about one case. */
export const ModelQuestion = CaseQuestionFields.extend({ intervention: Intervention }).readonly()
export type ModelQuestion = z.infer<typeof ModelQuestion>

/** Token ids of a text that the coming one is expected to resemble: they make it faster, never different. */
const DraftIds = z.array(z.number().int().min(0)).max(2048).readonly()

/** What a running generation tells while it runs. */
export const GenerationEvent = z.discriminatedUnion('stage', [
  z.object({ stage: z.literal('vision') }),
  z.object({ stage: z.literal('prompt'), done: z.number().int(), total: z.number().int() }),
  z.object({ stage: z.literal('token'), index: z.number().int(), text: z.string(), textSoFar: z.string() }),
])
export type GenerationEvent = z.infer<typeof GenerationEvent>

/** What a running sweep tells. */
export const SweepEvent = z.discriminatedUnion('stage', [
  z.object({ stage: z.literal('vision') }),
  z.object({ stage: z.literal('prompt'), done: z.number().int(), total: z.number().int() }),
  z.object({ stage: z.literal('token'), intervention: z.number().int(), written: z.number().int() }),
  z.object({ stage: z.literal('generation'), intervention: z.number().int(), generation: Generation }),
])
export type SweepEvent = z.infer<typeof SweepEvent>

export const ModelFacts = z
  .object({
    name: z.string(),
    /** True for the model that ships with Hilum, which knows phantoms only. */
    embedded: z.boolean(),
    /** Ways of asking that it was not trained for; none when left out. */
    untrainedModes: z.array(ReportMode).readonly().optional(),
    modelHash: z.string(),
    dictionaryHash: z.string(),
    hookLayer: z.number().int(),
    features: z.number().int(),
    imageSize: z.number().int(),
    runtime: z.string(),
    provider: z.string(),
    format: z.string(),
    /** What may be said of the format's texts beside fp32's. */
    standing: z.enum(STANDINGS),
    /** Share of findings that the format leaves as they are; null when it was not measured. */
    findingAgreement: z.number().nullable(),
    licence: Licence,
    threads: z.number().int(),
    /** Mean and standard deviation of the image features the model was trained on, for the domain check. */
    loadMs: z.number(),
  })
  .readonly()
export type ModelFacts = z.infer<typeof ModelFacts>

/** A feature's activations over one film: `side` x `side` patches of its central square, row-major, raw activation. */
export const FilmActivations = z
  .object({ hash: z.string(), side: z.number().int().positive(), activations: z.instanceof(Float32Array) })
  .readonly()
export type FilmActivations = z.infer<typeof FilmActivations>

/** The contract of the compute process. `runId` names a run so that others can watch it. */
export const computeContract = {
  'model.open': {
    params: z.object({
      /** A checkpoint, or a model that was added. */
      modelDir: z.string(),
      /** Null: the model is read without features. */
      dictionaryDir: z.string().nullable(),
      cacheDir: z.string(),
      threads: z.number().int().min(1).max(64),
      hilumVersion: z.string(),
    }),
    result: ModelFacts,
    event: z.object({ step: z.string(), done: z.number(), total: z.number() }),
  },
  'model.facts': { params: z.object({}), result: ModelFacts.nullable() },
  'report.generate': {
    params: z.object({
      runId: z.string(),
      question: ModelQuestion,
      draft: DraftIds.optional(),
      /** True: nothing that is kept is used. */
      fresh: z.boolean().optional(),
    }),
    result: Generation,
    event: GenerationEvent,
  },
  /**
   * One case under many interventions, for effects over strengths and for review sets. Tells each
   * generation as soon as it is finished, by its number in `interventions`; each is to the last bit what
   * `report.generate` would write. A cancellation keeps what was told.
   */
  'report.sweep': {
    params: z.object({
      question: CaseQuestion,
      interventions: z.array(Intervention).min(1).max(1024).readonly(),
      draft: DraftIds.optional(),
    }),
    result: z.object({ generations: z.number().int() }),
    event: SweepEvent,
  },
  /** Streams the events of a run started by somebody else, from its beginning to its end; waits for one to begin. */
  'report.watch': {
    params: z.object({ runId: z.string() }),
    result: z.object({ ended: z.enum(['done', 'failed', 'cancelled']) }),
    event: GenerationEvent,
  },
  /** One feature's activations over the image tokens of each film of a question, in the order of the prompt. */
  'feature.onFilms': {
    params: z.object({ question: ModelQuestion, feature: z.number().int().min(0) }),
    result: z.object({ films: z.array(FilmActivations) }),
  },
  /** Features active while the model reads a text, strongest first, one list a token. */
  'text.activations': {
    params: z.object({ text: z.string().max(20_000), top: z.number().int().min(1).max(1024) }),
    result: z.array(z.object({ text: z.string(), features: z.array(FeatureActivation) })),
  },
  /** The cosine of a feature's decoder direction with that of every feature, in their order. */
  'dictionary.cosines': {
    params: z.object({ feature: z.number().int().min(0) }),
    result: z.object({ cosines: z.array(z.number()) }),
  },
  'cache.clear': { params: z.object({}), result: z.object({ bytes: z.number().int() }) },
} as const
