import { AnswerBody, type EditVerdict } from '../../shared/domain/answer.ts'
import { HilumError } from '../../shared/errors.ts'
import { answerFacts } from './answerFacts.ts'
import { appendAudit } from './audit.ts'
import { canonicalJson } from './canonicalJson.ts'
import { sql, type Connection } from './connection.ts'
import type { AnswerTable } from './tables.ts'

/** A reader's reply to one showing of an item. */
export interface NewAnswer {
  readonly setId: string
  readonly itemId: string
  readonly readerId: string
  readonly occurrence: number
  readonly swapped: boolean
  readonly body: AnswerBody
  /** Each edit's verdict as from the baseline to the steered report, whatever side they stood on. */
  readonly verdicts: readonly (Omit<EditVerdict, 'note'> & { readonly editId: string })[]
  readonly shownAt: string
  readonly submittedAt: string
  readonly seconds: number
}

/** Keeps an answer for good; when it returns it is on the disk. Throws `conflict` when there is one already. */
export function keepAnswer(connection: Connection, made: NewAnswer): number {
  return connection.transaction(() => {
    if (hasAnswer(connection, made.itemId, made.readerId, made.occurrence)) {
      throw new HilumError('conflict', 'This item was answered already: a submitted answer is locked.')
    }
    const row: Omit<AnswerTable, 'id' | 'audit_seq'> = {
      set_id: made.setId,
      item_id: made.itemId,
      reader_id: made.readerId,
      occurrence: made.occurrence,
      swapped: made.swapped ? 1 : 0,
      body: canonicalJson(AnswerBody.parse(made.body)),
      shown_at: made.shownAt,
      submitted_at: made.submittedAt,
      seconds: made.seconds,
    }
    const verdicts = made.verdicts.map(({ editId: edit_id, value, category, significance }) => ({
      edit_id, value, category, significance,
    }))
    const audit_seq = appendAudit(connection, {
      at: made.submittedAt,
      actor: `reader:${made.readerId}`,
      action: 'review.answered',
      subject: made.itemId,
      detail: { answer: answerFacts(row, verdicts) },
    })
    connection.run(sql.insertInto('answer').values({ ...row, audit_seq }))
    const id = Number(connection.first(sql.selectFrom('answer').select('id').where('audit_seq', '=', audit_seq))?.id)
    for (const verdict of verdicts) connection.run(sql.insertInto('answer_verdict').values({ answer_id: id, ...verdict }))
    return id
  })
}

export function hasAnswer(connection: Connection, itemId: string, readerId: string, occurrence: number): boolean {
  const query = sql.selectFrom('answer').select('id').where('item_id', '=', itemId).where('reader_id', '=', readerId)
  return connection.first(query.where('occurrence', '=', occurrence)) !== null
}

/** When a reader last submitted in each arm of a set, ISO 8601; arms without an answer are left out. */
export function lastAnswers(connection: Connection, setId: string, readerId: string): ReadonlyMap<number, string> {
  const query = sql.selectFrom('answer')
    .innerJoin('reader', 'reader.id', 'answer.reader_id')
    .innerJoin('review_assignment', (join) => join.onRef('review_assignment.item_id', '=', 'answer.item_id')
      .onRef('review_assignment.reader', '=', 'reader.name')
      .onRef('review_assignment.occurrence', '=', 'answer.occurrence'))
    .select((select) => ['review_assignment.arm', select.fn.max('answer.submitted_at').as('at')])
    .where('answer.set_id', '=', setId).where('answer.reader_id', '=', readerId)
    .groupBy('review_assignment.arm')
  return new Map(connection.all(query).map(({ arm, at }) => [arm, at]))
}
