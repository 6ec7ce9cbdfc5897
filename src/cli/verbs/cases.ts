import { listCases } from '../../main/database/cases.ts'
import { textOf } from '../args.ts'
import { offsetInWords } from '../../shared/domain/studyOffset.ts'
import { refuseEmpty } from '../session.ts'
import { table } from '../table.ts'
import type { Verb } from '../verb.ts'

export const cases: Verb = {
  name: 'cases',
  synopsis: '[--search TEXT]',
  about: 'list the cases of the workspace, newest first',
  options: { search: { type: 'string' } },
  words: [0, 0],
  async run(args, session) {
    const workspace = session.workspace()
    const found = listCases(workspace.connection, textOf(args, 'search') ?? '')
    if (found.length === 0 && args.values.json !== true) refuseEmpty(workspace)
    const rows = found.map((row) => [
      row.id, row.patientId, row.patientName, row.studyDate ?? offsetInWords(row.studyOffset),
      row.priorDate ?? (row.priorOffset === null ? 'none' : offsetInWords(row.priorOffset)), String(row.films), row.status,
      String(row.verdicts),
    ])
    const header = ['case', 'patient', 'name', 'study', 'prior', 'films', 'status', 'verdicts']
    return { json: { workspace: workspace.paths.dir, cases: found }, text: table(header, rows) }
  },
}
