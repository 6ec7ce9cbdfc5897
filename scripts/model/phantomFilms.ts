import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readFile, readdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { deflateRaw, inflateRaw } from 'node:zlib'
import { prepareImage } from '../../src/compute/maira2/image.ts'
import type { ImageSettings } from '../../src/compute/maira2/imageSettings.ts'
import { modelFilm } from '../../src/dicom/grey/modelFilm.ts'
import { openFilm } from '../../src/dicom/store/openFilm.ts'
import { writePhantomDicom } from '../../src/dicom/write/writePhantomDicom.ts'
import { caseFilm, toStoredPixels, type FilmView } from '../../src/phantom/film.ts'
import type { PhantomCase } from '../../src/phantom/phantomCase.ts'
import type { ModelFilm } from '../../src/shared/contracts/compute.ts'

/** Columns and rows that a film is drawn at. */
export interface FilmSize {
  readonly columns: number
  readonly rows: number
}

/** The size of the demo studies' films. */
export const APP_FILM: FilmSize = { columns: 1024, rows: 1248 }
/** The size training draws at: four times as fast. */
export const TRAINING_FILM: FilmSize = { columns: 288, rows: 288 }

const BITS = 12
/** What a prepared film depends on; a change there makes the kept ones useless. */
const SOURCES = ['src/phantom', 'src/dicom/write', 'src/dicom/parse', 'src/dicom/header', 'src/dicom/decode', 'src/dicom/grey']
const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** A phantom's film as the app shows it to the model: drawn, written as DICOM, read back, windowed to 8 bits. */
export async function phantomFilm(subject: PhantomCase, view: FilmView, size: FilmSize): Promise<ModelFilm> {
  const { pixels, windowCenter, windowWidth } = toStoredPixels(caseFilm(subject, view, size), { bits: BITS })
  const bytes = writePhantomDicom({
    pixels,
    ...size,
    bitsStored: BITS,
    window: { center: windowCenter, width: windowWidth },
    pixelSpacing: 0.35,
    view: view === 'lateral' ? 'LL' : 'PA',
    patient: { id: `S${subject.seed}`, name: 'Phantom^Case', birthDate: '1960-01-01', sex: 'O' },
    study: { date: '2026-01-01', time: '12:00:00', accession: view, description: 'Chest', referringIndication: '' },
  })
  const { header, stored } = await openFilm(bytes, '')
  return modelFilm('', stored, header)
}

/** Prepared films of phantoms, kept in a folder because drawing takes longer than anything the model does. */
export class PhantomFilms {
  readonly #folder: string
  readonly #settings: ImageSettings
  readonly #size: FilmSize

  private constructor(folder: string, settings: ImageSettings, size: FilmSize) {
    this.#folder = folder
    this.#settings = settings
    this.#size = size
  }

  /** @param folder films of other sizes, settings or drawing code are kept there side by side */
  static async open(folder: string, settings: ImageSettings, size: FilmSize): Promise<PhantomFilms> {
    const hash = createHash('sha256').update(JSON.stringify([settings, size, BITS]))
    for (const source of [...SOURCES, 'src/compute/maira2']) {
      const names = (await readdir(join(ROOT, source))).filter((name) => name.endsWith('.ts')).sort()
      const needed = source.endsWith('maira2') ? ['image.ts', 'resize.ts'] : names
      for (const name of needed) hash.update(await readFile(join(ROOT, source, name)))
    }
    const own = join(folder, `films-${hash.digest('hex').slice(0, 16)}`)
    await mkdir(own, { recursive: true })
    return new PhantomFilms(own, settings, size)
  }

  /** Normalised pixels [3, S, S] of one film of a case. */
  async prepared(subject: PhantomCase, view: FilmView): Promise<Float32Array> {
    const path = join(this.#folder, `${subject.seed}-${view}`)
    try {
      const bytes = await promisify(inflateRaw)(await readFile(path))
      return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
    } catch {
      const { values } = prepareImage(await phantomFilm(subject, view, this.#size), this.#settings)
      const aside = `${path}.${randomUUID()}`
      await writeFile(aside, await promisify(deflateRaw)(new Uint8Array(values.buffer), { level: 1 }))
      await rename(aside, path)
      return values
    }
  }
}
