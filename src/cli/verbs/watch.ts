import { resolve } from 'node:path'
import { FolderWatch } from '../../main/workspace/folderWatch.ts'
import type { Verb } from '../verb.ts'

export const watchVerb: Verb = {
  name: 'watch',
  synopsis: 'FOLDER',
  about: 'import what is put into a folder, until it is interrupted',
  options: {},
  words: [1, 1],
  async run({ words: [folder = '.'] }, { workspace: open, dicom, progress, signal }) {
    const workspace = open({ make: true })
    const watch = new FolderWatch({
      workspace, dicom, onImported: (films) => progress.note(`${films} new ${films === 1 ? 'film' : 'films'}`),
    })
    await watch.choose(resolve(folder))
    progress.note(`Watching ${resolve(folder)}; Ctrl+C ends it.`)
    await new Promise<void>((end) => {
      if (signal.aborted) end()
      else signal.addEventListener('abort', () => end(), { once: true })
    })
    const { newFilms } = watch.state
    await watch.choose(null)
    return { json: { newFilms }, text: `${newFilms} new films.` }
  },
}
