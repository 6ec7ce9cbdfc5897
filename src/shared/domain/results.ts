import { z } from 'zod'
import { Control } from './reviewSet.ts'
import { RexvalCategory } from './verdict.ts'

/**
 * What steering did to one report, by the verdicts on its edits: nothing at all; other words for the same; only what
 * was meant; that and more; only what was not meant.
 */
export const EFFECTS = ['unchanged', 'reworded', 'on-target', 'both', 'off-target'] as const
export const Effect = z.enum(EFFECTS)
export type Effect = z.infer<typeof Effect>

/** A count with its whole, its share and the 95 % Wilson interval of that; null where there is nothing to count. */
export const ShareOf = z
  .object({
    count: z.number().int(), total: z.number().int(), share: z.number().nullable(), low: z.number().nullable(),
    high: z.number().nullable(),
  })
  .readonly()
export type ShareOf = z.infer<typeof ShareOf>

/** Who judged: the rules, or a reader of the set by name. */
export const RULES_JUDGE = 'rules'

/** Answers by their effect, for one judge. Every count can be opened: `filter` of `results.items`. */
export const EffectRow = z
  .object({
    judge: z.string(),
    feature: z.number().int().nullable(),
    strength: z.number().nullable(),
    control: Control.nullable(),
    counts: z.object({
      unchanged: z.number().int(), reworded: z.number().int(), 'on-target': z.number().int(), both: z.number().int(),
      'off-target': z.number().int(),
    }),
    /** Reports in which the target came about: on-target or both. */
    success: ShareOf,
    /** Reports in which something else changed: off-target or both. */
    harm: ShareOf,
    unchanged: ShareOf,
  })
  .readonly()
export type EffectRow = z.infer<typeof EffectRow>

/** A statistic with its 95 % bootstrap interval over items, or why there is none. */
export const Coefficient = z
  .object({
    name: z.string(), value: z.number().nullable(), low: z.number().nullable(), high: z.number().nullable(),
    why: z.string().nullable(),
  })
  .readonly()
export type Coefficient = z.infer<typeof Coefficient>

/** How far readers agree on one question. */
export const AgreementTable = z
  .object({
    question: z.string(),
    readers: z.array(z.string()).readonly(),
    categories: z.array(z.string()).readonly(),
    /** What was rated: by all of the readers, and by two of them at least. */
    complete: z.number().int(),
    pairable: z.number().int(),
    /** Answers of each reader in each category, [reader][category]. */
    raw: z.array(z.array(z.number().int()).readonly()).readonly(),
    coefficients: z.array(Coefficient).readonly(),
  })
  .readonly()
export type AgreementTable = z.infer<typeof AgreementTable>

/** Off-target edits of one reader or the rules by ReXVal category and significance; null where it was not said. */
export const CategoryRow = z
  .object({
    judge: z.string(),
    category: RexvalCategory.nullable(),
    significant: z.number().int(),
    insignificant: z.number().int(),
    unweighed: z.number().int(),
  })
  .readonly()
export type CategoryRow = z.infer<typeof CategoryRow>

/** Seconds a reader took per item. */
export const TimeRow = z
  .object({
    reader: z.string(), items: z.number().int(), median: z.number(), low: z.number(), high: z.number(),
    total: z.number(),
  })
  .readonly()

/** A feature of the set and how well its interpretation detects. */
export const FeaturePoint = z
  .object({ feature: z.number().int(), interpretation: z.string(), detectionScore: z.number().nullable() })
  .readonly()

/** Detection scores of the whole dictionary in bins of a twentieth, and the poster's two counts. */
export const DetectionHistogram = z
  .object({
    /** From 0 to 1; a score of 1 is in the last. */
    bins: z.array(z.number().int()).length(20).readonly(),
    scored: z.number().int(), unscored: z.number().int(), above: z.number().int(), below: z.number().int(),
  })
  .readonly()

/** Everything the results screen shows of a set. */
export const Results = z
  .object({
    setId: z.string(),
    name: z.string(),
    task: z.string(),
    items: z.number().int(),
    answers: z.number().int(),
    judges: z.array(z.string()).readonly(),
    /** Verdicts on the edits of steered items, controls left out. */
    edits: z.array(z.object({
      judge: z.string(), 'on-target': z.number().int(), 'off-target': z.number().int(), neutral: z.number().int(),
    }).readonly()).readonly(),
    /** Off-target edits that go with the target in imported reports, those that do not, and those not looked up. */
    explained: z.array(z.object({
      judge: z.string(), correlated: z.number().int(), unexplained: z.number().int(), unmarked: z.number().int(),
    }).readonly()).readonly(),
    /** Steered items by judge; then by judge and feature, by judge and strength; controls by judge and kind. */
    overall: z.array(EffectRow).readonly(),
    byFeature: z.array(EffectRow).readonly(),
    byStrength: z.array(EffectRow).readonly(),
    byControl: z.array(EffectRow).readonly(),
    categories: z.array(CategoryRow).readonly(),
    agreement: z.array(AgreementTable).readonly(),
    intraReader: z.array(AgreementTable).readonly(),
    times: z.array(TimeRow).readonly(),
    features: z.array(FeaturePoint).readonly(),
    detection: DetectionHistogram,
    /** Ratings of interpretations (1 to 5), mean of the readers' first answers, by feature. */
    ratings: z.array(z.object({
      feature: z.number().int(), readers: z.number().int(), clarity: z.number(), relevance: z.number(),
      singleMeaning: z.number(), wordings: z.array(z.string()).readonly(),
    }).readonly()).readonly(),
    /** Detection by humans: a reader's balanced accuracy over a feature's sentences, beside the automatic score. */
    detections: z.array(z.object({
      reader: z.string(), feature: z.number().int(), sentences: z.number().int(), balancedAccuracy: z.number(),
      detectionScore: z.number().nullable(),
    }).readonly()).readonly(),
    preferences: z.array(z.object({
      reader: z.string(), baseline: z.number().int(), steered: z.number().int(), both: z.number().int(),
      neither: z.number().int(), control: Control.nullable(),
    }).readonly()).readonly(),
  })
  .readonly()
export type Results = z.infer<typeof Results>

/** Which items stand behind a number. A field that is left out does not narrow. */
export const ResultsFilter = z
  .object({
    judge: z.string().optional(), feature: z.number().int().optional(), strength: z.number().optional(),
    control: Control.nullable().optional(), effect: z.array(Effect).optional(),
    /** Null: off-target without a category. */
    category: RexvalCategory.nullable().optional(),
  })
  .readonly()
export type ResultsFilter = z.infer<typeof ResultsFilter>

/** One item behind a number. */
export const ResultItem = z
  .object({
    itemId: z.string(), number: z.number().int(), caseId: z.string(), feature: z.number().int(),
    strength: z.number().nullable(), control: Control.nullable(), judge: z.string(), effect: Effect,
    baseline: z.string(), steered: z.string(), seconds: z.number().nullable(), overall: z.string().nullable(),
    verdicts: z.array(z.object({
      editId: z.string(), value: z.string(), category: z.string().nullable(), significance: z.string().nullable(),
    }).readonly()).readonly(),
  })
  .readonly()
export type ResultItem = z.infer<typeof ResultItem>
