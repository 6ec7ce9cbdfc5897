import { randomUUID } from 'node:crypto'
import { loadCase, resolveCaseId } from '../../main/database/cases.ts'
import { METHODS, POSITIONS } from '../../shared/domain/intervention.ts'
import { choiceOf, indicesOf, needText, numberOf, textOf } from '../args.ts'
import { editLine } from '../editLine.ts'
import { generationView, noticesOf, timingsLine, timingsView } from '../generationView.ts'
import { refuseEmpty } from '../session.ts'
import { wrap } from '../table.ts'
import { BadUsage, type Verb } from '../verb.ts'

export const steer: Verb = {
  name: 'steer',
  synopsis: '--case ID --feature N[,N] --strength S [--positions generated|all] [--method add|ablate] [--grounded] ' +
    '[--model ID] [--no-draft] [--no-cache]',
  about: 'push features up or down and see which findings change',
  options: {
    case: { type: 'string' }, feature: { type: 'string' }, strength: { type: 'string' }, positions: { type: 'string' },
    method: { type: 'string' }, grounded: { type: 'boolean' }, model: { type: 'string' },
    'no-draft': { type: 'boolean' }, 'no-cache': { type: 'boolean' },
  },
  words: [0, 0],
  async run(args, session) {
    const asked = needText(args, 'case')
    const indices = indicesOf(args, 'feature')
    const method = choiceOf(args, 'method', METHODS) ?? 'add'
    const positions = choiceOf(args, 'positions', POSITIONS) ?? 'generated'
    const strength = numberOf(args, 'strength', -100, 100)
    if (strength === null && method === 'add') throw new BadUsage('--strength is missing.')
    const workspace = session.workspace({ modelId: textOf(args, 'model') ?? undefined })
    refuseEmpty(workspace)
    const caseId = resolveCaseId(workspace.connection, asked)
    const terms = indices.map((feature) => ({ feature, strength: strength ?? 0 }))
    const mode = args.values.grounded === true ? 'grounded' : 'findings'
    const comparison = await workspace.reporting.steer(caseId, mode, { terms, method, positions }, {
      runId: randomUUID(), signal: session.signal, draft: args.values['no-draft'] !== true,
      fresh: args.values['no-cache'] === true,
      onEvent: (event) => session.progress.say(event.stage === 'token' ? event.textSoFar.slice(-70) : event.stage),
    })
    const { baseline, steered, edits } = comparison
    const notices = noticesOf(loadCase(workspace.connection, caseId), await workspace.model(), mode)
    const { timings } = steered.generation
    const text = [
      ...notices,
      'Baseline', wrap(baseline.generation.text, '  '),
      'Steered', wrap(steered.generation.text, '  '),
      edits.length === 0 ? 'No edits: the texts say the same in the same words.' : 'Edits',
      ...edits.map((edit) => `  ${editLine(comparison, edit)}`),
      timingsLine(timings, steered.fromStore),
    ].join('\n')
    const json = {
      case: caseId, mode, notices, intervention: { terms, method, positions }, baseline: generationView(baseline),
      steered: generationView(steered), edits, timings: timingsView(timings), reused: timings.reused,
    }
    return { json, text }
  },
}
