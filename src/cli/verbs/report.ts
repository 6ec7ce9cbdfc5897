import { randomUUID } from 'node:crypto'
import { loadCase, resolveCaseId } from '../../main/database/cases.ts'
import { needText, textOf } from '../args.ts'
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
    const phrase = textOf(args, 'phrase')
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
    const notices = noticesOf(loadCase(workspace.connection, caseId), await workspace.model())
    const boxes = (kept.generation.phrases ?? []).map(({ text, boxes: found }) =>
      `  ${found === null ? '' : found.map((b) => `[${[b.xMin, b.yMin, b.xMax, b.yMax].map((x) => x.toFixed(2)).join(' ')}] `).join('')}${text}`)
    const text = [
      ...notices, wrap(kept.generation.text), ...boxes, timingsLine(kept.generation.timings, kept.fromStore),
    ].join('\n')
    return { json: { case: caseId, mode, phrase, notices, ...generationView(kept) }, text }
  },
}
