import { now } from '../../main/workspace/now.ts'
import { writeExport } from '../../main/exchange/writeExport.ts'
import { needText } from '../args.ts'
import type { Verb } from '../verb.ts'

export const exportVerb: Verb = {
  name: 'export',
  synopsis: '--out FILE',
  about: 'write every comparison and verdict into one zip that can be verified',
  options: { out: { type: 'string' } },
  words: [0, 0],
  async run(args, session) {
    const path = needText(args, 'out')
    const { connection } = session.workspace()
    const report = await writeExport(connection, { path, hilumVersion: session.version, at: now() })
    const left = report.withheld === 0 ? '' : ` Left out: ${report.withheld} comparisons that a blinded review set still asks about.`
    const text = `${report.verdicts} verdicts in ${report.path} (${report.bytes} bytes, SHA-256 ${report.sha256}).${left}`
    return { json: { ...report }, text }
  },
}
