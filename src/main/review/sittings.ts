import { randomUUID } from 'node:crypto'
import type { ItemView, NextItem, ReaderWork } from '../../shared/contracts/review.ts'
import type { AnswerBody } from '../../shared/domain/answer.ts'
import type { FeatureItem } from '../../shared/domain/featureItem.ts'
import type { ReviewPlan } from '../../shared/domain/reviewSet.ts'
import { HilumError } from '../../shared/errors.ts'
import { keepAnswer, lastAnswers } from '../database/answers.ts'
import type { Connection } from '../database/connection.ts'
import type { Reader } from '../database/readers.ts'
import { findFreeze, isUnblinded, listSets, loadItem, loadSet, type KeptSet } from '../database/reviewSets.ts'
import type { FeatureIndex } from '../workspace/featureIndex.ts'
import { nextAssignment, progressOf, type NextAssignment } from './nextAssignment.ts'
import { mirrorEdit, mirrorVerdict } from './mirror.ts'
import { shownFeature, shownReports, type ShownReports } from './shownReports.ts'

interface Showing {
  readonly id: string
  readonly readerId: string
  readonly setId: string
  readonly assignment: NextAssignment
  /** Null where the item is about a feature alone, and the other way round. */
  readonly reports: ShownReports | null
  readonly about: FeatureItem | null
  readonly shownAt: number
}

export interface SittingsOptions {
  readonly connection: Connection
  readonly features: () => Promise<FeatureIndex>
  readonly clock?: () => number
}

const DAY_MS = 86_400_000

/** Readers at work: what comes next for whom, and their answers. */
export class Sittings {
  readonly #connection: Connection
  readonly #features: () => Promise<FeatureIndex>
  readonly #clock: () => number
  /** What each reader has on the screen, by reader. */
  readonly #showings = new Map<string, Showing>()

  constructor({ connection, features, clock = Date.now }: SittingsOptions) {
    this.#connection = connection
    this.#features = features
    this.#clock = clock
  }

  /** The frozen sets that name a reader, newest first. */
  work(reader: Reader): readonly ReaderWork[] {
    return listSets(this.#connection)
      .filter(({ plan }) => names(plan, reader))
      .filter(({ id }) => findFreeze(this.#connection, id) !== null && !isUnblinded(this.#connection, id))
      .map(({ id, plan }) => {
        const next = nextAssignment(this.#connection, id, reader)
        const opensAt = next === null ? null : this.#opensAt(id, plan, reader, next.arm)
        return { setId: id, name: plan.name, task: plan.task, ...progressOf(this.#connection, id, reader), opensAt }
      })
  }

  /** The next item of a set for a reader; the same one until it is answered, timed from its first showing. */
  async next(reader: Reader, setId: string): Promise<NextItem> {
    const set = this.#setOf(reader, setId)
    const progress = progressOf(this.#connection, set.id, reader)
    const assignment = nextAssignment(this.#connection, set.id, reader)
    if (assignment === null) return { kind: 'done', answered: progress.answered }
    const opensAt = this.#opensAt(set.id, set.plan, reader, assignment.arm)
    if (opensAt !== null) return { kind: 'washout', opensAt }
    const { item } = loadItem(this.#connection, assignment.itemId)
    const feature = (await this.#features()).get(item.feature)
    const showing = this.#show(reader, set.id, assignment)
    const view: ItemView = {
      showing: showing.id, setId: set.id, setName: set.plan.name, task: set.plan.task, ...progress,
      feature: { index: feature.index, interpretation: feature.interpretation },
      sides: set.plan.blinded ? ['A', 'B'] : ['Baseline', 'Steered'],
      ...viewOfReports(showing.reports, assignment.swapped), ...viewOfFeature(showing.about),
    }
    return { kind: 'item', item: view }
  }

  /** Keeps the answer to what is on a reader's screen. Throws `bad-input` when it does not answer all that is asked. */
  submit(
    reader: Reader, showingId: string, body: AnswerBody,
  ): { readonly answered: number; readonly assigned: number; readonly seconds: number } {
    const showing = this.#showings.get(reader.id)
    if (showing?.id !== showingId) {
      throw new HilumError('conflict', 'This item is not on your screen any more.', { mend: 'Open the set again.' })
    }
    const { setId, assignment, reports, about, shownAt } = showing
    const { plan } = this.#setOf(reader, setId)
    if (body.task !== plan.task) throw new HilumError('bad-input', `This set asks for ${plan.task}, not for ${body.task}.`)
    const verdicts = body.task === 'edits' ? body.edits : []
    const edits = reports?.edits ?? []
    if (body.task === 'edits' && verdicts.length !== edits.length) {
      throw new HilumError('bad-input', `Every edit needs a verdict: ${verdicts.length} of ${edits.length} have one.`)
    }
    const sentences = about?.task === 'detection' ? about.sentences.length : 0
    if (body.task === 'detection' && body.active.length !== sentences) {
      throw new HilumError('bad-input', `Every sentence needs an answer: ${body.active.length} of ${sentences} have one.`)
    }
    const submitted = this.#clock()
    const seconds = (submitted - shownAt) / 1000
    keepAnswer(this.#connection, {
      setId, itemId: assignment.itemId, readerId: reader.id, occurrence: assignment.occurrence,
      swapped: assignment.swapped, body,
      verdicts: verdicts.map(({ note: _note, ...verdict }, at) => ({
        ...(assignment.swapped ? mirrorVerdict(verdict) : verdict), editId: edits[at]!.id,
      })),
      shownAt: new Date(shownAt).toISOString(), submittedAt: new Date(submitted).toISOString(), seconds,
    })
    this.#showings.delete(reader.id)
    return { ...progressOf(this.#connection, setId, reader), seconds }
  }

  #show(reader: Reader, setId: string, assignment: NextAssignment): Showing {
    const now = this.#showings.get(reader.id)
    const same = now?.assignment.itemId === assignment.itemId && now.assignment.occurrence === assignment.occurrence
    if (now !== undefined && same) return now
    const { item } = loadItem(this.#connection, assignment.itemId)
    const showing: Showing = {
      id: randomUUID(), readerId: reader.id, setId, assignment, shownAt: this.#clock(),
      reports: item.caseId === null ? null : shownReports(this.#connection, assignment.itemId),
      about: item.caseId === null ? shownFeature(this.#connection, assignment.itemId) : null,
    }
    this.#showings.set(reader.id, showing)
    return showing
  }

  /** When an arm opens for a reader, or null when it is open: some days after the last answer in any arm before it. */
  #opensAt(setId: string, plan: ReviewPlan, reader: Reader, arm: number): string | null {
    const before = [...lastAnswers(this.#connection, setId, reader.id)].filter(([earlier]) => earlier < arm)
    const latest = Math.max(0, ...before.map(([, at]) => Date.parse(at)))
    const opens = latest + plan.washoutDays * DAY_MS
    return opens > this.#clock() ? new Date(opens).toISOString() : null
  }

  #setOf(reader: Reader, setId: string): KeptSet {
    const set = loadSet(this.#connection, setId)
    if (!names(set.plan, reader)) {
      throw new HilumError('bad-input', `${reader.name} is not among the readers of “${set.plan.name}”.`)
    }
    if (findFreeze(this.#connection, set.id) === null) {
      throw new HilumError('conflict', `“${set.plan.name}” is not frozen yet: its reports are still being written.`)
    }
    if (isUnblinded(this.#connection, set.id)) {
      throw new HilumError('conflict', `The blinding of “${set.plan.name}” was opened: its reading is over.`)
    }
    return set
  }
}

/** The two reports as the reader sees them: exchanged, with their differences turned around, where the lot says so. */
function viewOfReports(reports: ShownReports | null, swapped: boolean): Pick<ItemView, 'case' | 'texts' | 'edits'> {
  if (reports === null) return { case: null, texts: ['', ''], edits: [] }
  const { case: subject, baseline, steered, edits } = reports
  return {
    case: subject,
    texts: swapped ? [steered, baseline] : [baseline, steered],
    edits: edits.map(({ edit }) => (swapped ? mirrorEdit(edit) : edit)),
  }
}

/** What is shown of a feature; which sentences of a detection item activate it is not. */
function viewOfFeature(about: FeatureItem | null): Pick<ItemView, 'samples' | 'sentences'> {
  return {
    samples: about?.task === 'interpretation' ? about.samples : [],
    sentences: about?.task === 'detection' ? about.sentences.map(({ text }) => text) : [],
  }
}

function names(plan: ReviewPlan, reader: Reader): boolean {
  return plan.readers.some((name) => name.toLowerCase() === reader.name.toLowerCase())
}
