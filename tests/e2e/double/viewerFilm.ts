import { caseFilm, toStoredPixels } from '../../../src/phantom/film.ts'
import type { ViewerFilm } from '../../../src/shared/contracts/dicom.ts'
import { cases } from './cases.ts'

const films = new Map<string, ViewerFilm>()
/** A phantom's film, drawn when it is first asked for. */
export function viewerFilm(hash: string): ViewerFilm {
  const found = films.get(hash)
  if (found !== undefined) return found
  const at = Math.floor(Number(hash) / 10)
  const view = (['frontal', 'lateral', 'prior'] as const)[Number(hash) % 10] ?? 'frontal'
  const size = { columns: 1024, rows: 1180 }
  const stored = toStoredPixels(caseFilm(cases[at]!.phantom, view, size), { bits: 14 })
  const made: ViewerFilm = {
    hash,
    ...size,
    values: new Uint16Array(stored.pixels),
    minimum: stored.pixels.reduce((a, b) => Math.min(a, b)),
    maximum: stored.pixels.reduce((a, b) => Math.max(a, b)),
    windows: [
      { center: stored.windowCenter, width: stored.windowWidth, explanation: 'NORMAL', shape: 'LINEAR' },
      { center: stored.windowCenter, width: stored.windowWidth / 2, explanation: 'HARDER', shape: 'SIGMOID' },
    ],
    inverted: false,
    spacing: null,
    luts: [],
    lut: null,
    patientOrientation: ['L', 'F'],
  }
  films.set(hash, made)
  return made
}
