import { userInfo } from 'node:os'
import { loadSet } from '../../main/database/reviewSets.ts'
import { writeSetExport } from '../../main/exchange/setExport.ts'
import { needOpen } from '../../main/review/blinding.ts'
import { listSummaries, summaryOf } from '../../main/review/summaries.ts'
import { now } from '../../main/workspace/now.ts'
import { METHODS, POSITIONS } from '../../shared/domain/intervention.ts'
import type { ReviewEstimate, ReviewSetSummary } from '../../shared/domain/reviewSet.ts'
import { needText } from '../args.ts'
import { readPlan } from '../readPlan.ts'
import { table } from '../table.ts'
import type { Session } from '../session.ts'
import { BadUsage, type Answer, type Args, type Verb } from '../verb.ts'

const ACTIONS: Readonly<Record<string, (args: Args, session: Session) => Promise<Answer>>> = {
  create, run, status, unblind, export: exportSet,
}

export const set: Verb = {
  name: 'set',
  synopsis:
    'create|run|status|unblind|export [NAME] [--cases all|ID,ID] [--features N,N] [--strengths S,S] [--readers NAME,NAME]'
    + ` [--task edits|preference|interpretation|detection] [--positions ${POSITIONS.join(',')}] [--methods ${METHODS.join(',')}]`
    + ' [--controls baseline,random,orthogonal] [--control-share 0.1] [--open] [--repeat 0.1] [--readers-per-item N]'
    + ' [--arms N] [--washout-days N] [--seed N] [--dry-run] [--reason TEXT] [--out FILE]',
  about: 'plan a review set, have its reports written (stop and go on at will), see how far it is, export it',
  options: {
    cases: { type: 'string' }, features: { type: 'string' }, strengths: { type: 'string' }, readers: { type: 'string' },
    task: { type: 'string' }, positions: { type: 'string' }, methods: { type: 'string' }, controls: { type: 'string' },
    'control-share': { type: 'string' }, open: { type: 'boolean' }, repeat: { type: 'string' },
    'readers-per-item': { type: 'string' }, arms: { type: 'string' }, 'washout-days': { type: 'string' },
    seed: { type: 'string' }, 'dry-run': { type: 'boolean' }, reason: { type: 'string' }, out: { type: 'string' },
  },
  words: [1, 2],
  async run(args, session) {
    const action = ACTIONS[args.words[0]!]
    if (action === undefined) throw new BadUsage(`"hilum set" takes ${Object.keys(ACTIONS).join(', ')}, not "${args.words[0]}".`)
    return action(args, session)
  },
}

async function create(args: Args, session: Session): Promise<Answer> {
  const { connection, reviews } = session.workspace()
  const plan = readPlan(args, needName(args), connection)
  const estimate = await reviews.estimate(plan)
  const cost = estimateLine(estimate)
  if (args.values['dry-run'] === true) return { json: { plan, estimate }, text: `${cost}\nNothing was kept.` }
  const made = await reviews.create(plan, `lead:${userInfo().username}`)
  const text = `${cost}\nPlanned as “${made.name}” (${made.id}). Write its reports with "hilum set run ${made.id}".`
  return { json: { set: made, estimate }, text }
}

async function run(args: Args, session: Session): Promise<Answer> {
  const { reviews } = session.workspace()
  const { signal, progress } = session
  const made = await reviews.run(needName(args), {
    signal, onProgress: ({ done, total, caseId }) => progress.say(`${done} of ${total}${caseId === null ? '' : `, case ${caseId}`}`),
  })
  return { json: { set: made }, text: `“${made.name}” is frozen: ${made.items} items, SHA-256 ${made.contentHash}.` }
}

async function status(args: Args, session: Session): Promise<Answer> {
  const { connection } = session.workspace()
  const name = args.words[1]
  const sets = name === undefined ? listSummaries(connection) : [summaryOf(connection, loadSet(connection, name))]
  const readers = (one: ReviewSetSummary): string =>
    one.readers.map((reader) => `${reader.name} ${reader.answered}/${reader.assigned}`).join(', ')
  const rows = sets.map((one) => [
    one.id, one.name, one.task, one.state + (one.note === '' ? '' : ` (${one.note})`), `${one.generated}/${one.items}`, readers(one),
  ])
  const text = sets.length === 0 ? 'There is no review set yet.' : table(['set', 'name', 'task', 'state', 'generated', 'answered'], rows)
  return { json: { sets }, text }
}

async function unblind(args: Args, session: Session): Promise<Answer> {
  const reason = needText(args, 'reason')
  const made = session.workspace().reviews.unblind(needName(args), `lead:${userInfo().username}`, reason)
  return { json: { set: made }, text: `The blinding of “${made.name}” is open from now on; the audit says who did it and why.` }
}

async function exportSet(args: Args, session: Session): Promise<Answer> {
  const path = needText(args, 'out')
  const { connection } = session.workspace()
  const { id } = loadSet(connection, needName(args))
  needOpen(connection, id)
  const report = await writeSetExport(connection, id, { path, hilumVersion: session.version, at: now() })
  const text = `${report.items} items and ${report.answers} answers in ${report.path} (${report.bytes} bytes, SHA-256 ${report.sha256}).`
  return { json: { ...report }, text }
}

function needName(args: Args): string {
  const name = args.words[1]
  if (name === undefined) throw new BadUsage('The name of the set is missing.')
  return name
}

function estimateLine(estimate: ReviewEstimate): string {
  const { items, controls, generations, readings, seconds, bytes, basis } = estimate
  const time = seconds === null ? 'an unknown time' : seconds < 90 ? `about ${Math.round(seconds)} s` : `about ${Math.round(seconds / 60)} min`
  const disk = bytes === null ? 'an unknown size' : `about ${(bytes / 1e6).toFixed(1)} MB`
  return `${items} items (${controls} of them controls), ${readings} readings; ${generations} reports to write, ${time}, ${disk}. ${basis}`
}

