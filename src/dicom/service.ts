import type { dicomContract } from '../shared/contracts/dicom.ts'
import { HilumError } from '../shared/errors.ts'
import type { Handlers } from '../shared/rpc/serve.ts'
import { withTransfer } from '../shared/rpc/transfer.ts'
import type { OpenFilm } from './store/openFilm.ts'
import { modelFilm } from './grey/modelFilm.ts'
import { viewerFilm } from './grey/viewerFilm.ts'
import { parseDicom } from './parse/parseDicom.ts'
import { sniff } from './parse/sniff.ts'
import { scanPaths } from './scan/scanPaths.ts'
import { loadDictionary } from './store/dictionary.ts'
import { FilmStore } from './store/filmStore.ts'
import { listTags } from './store/listTags.ts'
import { openFilm } from './store/openFilm.ts'
import { drawDemo } from './write/drawDemo.ts'

/** What the dicom process answers (`dicomContract`), over one store at a time. */
export function createDicomService(): Handlers<typeof dicomContract> {
  let store: FilmStore | null = null
  const opened = (): FilmStore => {
    if (store !== null) return store
    throw new HilumError('conflict', 'The film store was not opened.')
  }
  const film = async (hash: string): Promise<OpenFilm> => openFilm(await opened().get(hash), hash)

  return {
    'store.open': async ({ storeDir }) => {
      store = await FilmStore.open(storeDir)
      return {}
    },

    'store.scan': async ({ paths }, { signal, emit }) => {
      const target = opened()
      let films = 0
      let skipped = 0
      for await (const item of scanPaths(paths, { signal })) {
        if (item.kind === 'film') {
          films += 1
          emit({ kind: 'film', name: item.name, facts: item.facts, stored: await target.put(item.facts.hash, item.bytes) })
        } else {
          skipped += 1
          emit({ kind: 'skipped', name: item.name, reason: item.reason, refused: item.refused })
        }
      }
      return { films, skipped }
    },

    'store.drawDemo': ({ patient }, { signal, emit }) =>
      drawDemo(patient, opened(), { signal, onFilm: (done) => emit({ done }) }),

    'film.view': async ({ hash }) => {
      const { header, stored } = await film(hash)
      const view = viewerFilm(hash, stored, header)
      return withTransfer(view, [view.values.buffer])
    },

    'film.model': async ({ hash }) => {
      const { header, stored } = await film(hash)
      const model = modelFilm(hash, stored, header)
      return withTransfer(model, [model.pixels.buffer])
    },

    'film.tags': async ({ hash }) => {
      const bytes = await opened().get(hash)
      const kind = sniff(bytes)
      return kind === 'dicom' || kind === 'bare-dicom' ? listTags(parseDicom(bytes).dataSet, await loadDictionary()) : []
    },
  }
}
