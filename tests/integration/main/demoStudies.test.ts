import { describe, expect, it } from 'vitest'
import { DEMO_PATIENTS } from '../../../src/phantom/demo.ts'
import { FilmStore } from '../../../src/dicom/store/filmStore.ts'
import { openFilm } from '../../../src/dicom/store/openFilm.ts'
import { viewerFilm } from '../../../src/dicom/grey/viewerFilm.ts'
import { drawDemo } from '../../../src/dicom/write/drawDemo.ts'
import { temporaryDir } from '../../unit/main/temporaryDir.ts'

describe('the demo studies', { timeout: 120_000 }, () => {
  it('are real DICOM films that read back as what they were drawn for, the same every time', async () => {
    const store = await FilmStore.open(temporaryDir())
    const done: number[] = []
    const first = await drawDemo(0, store, { onFilm: (count) => void done.push(count) })
    expect(done).toEqual([1, 2, 3, 4])
    const patient = DEMO_PATIENTS[0]!
    expect(first.films.map((film) => [film.studyDate, film.view, film.modality])).toEqual(
      patient.studies.flatMap((study) => [[study.date, 'frontal', 'DX'], [study.date, 'lateral', 'DX']]),
    )
    for (const film of first.films) {
      const { id: patientId, birthDate, sex } = patient
      expect(film).toMatchObject({ patientId, birthDate, sex, phantom: true })
      expect([film.sopInstanceUid, film.studyInstanceUid].every((uid) => /^2\.25\.\d{10,39}$/.test(uid))).toBe(true)
      const { header, stored } = await openFilm(await store.get(film.hash), film.hash)
      const view = viewerFilm(film.hash, stored, header)
      expect([view.columns, view.rows, view.inverted]).toEqual([film.columns, film.rows, false])
      expect(view.windows.length).toBeGreaterThan(0)
      expect(view.maximum - view.minimum).toBeGreaterThan(1000)
    }
    expect(new Set(first.films.map((film) => film.studyInstanceUid)).size).toBe(2)
    expect(first.texts.map((text) => text.report === null)).toEqual([false, true])
    const again = await drawDemo(0, store)
    expect(again).toEqual(first)
  })

  it('stop when asked, and refuse a patient that is not there', async () => {
    const store = await FilmStore.open(temporaryDir())
    await expect(drawDemo(1, store, { signal: AbortSignal.abort() })).rejects.toMatchObject({ kind: 'cancelled' })
    await expect(drawDemo(12, store)).rejects.toMatchObject({ kind: 'not-found' })
  })
})
