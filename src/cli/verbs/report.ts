import { randomUUID } from 'node:crypto'
import { loadCase, resolveCaseId } from '../../main/database/cases.ts'
import { asPhrase } from '../../shared/domain/generation.ts'
import { needText, textOf } from '../args.ts'
import { phrasesText, phrasesView } from '../boxesView.ts'
import { generationView, noticesOf, timingsLine } from '../generationView.ts'
import { refuseEmpty } from '../session.ts'
import { wrap } from '../table.ts'
import { BadUsage, type Verb } from '../verb.ts'

export const report: Verb = {
  name: 'report',
  synopsis: '--case ID [--grounded | --phrase TEXT] [--model ID] [--no-cache]',
  about: 'let the model write the findings of a case, without steering',
  options: {
    case: { type: 'string' }, grounded: { type: 'boolean' }, phrase: { type: 'string' }, model: { type: 'string' },
    'no-cache': { type: 'boolean' },
  },
  words: [0, 0],
  async run(args, session) {
    const given = textOf(args, 'phrase')
    const phrase = given === null ? null : asPhrase(given)
    const grounded = args.values.grounded === true
    if (phrase !== null && grounded) throw new BadUsage('--grounded and --phrase ask for different things: choose one.')
    const asked = needText(args, 'case')
    const workspace = session.workspace({ modelId: textOf(args, 'model') ?? undefined })
    refuseEmpty(workspace)
    const caseId = resolveCaseId(workspace.connection, asked)
    const mode = phrase !== null ? 'phrase' : grounded ? 'grounded' : 'findings'
    const kept = await workspace.reporting.baseline(caseId, mode, phrase, {
      runId: randomUUID(), signal: session.signal, fresh: args.values['no-cache'] === true,
      onEvent: (event) => session.progress.say(event.stage === 'token' ? event.textSoFar.slice(-70) : event.stage),
    })
    const subject = loadCase(workspace.connection, caseId)
    const notices = noticesOf(subject, await workspace.model(), mode)
    const { text: written, phrases, unparsedTail, timings } = kept.generation
    const said = phrases === null ? [wrap(written)] : phrasesText(phrases, unparsedTail, subject.frontal)
    const { hash, columns, rows } = subject.frontal
    const json = {
      case: caseId, mode, phrase, notices, film: { hash, columns, rows }, ...generationView(kept),
      phrases: phrasesView(phrases, subject.frontal),
    }
    return { json, text: [...notices, ...said, timingsLine(timings, kept.fromStore)].join('\n') }
  },
}
