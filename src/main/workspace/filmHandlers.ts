import { writeFile } from 'node:fs/promises'
import type { mainContract } from '../../shared/contracts/main.ts'
import type { Study } from '../../shared/domain/study.ts'
import { HilumError } from '../../shared/errors.ts'
import type { Handlers } from '../../shared/rpc/serve.ts'
import { loadCase } from '../database/cases.ts'
import type { Connection } from '../database/connection.ts'
import { keepLook, looksOf } from '../database/looks.ts'
import { keepMeasurement, measurementsOfCase, removeMeasurement } from '../database/measurements.ts'
import { loadStudiesOfPatient, patientOfStudy } from '../database/studies.ts'
import type { Dialogs } from '../services.ts'
import { correctView } from './correctView.ts'
import { now } from './now.ts'
import type { Workspace } from './workspace.ts'

type FilmHandlers = Pick<
  Handlers<typeof mainContract>,
  | 'case.others' | 'film.correctView' | 'look.get' | 'look.keep'
  | 'measurement.list' | 'measurement.keep' | 'measurement.remove' | 'feature.onFilms' | 'picture.take'
>

/** Answers what the window asks about films on the wall. `dialogs` throws where there are none. */
export function createFilmHandlers(
  { connection, reporting, refresh }: Pick<Workspace, 'connection' | 'reporting' | 'refresh'>, dialogs: () => Dialogs,
): FilmHandlers {
  return {
    'case.others': ({ caseId }) => otherStudies(connection, caseId),
    'film.correctView': ({ hash, view, reader }) => {
      correctView(connection, hash, view, reader, now())
      refresh()
      return {}
    },
    'look.get': ({ subjects }) => ({ ...looksOf(connection, subjects) }),
    'look.keep': ({ subject, body }) => {
      keepLook(connection, subject, body)
      return {}
    },
    'measurement.list': ({ caseId }) => [...measurementsOfCase(connection, caseId)],
    'measurement.keep': ({ caseId, measurement }) => {
      keepMeasurement(connection, caseId, measurement, now())
      return {}
    },
    'measurement.remove': ({ caseId, id }) => {
      removeMeasurement(connection, caseId, id)
      return {}
    },
    'feature.onFilms': async ({ caseId, feature }, { signal }) => ({
      films: [...(await reporting.onFilms(caseId, feature, signal))],
    }),
    'picture.take': async ({ area, to }) => {
      const png = await dialogs().picture(area)
      if (to === 'clipboard') {
        await dialogs().copyPicture(png)
        return { path: null }
      }
      const path = await dialogs().saveAs(`hilum films ${now().slice(0, 19).replaceAll(':', '-')}.png`)
      if (path === null) return null
      await writePicture(path, png)
      return { path }
    },
  }
}

/** The patient's other studies that have films, newest first. */
function otherStudies(connection: Connection, caseId: string): Study[] {
  const { study } = loadCase(connection, caseId)
  const patient = patientOfStudy(connection, study.uid)
  if (patient === null) return []
  const studies = loadStudiesOfPatient(connection, patient)
  return studies.filter((other) => other.uid !== study.uid && other.films.length > 0).toReversed()
}

async function writePicture(path: string, png: Uint8Array): Promise<void> {
  try {
    await writeFile(path, png)
  } catch (cause) {
    throw new HilumError('unavailable', `The picture could not be written to ${path}.`, {
      mend: 'Choose another folder.', cause,
    })
  }
}
