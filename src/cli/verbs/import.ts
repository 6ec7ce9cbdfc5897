import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { importPaths } from '../../main/workspace/importing.ts'
import { HilumError } from '../../shared/errors.ts'
import type { Verb } from '../verb.ts'

export const importVerb: Verb = {
  name: 'import',
  synopsis: 'PATH…',
  about: 'import chest films: DICOM, PNG or JPEG files, folders, zip archives',
  options: {},
  words: [1, 10_000],
  async run({ words }, { workspace: open, dicom, progress, signal }) {
    const paths = words.map((word) => resolve(word))
    const missing = paths.find((path) => !existsSync(path))
    if (missing !== undefined) throw new HilumError('not-found', `There is no file or folder ${missing}. Nothing was imported.`)
    const { connection } = open({ make: true })
    let films = 0
    const report = await importPaths(paths, {
      connection, dicom, signal,
      onItem: (item) => {
        if (item.kind === 'film') progress.say(`${(films += 1)} films`)
        else progress.note(`${item.refused ? 'Refused' : 'Skipped'} ${item.name}: ${item.reason}`)
      },
    })
    const { newFilms, duplicates, studies, cases, skipped } = report
    const text = [
      `${newFilms} new films in ${studies} studies, ${duplicates} were here already, ${skipped.length} files left out.`,
      `Cases: ${cases.length === 0 ? 'none' : cases.join(', ')}.`,
    ].join('\n')
    return { json: { ...report }, text }
  },
}
