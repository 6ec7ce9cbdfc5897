import { z } from 'zod'
import { AnswerBody } from '../domain/answer.ts'
import { Edit } from '../domain/edit.ts'
import { FeatureSample } from '../domain/featureItem.ts'
import { ResultItem, Results, ResultsFilter } from '../domain/results.ts'
import { ReaderName, ReviewEstimate, ReviewPlan, ReviewSetSummary, ReviewTask } from '../domain/reviewSet.ts'
import { Case } from '../domain/study.ts'

export const Reader = z.object({ id: z.string(), name: z.string() }).readonly()
export type Reader = z.infer<typeof Reader>

const Pin = z.string().max(40)
/** What a signed-in reader holds for as long as Hilum runs. */
const Token = z.string().min(1).max(100)
const SetName = z.string().min(1).max(120)

/** A set as one reader's work list shows it. */
export const ReaderWork = z
  .object({
    setId: z.string(),
    name: z.string(),
    task: ReviewTask,
    answered: z.number().int(),
    assigned: z.number().int(),
    /** When the next arm opens, ISO 8601 in UTC; null when there is something to read now, or nothing left. */
    opensAt: z.string().nullable(),
  })
  .readonly()
export type ReaderWork = z.infer<typeof ReaderWork>

/** One showing of an item, without anything that tells which side was steered. */
export const ItemView = z
  .object({
    /** Names this showing until it is answered. */
    showing: z.string(),
    setId: z.string(),
    setName: z.string(),
    task: ReviewTask,
    answered: z.number().int(),
    assigned: z.number().int(),
    /** Null where no reports are compared. */
    case: Case.nullable(),
    /** What steering was meant to be about. */
    feature: z.object({ index: z.number().int(), interpretation: z.string() }).readonly(),
    /** Names of the two sides: A and B, or Baseline and Steered in an open set. */
    sides: z.tuple([z.string(), z.string()]).readonly(),
    texts: z.tuple([z.string(), z.string()]).readonly(),
    /** From the first text to the second. */
    edits: z.array(Edit).readonly(),
    /** Beside an interpretation: sentences of several levels of activation and of none. */
    samples: z.array(FeatureSample).readonly(),
    /** To be told apart by the interpretation alone. */
    sentences: z.array(z.string()).readonly(),
  })
  .readonly()
export type ItemView = z.infer<typeof ItemView>

/** What comes next for a reader in a set. */
export const NextItem = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('item'), item: ItemView }),
  z.object({ kind: z.literal('washout'), opensAt: z.string() }),
  z.object({ kind: z.literal('done'), answered: z.number().int() }),
])
export type NextItem = z.infer<typeof NextItem>

/** Readers, review sets and sittings: part of the contract of the main process with its windows. */
export const reviewContract = {
  'reader.list': { params: z.object({}), result: z.array(Reader) },
  'reader.add': { params: z.object({ name: ReaderName, pin: Pin }), result: Reader },
  /** Throws `bad-input` for a wrong PIN; after several, `limit` until some time has passed. */
  'reader.signIn': {
    params: z.object({ name: ReaderName, pin: Pin }),
    result: z.object({ token: Token, reader: Reader }),
  },
  'reader.signOut': { params: z.object({ token: Token }), result: z.object({}) },
  'review.list': { params: z.object({}), result: z.array(ReviewSetSummary) },
  'review.estimate': { params: z.object({ plan: ReviewPlan }), result: ReviewEstimate },
  'review.create': { params: z.object({ plan: ReviewPlan }), result: ReviewSetSummary },
  /** Generates what is missing and freezes the set; cancelling pauses it. */
  'review.run': {
    params: z.object({ setId: SetName }),
    result: ReviewSetSummary,
    event: z.object({ done: z.number().int(), total: z.number().int(), caseId: z.string().nullable() }),
  },
  'review.pause': { params: z.object({ setId: SetName }), result: z.object({}) },
  'review.unblind': {
    params: z.object({
      setId: SetName, who: z.string().trim().min(1).max(200), reason: z.string().trim().min(1).max(1000),
    }),
    result: ReviewSetSummary,
  },
  'results.get': { params: z.object({ setId: SetName }), result: Results },
  /** The items behind a number, in the order of the set. */
  'results.items': {
    params: z.object({ setId: SetName, filter: ResultsFilter, limit: z.number().int().min(1).max(1000) }),
    result: z.array(ResultItem),
  },
  /** Saves a chart where the reader says; null when the dialog is cancelled. */
  'results.saveChart': {
    params: z.object({
      name: z.string().regex(/^[\w -]{1,80}\.(svg|png)$/),
      data: z.instanceof(Uint8Array).refine((data) => data.length < 50e6, 'The chart is too large.'),
      out: z.string().nullable(),
    }),
    result: z.string().nullable(),
  },
  'review.work': { params: z.object({ token: Token }), result: z.array(ReaderWork) },
  'review.next': { params: z.object({ token: Token, setId: SetName }), result: NextItem },
  /** Locks the answer: when it returns, it is on the disk. */
  'review.submit': {
    params: z.object({ token: Token, showing: z.string().max(100), body: AnswerBody }),
    result: z.object({ answered: z.number().int(), assigned: z.number().int(), seconds: z.number() }),
  },
} as const
