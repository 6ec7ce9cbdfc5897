import { resolve } from 'node:path'
import { CALIBRATION_CASES, OWN_DICTIONARY, type Dictionaries } from '../../main/workspace/dictionaries.ts'
import type { DictionaryFacts, HookSetting } from '../../shared/domain/dictionary.ts'
import { HilumError } from '../../shared/errors.ts'
import { numberOf, textOf } from '../args.ts'
import { parseColumnMap, previewText } from '../columnMap.ts'
import { hookTable, settleCall } from '../hookTable.ts'
import type { Session } from '../session.ts'
import { table } from '../table.ts'
import { BadUsage, type Answer, type Args, type Verb } from '../verb.ts'

type Action = (dictionaries: Dictionaries, args: Args, session: Session) => Promise<Answer>

const ACTIONS: Readonly<Record<string, Action>> = { add, list, use, calibrate, remove }

export const dictionary: Verb = {
  name: 'dictionary',
  synopsis: [
    'add PATH [--layer N] [--name NAME] [--interpretations FILE] [--map FIELD=COLUMN,…] [--preview]',
    `list | use NAME|${OWN_DICTIONARY} | remove NAME | calibrate NAME [--cases N] [--apply [--layer N] [--norm-factor X]]`,
  ].join('\n       hilum dictionary '),
  about: 'add sparse autoencoders with their interpretations, measure where they read, and choose one',
  options: {
    layer: { type: 'string' }, name: { type: 'string' }, interpretations: { type: 'string' }, map: { type: 'string' },
    preview: { type: 'boolean' }, cases: { type: 'string' }, apply: { type: 'boolean' }, 'norm-factor': { type: 'string' },
  },
  words: [1, 2],
  async run(args, session) {
    const [name, word] = args.words
    const action = name === undefined || !Object.hasOwn(ACTIONS, name) ? undefined : ACTIONS[name]
    if (action === undefined) {
      throw new BadUsage(`"${name}" is not one of ${Object.keys(ACTIONS).join(', ')}.`)
    }
    if (name !== 'list' && word === undefined) throw new BadUsage(`"hilum dictionary ${name}" needs ${name === 'add' ? 'PATH' : 'NAME'}.`)
    return action(session.workspace().dictionaries, args, session)
  },
}

async function add(dictionaries: Dictionaries, args: Args, session: Session): Promise<Answer> {
  const file = textOf(args, 'interpretations')
  const map = parseColumnMap(textOf(args, 'map'))
  if (file === null && (textOf(args, 'map') !== null || args.values.preview === true)) {
    throw new BadUsage('--map and --preview belong to --interpretations FILE.')
  }
  const interpretations = file === null ? null : { path: resolve(file), map }
  if (interpretations !== null && args.values.preview === true) {
    const preview = await dictionaries.preview(interpretations)
    return { json: { preview }, text: previewText(preview), failed: preview.problem !== null }
  }
  const asked = {
    path: resolve(args.words[1] as string), layer: numberOf(args, 'layer', 0, 1000), name: textOf(args, 'name'), interpretations,
  }
  const facts = await dictionaries.add(asked, progressOf(session))
  const { name, hook, size, width, interpreted, scored, notes, calibration } = facts
  const text = [
    `Added ${name} (${facts.id.slice(0, 12)}): ${size} features at block ${hook.layer}, width ${width}; ${interpreted} with an interpretation, ${scored} with a score.`,
    ...notes,
    ...(calibration !== null ? [] : [
      `It is not calibrated: see where it reads with "hilum dictionary calibrate ${facts.id.slice(0, 12)}".`,
    ]),
    `Use it with "hilum dictionary use ${facts.id.slice(0, 12)}".`,
  ].join('\n')
  return { json: { dictionary: facts }, text }
}

async function list(dictionaries: Dictionaries): Promise<Answer> {
  const all = await dictionaries.list()
  const current = await dictionaries.current()
  const rows = all.map((facts) => [
    current === facts.id ? '*' : '', facts.name, facts.id.slice(0, 12), String(facts.size), String(facts.hook.layer),
    String(facts.interpreted), calibrationOf(facts), facts.dialect,
  ])
  const own = [current === OWN_DICTIONARY ? '*' : '', "(the model's own)", OWN_DICTIONARY, '', '', '', '', '']
  const header = ['', 'name', 'id', 'features', 'block', 'interpreted', 'calibration', 'format']
  return { json: { current, dictionaries: all }, text: table(header, [own, ...rows]) }
}

function calibrationOf({ calibration }: DictionaryFacts): string {
  if (calibration === null) return 'none'
  const { evidence: { meanActive, unexplainedVariance }, cases } = calibration
  return `${meanActive.toFixed(1)} active, ${(100 * unexplainedVariance).toFixed(1)} % unexplained, ${cases} cases`
}

async function use(dictionaries: Dictionaries, args: Args): Promise<Answer> {
  const facts = await dictionaries.use(args.words[1] as string)
  const text = facts === null
    ? "The model's own dictionary is in use."
    : `${facts.name} is in use.${facts.calibration === null ? ' It is not calibrated, so strengths have no scale yet.' : ''}`
  return { json: { current: await dictionaries.current(), dictionary: facts }, text }
}

async function remove(dictionaries: Dictionaries, args: Args): Promise<Answer> {
  const facts = await dictionaries.remove(args.words[1] as string)
  return { json: { removed: facts.id }, text: `Removed ${facts.name}.` }
}

async function calibrate(dictionaries: Dictionaries, args: Args, session: Session): Promise<Answer> {
  const words = args.words[1] as string
  const apply = args.values.apply === true
  const layer = numberOf(args, 'layer', 0, 1000)
  const normFactor = numberOf(args, 'norm-factor', 1e-6, 1e6)
  if (!apply && (layer !== null || normFactor !== null)) throw new BadUsage('--layer and --norm-factor belong to --apply.')
  const cases = numberOf(args, 'cases', 1, 32) ?? CALIBRATION_CASES
  const given: HookSetting | null = layer === null ? null : { layer, normFactor: normFactor ?? 1 }
  const found = given === null ? await dictionaries.calibrate(words, null, cases, progressOf(session)) : null
  const [best] = found?.evidence ?? []
  const settle = given ?? (apply ? (best?.hook ?? null) : null)
  const text = found === null ? [] : [hookTable(found)]
  if (settle === null) {
    if (best === undefined) throw new HilumError('internal', 'No hook could be measured.')
    const told = `Nothing was changed. Settle on the first with "${settleCall(found?.facts.name ?? words, best)}".`
    return { json: { ...found }, text: [...text, told].join('\n') }
  }
  const kept = await dictionaries.calibrate(words, settle, cases, progressOf(session))
  const { facts } = kept
  return {
    json: { ...(found ?? kept), facts, kept: settle },
    text: [...(found === null ? [hookTable(kept)] : text), keptText(facts)].join('\n'),
  }
}

function keptText({ name, hook, size, calibration }: DictionaryFacts): string {
  const active = calibration?.activeFeatures ?? 0
  const scale = hook.normFactor === 1 ? '' : ` on residuals divided by ${hook.normFactor}`
  return `${name} reads block ${hook.layer}${scale}. ${active} of ${size} features were active; the others' strengths have an estimated scale.`
}

function progressOf({ signal, progress }: Session): Parameters<Dictionaries['add']>[1] {
  return {
    signal,
    onEvent: ({ step, done, total }) => progress.say(total > 0 ? `${step} (${done} of ${total})` : step),
  }
}
