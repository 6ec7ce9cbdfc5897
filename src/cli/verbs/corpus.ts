import { basename, extname, resolve } from 'node:path'
import { addToCorpus } from '../../main/corpus/addToCorpus.ts'
import { readReports } from '../../main/corpus/readReports.ts'
import { listCases } from '../../main/database/cases.ts'
import { listComparisons } from '../../main/database/comparisons.ts'
import { listCorpora } from '../../main/database/corpora.ts'
import { now } from '../../main/workspace/now.ts'
import { rejudge } from '../../main/workspace/rules.ts'
import { textOf } from '../args.ts'
import type { Session } from '../session.ts'
import { table } from '../table.ts'
import { BadUsage, type Answer, type Args, type Verb } from '../verb.ts'

export const corpus: Verb = {
  name: 'corpus',
  synopsis: 'add PATH [--name NAME] [--column NAME] | list',
  about: 'count reports (a folder, .txt, .csv, .jsonl), to tell which off-target edits follow the data; no text is kept',
  options: { name: { type: 'string' }, column: { type: 'string' } },
  words: [1, 2],
  async run(args, session) {
    const [what, path] = args.words
    if (what === 'list' && path === undefined) return list(session)
    if (what !== 'add' || path === undefined) throw new BadUsage('Say "corpus add PATH" or "corpus list".')
    return add(resolve(path), args, session)
  },
}

function list(session: Session): Answer {
  const corpora = listCorpora(session.workspace().connection)
  const rows = corpora.map(({ name, phantom, reports, createdAt }) =>
    [name, String(reports), phantom ? 'phantoms' : 'patients', createdAt.slice(0, 10)])
  const text = rows.length === 0 ? 'There is no corpus yet.' : table(['corpus', 'reports', 'of', 'since'], rows)
  return { json: { corpora }, text }
}

async function add(path: string, args: Args, session: Session): Promise<Answer> {
  const { signal, progress } = session
  const name = textOf(args, 'name') ?? basename(path, extname(path))
  if (name === '' || name.length > 200) throw new BadUsage('--name takes 1 to 200 characters.')
  const workspace = session.workspace({ make: true })
  const { connection } = workspace
  const reports = readReports(path, textOf(args, 'column'))
  const count = await addToCorpus(reports, {
    connection, corpus: { name, phantom: false }, source: basename(path), at: now(), signal,
    onProgress: (read) => progress.say(`${read} reports`),
  })
  // Edits judged before are explained with the new counts; phantoms have their own corpus.
  const patients = new Set(listCases(connection, '').filter((one) => !one.phantom).map((one) => one.id))
  const touched = listComparisons(connection).filter(({ caseId }) => patients.has(caseId)).map(({ id }) => id)
  const rejudged = touched.length === 0 ? 0 : rejudge(connection, await workspace.features(), touched, now())
  const { read, added, known, skipped } = count
  const text = [
    `${read} reports read: ${added} new in the corpus "${name}", ${known} in it before, ${skipped.length} left out.`,
    ...skipped.slice(0, 5).map((one) => `Left out: ${one}.`),
    ...(rejudged === 0 ? [] : [`${rejudged} verdicts by rule changed.`]),
  ].join('\n')
  return { json: { ...count, name, rejudged }, text }
}
