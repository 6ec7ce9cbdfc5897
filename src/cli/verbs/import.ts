import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { importPaths, interruptedImport } from '../../main/workspace/importing.ts'
import type { ImportOrder, Sidecar, SidecarField, SidecarMap } from '../../shared/domain/sidecar.ts'
import { DATE_ORDERS, SIDECAR_FIELDS } from '../../shared/domain/sidecar.ts'
import { HilumError } from '../../shared/errors.ts'
import { choiceOf, textOf } from '../args.ts'
import type { Session } from '../session.ts'
import type { Args, Verb } from '../verb.ts'
import { BadUsage } from '../verb.ts'

export const importVerb: Verb = {
  name: 'import',
  synopsis: 'PATH… [--sidecar CSV] [--map FIELD=COLUMN,…] [--date-order day-first|month-first] | --resume',
  about: 'import chest films and their reports: DICOM, PNG or JPEG files, folders, zip archives, a DICOMDIR',
  options: {
    sidecar: { type: 'string' }, map: { type: 'string' }, 'date-order': { type: 'string' }, resume: { type: 'boolean' },
  },
  words: [0, 10_000],
  async run(args, session) {
    const { workspace: open, dicom, progress, signal } = session
    const { connection } = open({ make: true })
    const { paths, sidecar } = args.values.resume === true
      ? needed(interruptedImport(connection))
      : { paths: existing(args.words), sidecar: await readSidecar(args, session) }
    if (sidecar !== null) progress.note(`The table ${sidecar.path} is read as: ${inWords(sidecar.map)}.`)
    let films = 0
    const told = new Set<string>()
    const tell = (name: string, reason: string, how: string): void => {
      told.add(name)
      progress.note(`${how} ${name}: ${reason}`)
    }
    const report = await importPaths(paths, {
      connection, dicom, sidecar, signal,
      onItem: (item) => {
        if (item.kind === 'film') progress.say(`${(films += 1)} films`)
        else if (item.kind === 'skipped') tell(item.name, item.reason, item.refused ? 'Refused' : 'Skipped')
      },
    })
    // What turns out only when everything was read: a text without its film, a study without a frontal.
    for (const { name, reason } of report.skipped.filter((one) => !told.has(one.name))) tell(name, reason, 'Skipped')
    const { newFilms, duplicates, studies, cases, skipped } = report
    const text = [
      `${newFilms} new films in ${studies} studies, ${duplicates} were here already, ${skipped.length} files left out.`,
      `Cases: ${cases.length === 0 ? 'none' : cases.join(', ')}.`,
    ].join('\n')
    return { json: { ...report }, text }
  },
}

function existing(words: readonly string[]): readonly string[] {
  if (words.length === 0) throw new BadUsage('"hilum import" needs PATH….')
  const paths = words.map((word) => resolve(word))
  const missing = paths.find((path) => !existsSync(path))
  if (missing === undefined) return paths
  throw new HilumError('not-found', `There is no file or folder ${missing}. Nothing was imported.`)
}

function needed(order: ImportOrder | null): ImportOrder {
  if (order !== null) return order
  throw new HilumError('not-found', 'No import was cut off in this workspace, so there is none to resume.')
}

/** The table and its map: what the columns are called suggests it, --map decides. */
async function readSidecar(args: Args, { dicom }: Session): Promise<Sidecar | null> {
  const given = textOf(args, 'sidecar')
  const chosen = mapOf(textOf(args, 'map'))
  if (given === null) {
    if (textOf(args, 'map') !== null) throw new BadUsage('--map needs --sidecar.')
    return null
  }
  const path = resolve(given)
  const { map } = await dicom.call('sidecar.preview', { path })
  return { path, map: { ...map, ...chosen }, dateOrder: choiceOf(args, 'date-order', DATE_ORDERS) ?? 'auto' }
}

/** Reads `file=image,patient=subject_id`. */
function mapOf(text: string | null): SidecarMap {
  if (text === null) return {}
  return Object.fromEntries(text.split(',').map((part) => {
    const at = part.indexOf('=')
    const field = SIDECAR_FIELDS.find((name) => name === part.slice(0, at).trim())
    if (at > 0 && field !== undefined) return [field, part.slice(at + 1).trim()]
    throw new BadUsage(`--map takes FIELD=COLUMN apart by commas; the fields are ${SIDECAR_FIELDS.join(', ')}.`)
  })) as Partial<Record<SidecarField, string>>
}

function inWords(map: SidecarMap): string {
  return Object.entries(map).map(([field, column]) => `${field} from "${column}"`).join(', ')
}
