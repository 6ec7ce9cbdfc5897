import { z } from 'zod'
import { RexvalCategory, Significance, VerdictValue } from './verdict.ts'

/** What a language model is asked about a steered text: a verdict on every edit, and AxBench's two scores of a text. */
export const JUDGE_TASKS = ['edits', 'concept', 'fluency'] as const
export const JudgeTask = z.enum(JUDGE_TASKS)
export type JudgeTask = z.infer<typeof JudgeTask>

/** Why an answer does not count. Nothing is guessed from a reply that is not what was asked for. */
export const JUDGE_FAILURES = [
  'cancelled', 'timeout', 'unreachable', 'refused-address', 'http-error', 'redirect', 'too-large', 'not-json', 'no-answer',
  'cut-off', 'not-as-asked',
] as const
export const JudgeFailure = z.enum(JUDGE_FAILURES)
export type JudgeFailure = z.infer<typeof JudgeFailure>

/** Where the judge is; off unless somebody turns it on. */
export const JudgeSettings = z
  .object({
    on: z.boolean(),
    /** Base of an OpenAI-compatible service, such as http://localhost:8080/v1. */
    address: z.string().max(500),
    model: z.string().max(200),
    timeoutSeconds: z.number().int().min(1).max(600),
  })
  .readonly()
export type JudgeSettings = z.infer<typeof JudgeSettings>

export const JUDGE_OFF: JudgeSettings = { on: false, address: '', model: '', timeoutSeconds: 60 }

/** A verdict of a model on the edit of a number, as the rubric has it. */
export const EditJudgement = z
  .strictObject({
    edit: z.number().int().min(1),
    verdict: VerdictValue,
    category: RexvalCategory.nullable(),
    significance: Significance.nullable(),
    why: z.string().max(400),
  })
  .readonly()
  .refine((one) => one.verdict === 'off-target' || (one.category === null && one.significance === null))
export type EditJudgement = z.infer<typeof EditJudgement>

/** What was said in one task: verdicts on edits, or a score of 0, 1 or 2. */
export const JudgeAnswer = z.union([
  z.strictObject({ edits: z.array(EditJudgement).readonly() }).readonly(),
  z.strictObject({ score: z.union([z.literal(0), z.literal(1), z.literal(2)]), why: z.string() }).readonly(),
])
export type JudgeAnswer = z.infer<typeof JudgeAnswer>

/** One question as it would be sent, word for word. */
export const JudgeQuestion = z.object({ task: JudgeTask, address: z.string(), body: z.string() }).readonly()
export type JudgeQuestion = z.infer<typeof JudgeQuestion>

/** The latest outcome of each task of a comparison by one model. */
export const JudgeScores = z
  .object({
    model: z.string(),
    /** AxBench: 0 not there, 1 partly, 2 clearly; null where there is no answer. */
    concept: z.number().nullable(),
    fluency: z.number().nullable(),
    /** Harmonic mean of the two, 0 when one is 0; null unless both are there. */
    overall: z.number().nullable(),
    failures: z.array(z.object({ task: JudgeTask, failure: JudgeFailure })).readonly(),
  })
  .readonly()
export type JudgeScores = z.infer<typeof JudgeScores>
