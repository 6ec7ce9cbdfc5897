import { verifyAudit } from '../../main/database/audit.ts'
import { verifyFrozenSets } from '../../main/review/freezeSet.ts'
import { BadUsage, type Verb } from '../verb.ts'

export const audit: Verb = {
  name: 'audit',
  synopsis: 'verify',
  about: 'check the chain of the audit, every verdict and answer against it, and every frozen review set',
  options: {},
  words: [1, 1],
  async run({ words: [what] }, session) {
    if (what !== 'verify') throw new BadUsage(`"hilum audit" takes verify, not "${what}".`)
    const { connection } = session.workspace()
    const { rows, hash } = verifyAudit(connection)
    const frozenSets = verifyFrozenSets(connection)
    const text = `Intact: ${rows} rows, last ${hash}; ${frozenSets} frozen review sets as they were frozen.`
    return { json: { rows, hash, frozenSets }, text }
  },
}
