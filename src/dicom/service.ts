import { basename } from 'node:path'
import type { dicomContract } from '../shared/contracts/dicom.ts'
import { HilumError } from '../shared/errors.ts'
import type { Handlers } from '../shared/rpc/serve.ts'
import { withTransfer } from '../shared/rpc/transfer.ts'
import type { OpenFilm } from './store/openFilm.ts'
import { modelFilm } from './grey/modelFilm.ts'
import { viewerFilm } from './grey/viewerFilm.ts'
import { parseDicom } from './parse/parseDicom.ts'
import { sniff } from './parse/sniff.ts'
import { displayName } from './scan/displayName.ts'
import { scanPaths } from './scan/scanPaths.ts'
import { openSidecar } from './sidecar/applySidecar.ts'
import { guessMap } from './sidecar/guessMap.ts'
import { readSidecarTable } from './sidecar/sidecarTable.ts'
import { loadDictionary } from './store/dictionary.ts'
import { FilmStore } from './store/filmStore.ts'
import { listTags } from './store/listTags.ts'
import { openFilm } from './store/openFilm.ts'
import { WritingFilms } from './store/writingFilms.ts'
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

    'store.scan': async ({ paths, sidecar }, { signal, emit }) => {
      const target = opened()
      const table = sidecar === null ? null : openSidecar(await readSidecarTable(sidecar.path), sidecar)
      let films = 0
      let skipped = 0
      const writing = new WritingFilms(target)
      for await (const item of scanPaths(paths, { signal })) {
        if (item.kind === 'film') {
          films += 1
          const told = table === null ? { facts: item.facts, texts: null } : table.tell(item.name, item.facts)
          const { name } = item
          await writing.put(item.facts.hash, item.bytes, (stored) => emit({ kind: 'film', name, ...told, stored }))
        } else if (item.kind === 'report') {
          const { name, studyUid, texts } = item
          await writing.tell(() => emit({ kind: 'report', name, studyUid, texts }))
        } else {
          skipped += 1
          const { name, reason, refused } = item
          await writing.tell(() => emit({ kind: 'skipped', name, reason, refused }))
        }
      }
      await writing.end()
      const name = sidecar === null ? '' : displayName(basename(sidecar.path))
      for (const reason of table?.left() ?? []) emit({ kind: 'skipped', name, reason, refused: true })
      return { films, skipped }
    },

    'sidecar.preview': async ({ path }) => {
      const { columns, rows } = await readSidecarTable(path)
      const first = rows.slice(0, 5).map((row) => row.map(short))
      return { columns, rows: first, count: rows.length, map: guessMap(columns) }
    },

    'store.drawDemo': ({ patient }, { signal, emit }) =>
      drawDemo(patient, opened(), { signal, onFilm: (done) => emit({ done }) }),

    'film.view': async ({ hash, lut }) => {
      const { header, stored } = await film(hash)
      const view = viewerFilm(hash, stored, header, lut)
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

/** A cell as a preview shows it. */
function short(cell: string): string {
  return cell.length <= 120 ? cell : `${cell.slice(0, 119)}…`
}
