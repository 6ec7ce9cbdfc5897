import { setImmediate } from 'node:timers/promises'
import type { InstanceFacts } from '../../shared/contracts/dicom.ts'
import { HilumError, throwIfCancelled } from '../../shared/errors.ts'
import { DEMO_PATIENTS, type DemoFilm, type DemoPatient, type DemoStudy } from '../../phantom/demo.ts'
import { toStoredPixels } from '../../phantom/film.ts'
import { CAPS } from '../caps.ts'
import { examine } from '../scan/examine.ts'
import type { FilmStore } from '../store/filmStore.ts'
import { writePhantomDicom } from './writePhantomDicom.ts'

/** A demo film is a portrait of 350 x 427 mm at about 0.34 mm a pixel: a 14 x 17 inch detector, binned. */
const SIZE = { columns: 1024, rows: 1248 }
const PIXEL_SPACING = 0.342
const BITS = 12

/** The films of one demo patient as they were filed, and the texts of the studies. */
export interface DrawnPatient {
  readonly films: InstanceFacts[]
  readonly texts: {
    studyUid: string
    report: string | null
    indication: string
    technique: string
    comparison: string
  }[]
}

/**
 * Draws the films of a demo patient (an index into DEMO_PATIENTS) and stores them as DICOM, one at a time so that
 * other calls get their turn between two films. Drawing them again gives the same bytes.
 */
export async function drawDemo(
  patient: number, store: Pick<FilmStore, 'put'>, { signal, onFilm }: { signal?: AbortSignal; onFilm?: (done: number) => void } = {},
): Promise<DrawnPatient> {
  const demo = DEMO_PATIENTS[patient]
  if (demo === undefined) throw new HilumError('not-found', `There is no demo patient ${patient}.`)
  const drawn: DrawnPatient = { films: [], texts: [] }
  for (const study of demo.studies) {
    for (const film of study.films) {
      throwIfCancelled(signal)
      const facts = await storeFilm(demo, study, film, store)
      drawn.films.push(facts)
      onFilm?.(drawn.films.length)
      await setImmediate()
    }
    const { report, indication, technique, comparison } = study
    const studyUid = drawn.films.at(-1)!.studyInstanceUid
    drawn.texts.push({ studyUid, report, indication, technique, comparison })
  }
  return drawn
}

async function storeFilm(
  demo: DemoPatient, study: DemoStudy, film: DemoFilm, store: Pick<FilmStore, 'put'>,
): Promise<InstanceFacts> {
  const { pixels, windowCenter, windowWidth } = toStoredPixels(film.draw(SIZE), { bits: BITS })
  const { id, name, birthDate, sex } = demo
  const { date, time, accession, description, indication } = study
  const bytes = writePhantomDicom({
    pixels,
    ...SIZE,
    bitsStored: BITS,
    window: { center: windowCenter, width: windowWidth },
    pixelSpacing: PIXEL_SPACING,
    view: film.view,
    patient: { id, name, birthDate, sex },
    study: { date, time, accession, description, referringIndication: indication },
  })
  // Read back the way an import is read: what is filed is what the file says.
  const examined = await examine(bytes, { folder: '', file: '' }, CAPS)
  if (examined.kind !== 'film') throw new HilumError('internal', 'A demo film cannot be read back.')
  await store.put(examined.facts.hash, bytes)
  return examined.facts
}
