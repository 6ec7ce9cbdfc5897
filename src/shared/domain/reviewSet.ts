import { z } from 'zod'
import { INTERVENTION_METHODS, Intervention, METHODS, POSITIONS } from './intervention.ts'

/** What a reader is asked: judge edits between two reports, prefer one, rate an interpretation, detect a feature. */
export const REVIEW_TASKS = ['edits', 'preference', 'interpretation', 'detection'] as const
export const ReviewTask = z.enum(REVIEW_TASKS)
export type ReviewTask = z.infer<typeof ReviewTask>

/**
 * Items that measure the readers: `baseline` shows the baseline twice; `random` pushes as far in a direction that
 * stands for nothing; `orthogonal` pushes a feature whose direction has the least to do with the one that is shown.
 */
export const CONTROLS = ['baseline', 'random', 'orthogonal'] as const
export const Control = z.enum(CONTROLS)
export type Control = z.infer<typeof Control>

export const ReaderName = z.string().trim().min(1, 'A reader needs a name.').max(80)

const unique = <T>(items: readonly T[]): boolean => new Set(items).size === items.length

/** What a study lead chooses. Everything else about a set follows from it, seed included. */
export const ReviewPlan = z
  .object({
    name: z.string().trim().min(1, 'A review set needs a name.').max(120),
    task: ReviewTask,
    cases: z.array(z.string()).max(100_000).readonly().refine(unique, 'A case is named twice.'),
    features: z.array(z.number().int().min(0)).min(1, 'Choose at least one feature.').max(10_000).readonly()
      .refine(unique, 'A feature is named twice.'),
    /** In units of the feature's maximum activation. */
    strengths: z.array(z.number().min(-100).max(100)).max(50).readonly().refine(unique, 'A strength is named twice.'),
    positions: z.array(z.enum(POSITIONS)).max(2).readonly().refine(unique),
    methods: z.array(z.enum(METHODS)).max(2).readonly().refine(unique),
    controls: z.array(Control).max(3).readonly().refine(unique),
    /** For each kind of control, how many there are to every steered item, 0 to 1. */
    controlShare: z.number().min(0).max(1),
    /** The two reports of an item stand as A and B, sides drawn by lot. */
    blinded: z.boolean(),
    /** The share of a reader's items that are shown to the same reader again, 0 to 0.5. */
    repeatShare: z.number().min(0).max(0.5),
    readers: z.array(ReaderName).min(1, 'Name at least one reader.').max(24).readonly()
      .refine((names) => unique(names.map((name) => name.toLowerCase())), 'A reader is named twice.'),
    /** How many of the readers judge each item: all of them, or fewer in balanced incomplete blocks. */
    readersPerItem: z.number().int().min(1).max(24),
    /** Sittings over which the items of one case are spread; repeats form one more. */
    arms: z.number().int().min(1).max(4),
    /** Days between a reader's last answer in one arm and the first item of the next. */
    washoutDays: z.number().min(0).max(365),
    seed: z.number().int().min(0).max(0xffffffff),
  })
  .readonly()
  .superRefine((plan, context) => {
    const say = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message })
    if (plan.readersPerItem > plan.readers.length) {
      say('readersPerItem', `${plan.readersPerItem} readers an item are more than the ${plan.readers.length} named.`)
    }
    if (!comparesReports(plan.task)) return
    if (plan.cases.length === 0) say('cases', 'Choose at least one case.')
    if (plan.positions.length === 0) say('positions', 'Choose which positions are steered.')
    if (plan.methods.length === 0) say('methods', 'Choose at least one method.')
    if (plan.methods.includes('add') && plan.strengths.length === 0) say('strengths', 'Choose at least one strength.')
    if (plan.strengths.includes(0)) say('strengths', 'Strength 0 is the baseline: ask for the baseline control instead.')
  })
export type ReviewPlan = z.infer<typeof ReviewPlan>

/** True for tasks whose items are two reports of a case. */
export function comparesReports(task: ReviewTask): boolean {
  return task === 'edits' || task === 'preference'
}

/** One item of a set. `feature` is the one shown to the reader; a control may have steered by another or none. */
export const ReviewItem = z
  .object({
    /** From 1, in the order of generation: case by case, so that a case's prompt is computed once. */
    number: z.number().int().min(1),
    caseId: z.string().nullable(),
    feature: z.number().int(),
    /** What was done: null where no report is steered. */
    strength: z.number().nullable(),
    method: z.enum(INTERVENTION_METHODS).nullable(),
    positions: z.enum(POSITIONS).nullable(),
    control: Control.nullable(),
    /** Null for the baseline control and for tasks without reports. */
    intervention: Intervention.nullable(),
  })
  .readonly()
export type ReviewItem = z.infer<typeof ReviewItem>

/** One showing of an item to a reader. */
export const Assignment = z
  .object({
    reader: z.string(),
    /** From 0. */
    arm: z.number().int().min(0),
    /** From 0, in the order the reader sees them within the arm. */
    position: z.number().int().min(0),
    item: z.number().int().min(1),
    /** 1, or 2 for a repeat. */
    occurrence: z.number().int().min(1).max(2),
    /** True when the baseline stands as B. */
    swapped: z.boolean(),
  })
  .readonly()
export type Assignment = z.infer<typeof Assignment>

/** What a set costs before it is made. Null where nothing was measured yet to tell it by. */
export const ReviewEstimate = z
  .object({
    items: z.number().int(),
    controls: z.number().int(),
    /** Reports still to be written, baselines included; what the workspace has already is not written again. */
    generations: z.number().int(),
    /** Items times readers, repeats included. */
    readings: z.number().int(),
    seconds: z.number().nullable(),
    bytes: z.number().nullable(),
    /** Where the two estimates come from. */
    basis: z.string(),
  })
  .readonly()
export type ReviewEstimate = z.infer<typeof ReviewEstimate>

export const SET_STATES = ['planned', 'running', 'paused', 'interrupted', 'failed', 'frozen'] as const

/** How far a reader is with a set. */
export const ReaderProgress = z
  .object({ name: z.string(), answered: z.number().int(), assigned: z.number().int() })
  .readonly()

/** A set as a list shows it. */
export const ReviewSetSummary = z
  .object({
    id: z.string(),
    name: z.string(),
    task: ReviewTask,
    createdAt: z.string(),
    state: z.enum(SET_STATES),
    items: z.number().int(),
    generated: z.number().int(),
    /** Why generation failed or stopped, or empty. */
    note: z.string(),
    /** SHA-256 over plan, items, texts, edits and assignments; null until frozen. */
    contentHash: z.string().nullable(),
    readers: z.array(ReaderProgress).readonly(),
    unblinded: z.boolean(),
  })
  .readonly()
export type ReviewSetSummary = z.infer<typeof ReviewSetSummary>
