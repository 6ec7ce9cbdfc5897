import { userInfo } from 'node:os'
import { judge } from '../../main/workspace/handlers.ts'
import { REXVAL_CATEGORIES, SIGNIFICANCES, VERDICT_VALUES } from '../../shared/domain/verdict.ts'
import { choiceOf, needText, textOf } from '../args.ts'
import { BadUsage, type Verb } from '../verb.ts'

export const verdict: Verb = {
  name: 'verdict',
  synopsis:
    `--edit ID --is ${VERDICT_VALUES.join('|')} [--category CATEGORY] [--significance significant|insignificant] [--reader NAME] [--note TEXT]`,
  about: "record a reader's verdict on an edit",
  options: {
    edit: { type: 'string' }, is: { type: 'string' }, category: { type: 'string' }, significance: { type: 'string' },
    reader: { type: 'string' }, note: { type: 'string' },
  },
  words: [0, 0],
  async run(args, session) {
    const editId = needText(args, 'edit')
    const value = choiceOf(args, 'is', VERDICT_VALUES)
    if (value === null) throw new BadUsage('--is is missing.')
    const category = choiceOf(args, 'category', REXVAL_CATEGORIES)
    const significance = choiceOf(args, 'significance', SIGNIFICANCES)
    if (value !== 'off-target' && (category !== null || significance !== null)) {
      throw new BadUsage('--category and --significance belong to off-target verdicts only.')
    }
    const note = textOf(args, 'note') ?? ''
    if (note.length > 4000) throw new BadUsage('--note takes at most 4000 characters.')
    const reader = textOf(args, 'reader') ?? userInfo().username
    if (reader === '' || reader.length > 200) throw new BadUsage('--reader takes a name of 1 to 200 characters.')
    const kept = judge(session.workspace(), editId, { value, category, significance, note }, reader)
    return { json: { ...kept }, text: `Recorded: ${editId} is ${value}, by ${reader}.` }
  },
}
