import type { JudgeFailure, JudgeQuestion, JudgeScores, JudgeTask } from '../../shared/domain/judging.ts'

export const TASK_WORDS: Record<JudgeTask, string> = { edits: 'Edits', concept: 'Concept', fluency: 'Fluency' }

export const FAILURE_WORDS: Record<JudgeFailure, string> = {
  cancelled: 'cancelled',
  timeout: 'no answer in time',
  unreachable: 'not reached, or broke off',
  'refused-address': 'an address outside this network: nothing was sent',
  'http-error': 'the service answered with an error',
  redirect: 'the service pointed elsewhere: not followed',
  'too-large': 'an answer too long',
  'not-json': 'an answer that is not JSON',
  'no-answer': 'an empty answer',
  'cut-off': 'an answer cut off',
  'not-as-asked': 'not in the form that was asked for',
}

/** What a model said in one line: `small: concept 2 of 2, fluency 1 of 2, edits failed: no answer in time`. */
export function scoresInWords({ model, concept, fluency, overall, failures }: JudgeScores): string {
  const said = [
    concept === null ? null : `concept ${concept} of 2`,
    fluency === null ? null : `fluency ${fluency} of 2`,
    overall === null ? null : `overall ${overall.toFixed(2)}`,
  ].filter((part) => part !== null)
  const failed = failures.map(({ task, failure }) => `${TASK_WORDS[task].toLowerCase()} failed: ${FAILURE_WORDS[failure]}`)
  return `${model}: ${[...said, ...failed].join(', ') || 'nothing said'}`
}

/** The words of a question as a person reads them: who says what. */
export function questionText({ body }: JudgeQuestion): string {
  const { messages } = JSON.parse(body) as { messages: { role: string; content: string }[] }
  return messages.map(({ role, content }) => `[${role}]\n${content}`).join('\n\n')
}
