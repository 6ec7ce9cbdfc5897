import type { Generated } from 'kysely'

/**
 * The tables as SQL sees them. Booleans are 0 or 1, times ISO 8601 in UTC, `body` and `findings` JSON text.
 * The migrations are the truth; this file says the same to TypeScript.
 */
export interface Tables {
  patient: PatientTable
  study: StudyTable
  series: SeriesTable
  film: FilmTable
  case: CaseTable
  generation: GenerationTable
  comparison: ComparisonTable
  edit: EditTable
  verdict: VerdictTable
  audit: AuditTable
  setting: SettingTable
  job: JobTable
  corpus: CorpusTable
  corpus_report: CorpusReportTable
  corpus_count: CorpusCountTable
  target: TargetTable
  judge_exchange: JudgeExchangeTable
  reader: ReaderTable
  reader_pin: ReaderPinTable
  review_set: ReviewSetTable
  review_item: ReviewItemTable
  review_outcome: ReviewOutcomeTable
  review_freeze: ReviewFreezeTable
  review_assignment: ReviewAssignmentTable
  answer: AnswerTable
  answer_verdict: AnswerVerdictTable
  review_unblinding: ReviewUnblindingTable
  measurement: MeasurementTable
  look: LookTable
}

export interface PatientTable {
  key: string
  id: string
  name: string
  birth_date: string | null
  sex: string | null
}

export interface StudyTable {
  uid: string
  patient_key: string
  date: string | null
  time: string | null
  offset_count: number | null
  offset_unit: string | null
  description: string
  accession: string
  report: string | null
  indication: string | null
  technique: string | null
  comparison: string | null
}

export interface SeriesTable {
  study_uid: string
  uid: string
  modality: string
  description: string
}

export interface FilmTable {
  hash: string
  sop_instance_uid: string
  study_uid: string
  series_uid: string
  modality: string
  view: string
  view_position: string
  columns: number
  rows: number
  bytes: number
  source: string
  phantom: number
  imported_at: string
  /** What the file said, where a reader corrected `view`. */
  view_stated: Generated<string | null>
}

export interface CaseTable {
  id: string
  study_uid: string
  frontal_hash: string
  lateral_hash: string | null
  prior_study_uid: string | null
  prior_hash: string | null
}

export interface GenerationTable {
  id: string
  key: string
  case_id: string
  mode: string
  phrase: string | null
  baseline: number
  model_hash: string
  dictionary_hash: string
  text: string
  body: string
  findings: string
  created_at: string
}

export interface ComparisonTable {
  id: string
  case_id: string
  baseline_id: string
  steered_id: string
  created_at: string
}

export interface EditTable {
  id: string
  comparison_id: string
  position: number
  body: string
}

export interface VerdictTable {
  id: Generated<number>
  edit_id: string
  judge_kind: string
  judge_name: string
  /** Null in a row that takes the judge's verdict back. */
  value: string | null
  category: string | null
  significance: string | null
  note: string
  reason: string
  created_at: string
  audit_seq: number
  /** JSON: why the rules call an off-target edit correlated or unexplained; null for everything else. */
  correlation: string | null
}

export interface AuditTable {
  seq: number
  at: string
  actor: string
  action: string
  subject: string
  detail: string
  previous: string
  hash: string
}

export interface SettingTable {
  key: string
  value: string
}

export interface JobTable {
  id: Generated<number>
  kind: string
  /** What the job works on, or null. */
  subject: string | null
  state: string
  done: number
  total: number
  note: string
  started_at: string
  updated_at: string
}

export interface CorpusTable {
  id: string
  name: string
  phantom: number
  extractor: string
  created_at: string
}

export interface CorpusReportTable {
  corpus_id: string
  hash: string
}

export interface CorpusCountTable {
  corpus_id: string
  /** What these reports state, sorted, apart by spaces. */
  terms: string
  reports: number
}

export interface TargetTable {
  id: Generated<number>
  dictionary_hash: string
  feature: number
  /** JSON; null in a row that takes the readers' target back. */
  body: string | null
  reader: string
  created_at: string
  audit_seq: number
}

export interface JudgeExchangeTable {
  id: Generated<number>
  comparison_id: string
  task: string
  attempt: number
  endpoint: string
  model: string
  request: string
  status: number | null
  reply: string | null
  failure: string | null
  parsed: string | null
  sent_at: string
  finished_at: string
  audit_seq: number
}

export interface ReaderTable {
  id: string
  name: string
  created_at: string
  audit_seq: number
}

export interface ReaderPinTable {
  id: Generated<number>
  reader_id: string
  /** Hex, as is the hash: scrypt of the PIN. */
  salt: string
  hash: string
  created_at: string
  audit_seq: number
}

export interface ReviewSetTable {
  id: string
  name: string
  task: string
  plan: string
  created_at: string
  audit_seq: number
}

export interface ReviewItemTable {
  id: string
  set_id: string
  number: number
  case_id: string | null
  feature: number
  strength: number | null
  method: string | null
  positions: string | null
  control: string | null
  intervention: string | null
}

export interface ReviewOutcomeTable {
  item_id: string
  /** The baseline that stands on both sides of a baseline control. */
  baseline_id: string | null
  comparison_id: string | null
  /** What is shown where no reports are compared. */
  body: string | null
  created_at: string
}

export interface ReviewFreezeTable {
  set_id: string
  content_hash: string
  frozen_at: string
  audit_seq: number
}

export interface ReviewAssignmentTable {
  set_id: string
  reader: string
  arm: number
  position: number
  item_id: string
  occurrence: number
  swapped: number
}

export interface AnswerTable {
  id: Generated<number>
  set_id: string
  item_id: string
  reader_id: string
  occurrence: number
  swapped: number
  body: string
  shown_at: string
  submitted_at: string
  seconds: number
  audit_seq: number
}

export interface AnswerVerdictTable {
  answer_id: number
  edit_id: string
  value: string
  category: string | null
  significance: string | null
}

export interface ReviewUnblindingTable {
  id: Generated<number>
  set_id: string
  who: string
  reason: string
  created_at: string
  audit_seq: number
}

export interface MeasurementTable {
  id: string
  case_id: string
  film_hash: string
  body: string
  created_at: string
  updated_at: string
}

export interface LookTable {
  subject: string
  body: string
}
