import { overallScore } from '../../compute/evaluate/judges/answers.ts'
import { JudgeAnswer, JudgeFailure, JudgeTask, type JudgeScores } from '../../shared/domain/judging.ts'
import { appendAudit } from './audit.ts'
import { sql, type Connection } from './connection.ts'
import { sha256 } from './sha256.ts'

/** One question put to a judge and what came back, word for word. */
export interface JudgeExchange {
  readonly comparisonId: string
  readonly task: JudgeTask
  readonly attempt: 1 | 2
  readonly address: string
  readonly model: string
  /** The JSON body as it was sent. */
  readonly request: string
  readonly status: number | null
  readonly reply: string | null
  readonly failure: JudgeFailure | null
  /** Null exactly when there is a failure. */
  readonly answer: JudgeAnswer | null
  readonly sentAt: string
  readonly finishedAt: string
}

/** Appends an exchange and its audit row, which names the hashes of what was sent and of what came back. */
export function keepExchange(connection: Connection, made: JudgeExchange): void {
  const { comparisonId, task, attempt, address, model, request, status, reply, failure, answer } = made
  const hashes = { requestHash: sha256(request), replyHash: reply === null ? null : sha256(reply) }
  connection.transaction(() => {
    const audit_seq = appendAudit(connection, {
      at: made.finishedAt, actor: 'hilum', action: 'judge.asked', subject: comparisonId,
      detail: { task, attempt, address, model, failure, ...hashes },
    })
    connection.run(
      sql.insertInto('judge_exchange').values({
        comparison_id: comparisonId, task, attempt, endpoint: address, model, request, status, reply, failure,
        parsed: answer === null ? null : JSON.stringify(JudgeAnswer.parse(answer)),
        sent_at: made.sentAt, finished_at: made.finishedAt, audit_seq,
      }),
    )
  })
}

/** Everything that was asked about a comparison, oldest first. */
export function exchangesOf(connection: Connection, comparisonId: string): readonly JudgeExchange[] {
  const query = sql.selectFrom('judge_exchange').selectAll().where('comparison_id', '=', comparisonId).orderBy('id')
  return connection.all(query).map((row) => ({
    comparisonId: row.comparison_id, task: JudgeTask.parse(row.task), attempt: row.attempt === 1 ? 1 : 2,
    address: row.endpoint, model: row.model, request: row.request, status: row.status, reply: row.reply,
    failure: row.failure === null ? null : JudgeFailure.parse(row.failure),
    answer: row.parsed === null ? null : JudgeAnswer.parse(JSON.parse(row.parsed)),
    sentAt: row.sent_at, finishedAt: row.finished_at,
  }))
}

/** The latest outcome of each task, by model, in the order in which they were first asked. */
export function judgeScores(connection: Connection, comparisonId: string): readonly JudgeScores[] {
  const byModel = Map.groupBy(exchangesOf(connection, comparisonId), (exchange) => exchange.model)
  return [...byModel].map(([model, exchanges]) => {
    const latest = new Map(exchanges.map((exchange) => [exchange.task, exchange]))
    const score = (task: JudgeTask): number | null => {
      const answer = latest.get(task)?.answer
      return answer != null && 'score' in answer ? answer.score : null
    }
    const [concept, fluency] = [score('concept'), score('fluency')]
    const failures = [...latest.values()].flatMap(({ task, failure }) => (failure === null ? [] : [{ task, failure }]))
    const overall = concept === null || fluency === null ? null : overallScore(concept, fluency)
    return { model, concept, fluency, overall, failures }
  })
}
