import { EMBEDDED, type Models } from '../../main/workspace/models.ts'
import type { ModelProgress } from '../../shared/contracts/models.ts'
import {
  licenceLine, standingOf, WEIGHT_FORMATS, type CheckpointSurvey, type ModelRecord,
} from '../../shared/domain/model.ts'
import { choiceOf } from '../args.ts'
import type { Session } from '../session.ts'
import { table } from '../table.ts'
import { BadUsage, type Answer, type Args, type Verb } from '../verb.ts'

type Action = (args: Args, session: Session) => Promise<Answer>

export const model: Verb = {
  name: 'model',
  synopsis: 'add FOLDER [--format fp32|fp16|int8|int4] [--use] | check FOLDER | list | use ID | verify ID | remove ID',
  about: 'add MAIRA-2 checkpoints to the workspace, look after them, and choose the one in use',
  options: { format: { type: 'string' }, use: { type: 'boolean' } },
  words: [0, 2],
  run(args, session) {
    const [name, subject] = args.words
    if (name === undefined) throw new BadUsage(`Say what to do: ${Object.keys(ACTIONS).join(', ')}.`)
    const action = ACTIONS[name]
    if (action === undefined) throw new BadUsage(`"${name}" is none of ${Object.keys(ACTIONS).join(', ')}.`)
    const wantsSubject = name !== 'list'
    if (wantsSubject && subject === undefined) {
      throw new BadUsage(`"hilum model ${name}" needs ${name === 'add' || name === 'check' ? 'a FOLDER' : 'an ID'}.`)
    }
    if (!wantsSubject && subject !== undefined) throw new BadUsage(`"${subject}" is one word too many.`)
    return action(args, session)
  },
}

const ACTIONS: Readonly<Record<string, Action>> = { add, check, list, use, verify, remove }

async function add(args: Args, session: Session): Promise<Answer> {
  const folder = args.words[1]!
  const format = choiceOf(args, 'format', WEIGHT_FORMATS) ?? 'fp32'
  const { models } = session.workspace({ make: true })
  const survey = await models.survey(folder)
  if (survey.found !== null) session.progress.note(licenceLine(survey.found.licence))
  if (survey.faults.length > 0) return refusal(survey)
  const record = await models.add(folder, format, { signal: session.signal, onEvent: (event) => say(session, event) })
  if (args.values.use === true) await models.use(record.id)
  const hint = args.values.use === true ? 'It is in use.' : `Use it with "hilum model use ${record.id.slice(0, 8)}".`
  return {
    json: { model: record, inUse: models.current === record.id },
    text: [`Added ${record.name} as ${format}: ${record.id}`, `${gigabytes(record.bytes)}; ${standingText(record)}.`, hint].join('\n'),
  }
}

async function check(args: Args, session: Session): Promise<Answer> {
  const survey = await session.workspace({ make: true }).models.survey(args.words[1]!)
  if (survey.faults.length > 0) return refusal(survey)
  return { json: { survey }, text: `${foundText(survey)}\nNothing is missing.` }
}

function refusal(survey: CheckpointSurvey): Answer {
  const lines = survey.faults.map(({ message, mend }) => `- ${message}${mend === null ? '' : ` ${mend}`}`)
  const [first] = survey.faults
  const error = { kind: 'bad-input', message: first?.message ?? '', mend: first?.mend ?? null }
  return {
    json: { error, survey },
    text: [...(survey.found === null ? [] : [foundText(survey)]), 'This folder cannot be added:', ...lines].join('\n'),
    failed: true,
  }
}

function foundText({ found }: CheckpointSurvey): string {
  if (found === null) return ''
  const { name, parameters, layers, width, weightFiles, weightBytes, imageTokens, formats, licence } = found
  const rows = formats.map(({ format, diskBytes, memoryBytes }) =>
    [format, gigabytes(diskBytes), gigabytes(memoryBytes)])
  return [
    `${name}: ${(parameters / 1e9).toFixed(3)} billion parameters, ${layers} blocks of width ${width}, ` +
      `${imageTokens} tokens an image, ${weightFiles} weight files of ${gigabytes(weightBytes)} together.`,
    licenceLine(licence),
    table(['format', 'disk', 'memory'], rows),
  ].join('\n')
}

async function list(_args: Args, session: Session): Promise<Answer> {
  const { models } = session.workspace()
  const all = await models.list()
  const { current } = models
  const mark = (id: string): string => (id === current ? '*' : '')
  const rows = [
    [mark(EMBEDDED), EMBEDDED, 'the model that comes with Hilum', 'fp32', '', 'phantoms only'],
    ...all.map((one) => [
      mark(one.id), one.id.slice(0, 12), one.name, one.format, gigabytes(one.bytes), standingText(one),
    ]),
  ]
  const interrupted = models.interrupted()
  const cut = interrupted.map(({ folder, format }) =>
    `An addition of ${folder} as ${format} was cut off: "hilum model add" with the same goes on, ` +
    '"hilum model remove interrupted" gives it up.')
  return {
    json: { current, models: all, interrupted },
    text: [table(['', 'id', 'name', 'format', 'disk', 'findings beside fp32'], rows), ...cut].join('\n'),
  }
}

async function use({ words }: Args, session: Session): Promise<Answer> {
  const facts = await session.workspace().models.use(words[1]!)
  return {
    json: { model: facts },
    text: `${facts.name} (${facts.format}) is in use. ${licenceLine(facts.licence)}`,
  }
}

async function verify({ words }: Args, session: Session): Promise<Answer> {
  const { models } = session.workspace()
  const { id, name } = await models.find(words[1]!)
  const verified = await models.verify(id, { signal: session.signal, onEvent: (event) => say(session, event) })
  const { files, bytes, damaged } = verified
  const intact = damaged.length === 0
  const text = intact
    ? `Intact: ${name}, ${files} files of ${gigabytes(bytes)} together, each as it was written.`
    : `Damaged: ${damaged.join(', ')}. Remove the model and add it again.`
  return { json: { id, ...verified }, text, failed: !intact }
}

async function remove({ words }: Args, session: Session): Promise<Answer> {
  const { models } = session.workspace()
  if (words[1] === 'interrupted') return discard(models)
  const { id, name, format, bytes } = await models.remove(words[1]!)
  return { json: { removed: id }, text: `Removed ${name} (${format}), ${gigabytes(bytes)}. Texts it wrote stay.` }
}

async function discard(models: Models): Promise<Answer> {
  await models.discard()
  return { json: { removed: null }, text: 'What interrupted additions left is removed.' }
}

function say({ progress }: Session, { step, done, total }: ModelProgress): void {
  const what = { hashing: 'Hashing the checkpoint', storing: 'Storing the weights', verifying: 'Verifying the model' }[step]
  progress.say(`${what}: ${Math.floor((100 * done) / Math.max(1, total))} %`)
}

function standingText({ format, measurement }: ModelRecord): string {
  switch (standingOf(format, measurement)) {
    case 'exact': return 'the reference'
    case 'not-measured': return 'not measured'
    case 'usable': return `usable: ${share(measurement!.findingAgreement)} kept`
    case 'not-usable': return `not usable: ${share(measurement!.findingAgreement)} kept`
  }
}

/** Rounded down: 98.96 % must not read as the 99 % that is asked for. */
function share(value: number): string {
  return `${(Math.floor(1000 * value) / 10).toFixed(1)} %`
}

function gigabytes(bytes: number): string {
  return bytes < 1e8 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`
}
