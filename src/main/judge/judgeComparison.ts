import { readAnswer } from '../../compute/evaluate/judges/answers.ts'
import { messagesOf, tasksOf, type JudgedRun } from '../../compute/evaluate/judges/tasks.ts'
import type { Comparison } from '../../shared/contracts/main.ts'
import type { JudgeAnswer, JudgeQuestion, JudgeSettings, JudgeTask } from '../../shared/domain/judging.ts'
import { HilumError, throwIfCancelled } from '../../shared/errors.ts'
import type { Connection } from '../database/connection.ts'
import { keepExchange } from '../database/judgeExchanges.ts'
import { keepVerdict } from '../database/verdicts.ts'
import type { FeatureIndex } from '../workspace/featureIndex.ts'
import { now } from '../workspace/now.ts'
import { askEndpoint } from './askEndpoint.ts'

/** The most tokens of a judge's answer. */
const MOST_TOKENS = 2000

/** What a judge is told of a comparison. */
export function judgedRun(comparison: Comparison, index: FeatureIndex): JudgedRun {
  const { baseline, steered, edits } = comparison
  const { terms, method } = steered.generation.provenance.intervention
  return {
    concepts: terms.map(({ feature, strength }) => ({
      interpretation: index.get(feature).interpretation,
      direction: method === 'ablate' || strength < 0 ? 'lower' : 'raise',
    })),
    baseline: baseline.generation.text,
    steered: steered.generation.text,
    edits: edits.map((kept) => kept.edit),
  }
}

/** Every question that would be sent about a run, word for word. */
export function questionsOf(run: JudgedRun, { address, model }: JudgeSettings): readonly JudgeQuestion[] {
  return tasksOf(run).map((task) => ({
    task, address,
    body: JSON.stringify({
      model, messages: messagesOf(task, run), temperature: 0, max_tokens: MOST_TOKENS, stream: false,
    }),
  }))
}

export interface JudgeOptions {
  readonly connection: Connection
  readonly settings: JudgeSettings
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: (done: number, total: number) => void
}

/**
 * Puts the questions about a comparison to the judge, one after the other. A failure is asked again once, and both
 * are kept; an answer about edits becomes the model's verdicts in the same transaction as its exchange. Throws
 * `cancelled` when cancelled; what was answered before stays.
 */
export async function judgeComparison(
  comparisonId: string, comparison: Comparison, run: JudgedRun,
  { connection, settings, signal, onProgress }: JudgeOptions,
): Promise<void> {
  if (!settings.on) throw new HilumError('unsupported', 'The language-model judge is off.', { mend: 'Turn it on first.' })
  const questions = questionsOf(run, settings)
  for (const [done, question] of questions.entries()) {
    onProgress?.(done, questions.length)
    for (const attempt of [1, 2] as const) {
      const sentAt = now()
      const { address, body, task } = question
      const reply = await askEndpoint({ address, body, timeoutMs: settings.timeoutSeconds * 1000, signal })
      const answer = reply.content === null ? null : readAnswer(task, reply.content, run.edits.length)
      const failure = answer === null ? (reply.failure ?? 'not-as-asked') : null
      connection.transaction(() => {
        keepExchange(connection, {
          comparisonId, task, attempt, address, model: settings.model, request: body, status: reply.status,
          reply: reply.reply, failure, answer, sentAt, finishedAt: now(),
        })
        if (answer !== null) keepVerdicts(connection, comparison, task, answer, settings.model)
      })
      if (answer !== null || failure === 'cancelled' || failure === 'refused-address') break
    }
    throwIfCancelled(signal)
  }
  onProgress?.(questions.length, questions.length)
}

function keepVerdicts(
  connection: Connection, comparison: Comparison, task: JudgeTask, answer: JudgeAnswer, model: string,
): void {
  if (task !== 'edits' || !('edits' in answer)) return
  for (const { edit, verdict: value, category, significance, why } of answer.edits) {
    const editId = comparison.edits[edit - 1]!.id
    const verdict = { value, category, significance, note: '' }
    keepVerdict(connection, { editId, judge: { kind: 'model', name: model }, verdict, reason: why, at: now() })
  }
}
