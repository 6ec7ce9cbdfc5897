import { verifyExport } from '../../main/exchange/verifyExport.ts'
import type { Verb } from '../verb.ts'

export const verify: Verb = {
  name: 'verify',
  synopsis: 'FILE',
  about: 'check that an exported zip is whole and unaltered',
  options: {},
  words: [1, 1],
  async run({ words }) {
    const report = verifyExport(words[0] ?? '')
    const { comparisons, edits, verdicts, exportedAt, sha256 } = report
    const text = `Intact: ${comparisons} comparisons, ${edits} edits and ${verdicts} verdicts, exported ${exportedAt} (SHA-256 ${sha256}).`
    return { json: { ...report }, text }
  },
}
