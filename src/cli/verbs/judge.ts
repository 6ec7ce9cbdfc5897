import { userInfo } from 'node:os'
import { judgeComparison, judgedRun, questionsOf } from '../../main/judge/judgeComparison.ts'
import { judgeSettings, markSeen, refuseUnseen, setJudge } from '../../main/judge/settings.ts'
import { loadComparison } from '../../main/database/comparisons.ts'
import { judgeScores } from '../../main/database/judgeExchanges.ts'
import { now } from '../../main/workspace/now.ts'
import { JUDGE_OFF } from '../../shared/domain/judging.ts'
import { needText, numberOf, textOf } from '../args.ts'
import type { Session } from '../session.ts'
import { BadUsage, type Answer, type Args, type Verb } from '../verb.ts'

export const judgeVerb: Verb = {
  name: 'judge',
  synopsis: 'set --address URL --model NAME [--timeout S] [--reader NAME] | off | show ID | ask ID',
  about: 'a language model on this machine or network as a second opinion; "show" prints what "ask" would send',
  options: { address: { type: 'string' }, model: { type: 'string' }, timeout: { type: 'string' }, reader: { type: 'string' } },
  words: [1, 2],
  async run(args, session) {
    const [what, id] = args.words
    if (what === 'set' && id === undefined) return set(args, session)
    if (what === 'off' && id === undefined) return turnOff(args, session)
    if ((what === 'show' || what === 'ask') && id !== undefined) return ask(id, what === 'ask', session)
    throw new BadUsage('Say "judge set", "judge off", "judge show ID" or "judge ask ID"; ID is that of a comparison.')
  },
}

const readerOf = (args: Args): string => textOf(args, 'reader') ?? userInfo().username

function set(args: Args, session: Session): Answer {
  const timeoutSeconds = numberOf(args, 'timeout', 1, 600) ?? JUDGE_OFF.timeoutSeconds
  const settings = { on: true, address: needText(args, 'address'), model: needText(args, 'model'), timeoutSeconds }
  const made = setJudge(session.workspace().connection, settings, readerOf(args), now())
  return { json: { settings: made }, text: `The judge is ${made.model} at ${made.address}.` }
}

function turnOff(args: Args, session: Session): Answer {
  const { connection } = session.workspace()
  const made = setJudge(connection, { ...judgeSettings(connection), on: false }, readerOf(args), now())
  return { json: { settings: made }, text: 'The judge is off.' }
}

async function ask(comparisonId: string, send: boolean, session: Session): Promise<Answer> {
  const workspace = session.workspace()
  const { connection } = workspace
  const settings = judgeSettings(connection)
  const comparison = loadComparison(connection, comparisonId)
  const run = judgedRun(comparison, await workspace.features())
  if (!send) {
    const questions = questionsOf(run, settings)
    markSeen(connection, settings.address)
    const text = questions.map(({ task, body }) => `${task} -> ${settings.address || '(no address)'}\n${body}`).join('\n\n')
    return { json: { settings, questions }, text }
  }
  if (settings.on) refuseUnseen(connection, settings)
  await judgeComparison(comparisonId, comparison, run, {
    connection, settings, signal: session.signal,
    onProgress: (done, total) => session.progress.say(`Asked ${done} of ${total}`),
  })
  const scores = judgeScores(connection, comparisonId)
  const { edits } = loadComparison(connection, comparisonId)
  const lines = scores.map(({ model, concept, fluency, overall, failures }) =>
    `${model}: concept ${concept ?? '-'}, fluency ${fluency ?? '-'}, overall ${overall?.toFixed(2) ?? '-'} (of 2)` +
    failures.map(({ task, failure }) => `; ${task} failed: ${failure}`).join(''))
  const verdicts = edits.map(({ id, model }) => `${id}: ${model === null ? 'no verdict' : `${model.verdict.value}. ${model.reason}`}`)
  const failed = scores.some((one) => one.model === settings.model && one.failures.length > 0)
  return { json: { scores, edits }, text: [...lines, ...verdicts].join('\n'), failed }
}
