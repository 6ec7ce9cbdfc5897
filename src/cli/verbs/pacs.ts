import { fetchFromPacs } from '../../main/workspace/pacs.ts'
import { PacsAccess, PacsQuery, type PacsStudy } from '../../shared/domain/pacs.ts'
import { needText, textOf } from '../args.ts'
import type { Session } from '../session.ts'
import { table } from '../table.ts'
import type { Answer, Args, Verb } from '../verb.ts'
import { BadUsage } from '../verb.ts'

const MOST = 200

export const pacsVerb: Verb = {
  name: 'pacs',
  synopsis: 'echo|find|fetch --url DICOMWEB [--user NAME] [--patient ID] [--name NAME] [--accession NUMBER] '
    + '[--modality DX] [--from DAY] [--to DAY] [--study UID]',
  about: 'ask a PACS over DICOMweb and fetch studies; the password is read from HILUM_PACS_PASSWORD',
  options: {
    url: { type: 'string' }, user: { type: 'string' }, patient: { type: 'string' }, name: { type: 'string' },
    accession: { type: 'string' }, modality: { type: 'string' }, from: { type: 'string' }, to: { type: 'string' },
    study: { type: 'string' },
  },
  words: [1, 1],
  run(args, session) {
    const access = accessOf(args)
    switch (args.words[0]) {
      case 'echo': return echo(access, session)
      case 'find': return find(access, args, session)
      case 'fetch': return fetchAll(access, args, session)
      default: throw new BadUsage(`"hilum pacs" is followed by echo, find or fetch, not "${args.words[0]}".`)
    }
  },
}

async function echo(access: PacsAccess, { pacs, signal }: Session): Promise<Answer> {
  const { ms } = await pacs.call('pacs.echo', access, { signal })
  return { json: { ms }, text: `${access.node.url} answers in ${Math.round(ms)} ms.` }
}

async function find(access: PacsAccess, args: Args, session: Session): Promise<Answer> {
  const { studies, more } = await search(access, args, session)
  const rows = studies.map(({ date, patientId, patientName, modalities, description, uid }) =>
    [date ?? '', patientId, patientName, modalities.join(' '), description, uid])
  const shown = table(['date', 'ID', 'name', 'modalities', 'description', 'study'], rows)
  const end = more ? `\nOnly ${MOST} are shown; ask for less.` : ''
  return { json: { studies, more }, text: `${shown}${end}` }
}

async function fetchAll(access: PacsAccess, args: Args, session: Session): Promise<Answer> {
  const { workspace: open, dicom, pacs, progress, signal } = session
  const given = textOf(args, 'study')
  const uids = given === null ? (await search(access, args, session)).studies.map(({ uid }) => uid) : [given]
  if (uids.length === 0) return { json: { newFilms: 0, studies: 0, cases: [], skipped: [] }, text: 'No study matches.' }
  const report = await fetchFromPacs(access, uids, { workspace: open({ make: true }), dicom, pacs }, {
    signal,
    onEvent: ({ study, studies, done, total }) =>
      progress.say(`study ${study + 1} of ${studies}: ${done}${total === null ? '' : ` of ${total}`} instances`),
  })
  for (const { name, reason } of report.skipped) progress.note(`Skipped ${name}: ${reason}`)
  const { newFilms, duplicates, studies, cases } = report
  const sum = `${newFilms} new films in ${studies} studies, ${duplicates} were here already.`
  return { json: { ...report }, text: `${sum} Cases: ${cases.join(', ') || 'none'}.` }
}

async function search(
  access: PacsAccess, args: Args, { pacs, signal }: Session,
): Promise<{ studies: readonly PacsStudy[]; more: boolean }> {
  const query = PacsQuery.safeParse({
    patientId: textOf(args, 'patient') ?? '', patientName: textOf(args, 'name') ?? '',
    accession: textOf(args, 'accession') ?? '', modality: (textOf(args, 'modality') ?? '').toUpperCase(),
    from: textOf(args, 'from'), to: textOf(args, 'to'),
  })
  if (query.success) return pacs.call('pacs.find', { access, query: query.data, limit: MOST }, { signal })
  throw new BadUsage(`--${String(query.error.issues[0]?.path[0])} cannot be read; a day is written 2026-11-24.`)
}

function accessOf(args: Args): PacsAccess {
  const url = needText(args, 'url')
  const access = PacsAccess.safeParse({
    node: { name: 'The PACS', url, user: textOf(args, 'user') }, password: process.env.HILUM_PACS_PASSWORD ?? null,
  })
  if (access.success) return access.data
  throw new BadUsage(`--url takes an address such as http://pacs:8042/dicom-web, not "${url}".`)
}
