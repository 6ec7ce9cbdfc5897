import { z } from 'zod'
import { Correlation } from '../../shared/domain/corpus.ts'
import { Edit } from '../../shared/domain/edit.ts'
import { Finding } from '../../shared/domain/finding.ts'
import { GroundedPhrase, Provenance, Timings } from '../../shared/domain/generation.ts'
import { JudgeScores } from '../../shared/domain/judging.ts'
import { ContentHash } from '../../shared/domain/study.ts'
import { Judge, Verdict } from '../../shared/domain/verdict.ts'

/** The format of an exported bundle. Raise the version when a reader of the old one would misread the new one. */
export const BUNDLE_FORMAT = 'hilum-export'
export const BUNDLE_VERSION = 1

export const FILE_NAMES = ['verdicts.csv', 'comparisons.json', 'readme.txt'] as const
export const MANIFEST_NAME = 'manifest.json'

/** What is in the bundle: every other file with its SHA-256. `seal` is the SHA-256 of the manifest without it. */
export const Manifest = z.strictObject({
  format: z.literal(BUNDLE_FORMAT),
  version: z.literal(BUNDLE_VERSION),
  hilumVersion: z.string(),
  exportedAt: z.string(),
  counts: z.strictObject({ comparisons: z.number().int(), edits: z.number().int(), verdicts: z.number().int() }),
  /** Length of the workspace's audit and the hash of its last row when the export began. */
  audit: z.strictObject({ rows: z.number().int(), hash: z.string() }),
  files: z.array(z.strictObject({ name: z.enum(FILE_NAMES), bytes: z.number().int(), sha256: ContentHash })),
  seal: ContentHash,
})
export type Manifest = z.infer<typeof Manifest>

/** A generation in the bundle: its text and what is needed to get it again. */
export const BundleGeneration = z.strictObject({
  id: z.string(),
  createdAt: z.string(),
  text: z.string(),
  phrases: z.array(GroundedPhrase).readonly().nullable(),
  findings: z.array(Finding).readonly(),
  stopped: z.enum(['eos', 'limit']),
  timings: Timings,
  provenance: Provenance,
})
export type BundleGeneration = z.infer<typeof BundleGeneration>

/** A row of an edit's verdict history; a null verdict takes the judge's earlier one back. */
export const BundleVerdict = z.strictObject({
  judge: Judge,
  verdict: Verdict.nullable(),
  reason: z.string(),
  createdAt: z.string(),
  /** Whether a corpus explains an off-target edit; bundles from before corpora have none. */
  correlation: Correlation.nullable().default(null),
})
export type BundleVerdict = z.infer<typeof BundleVerdict>

/** A comparison with all that was judged about it. Names and birth dates stay in the workspace. */
export const BundleComparison = z.strictObject({
  id: z.string(),
  createdAt: z.string(),
  case: z.strictObject({
    id: z.string(),
    patientId: z.string(),
    studyUid: z.string(),
    studyDate: z.string().nullable(),
    priorStudyDate: z.string().nullable(),
    phantom: z.boolean(),
    films: z.array(z.strictObject({ role: z.enum(['frontal', 'lateral', 'prior']), hash: ContentHash })),
    indication: z.string().nullable(),
    technique: z.string().nullable(),
    comparison: z.string().nullable(),
    priorReport: z.string().nullable(),
  }),
  baseline: BundleGeneration,
  steered: BundleGeneration,
  /** What language models said of the steered text as a whole. */
  modelScores: z.array(JudgeScores).readonly().default([]),
  edits: z.array(
    z.strictObject({ id: z.string(), index: z.number().int(), edit: Edit, verdicts: z.array(BundleVerdict) }),
  ),
})
export type BundleComparison = z.infer<typeof BundleComparison>

export const ComparisonsFile = z.strictObject({
  format: z.literal('hilum-comparisons'),
  version: z.literal(BUNDLE_VERSION),
  comparisons: z.array(BundleComparison),
})
export type ComparisonsFile = z.infer<typeof ComparisonsFile>
