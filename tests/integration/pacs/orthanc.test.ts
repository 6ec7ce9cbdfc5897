import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { drawDemo } from '../../../src/dicom/write/drawDemo.ts'
import { listCases, loadCase } from '../../../src/main/database/cases.ts'
import { openDatabase } from '../../../src/main/database/openDatabase.ts'
import { DEMO_PATIENTS } from '../../../src/phantom/demo.ts'
import type { ImportReport } from '../../../src/shared/contracts/main.ts'
import type { PacsStudy } from '../../../src/shared/domain/pacs.ts'
import { buildDicom } from '../../fixtures/dicom/buildDicom.ts'
import { hilumJson } from '../cli/hilum.ts'
import { orthancPresent, startOrthanc, type Orthanc } from './startOrthanc.ts'

if (!orthancPresent) console.warn('Skipped: there is no Orthanc here (Debian packages orthanc and orthanc-dicomweb).')

/** The demo patient whose studies the PACS has: a prior and a current one. */
const PATIENT = DEMO_PATIENTS[0]!

describe.skipIf(!orthancPresent)('a real PACS', { timeout: 240_000 }, () => {
  const dir = mkdtempSync(join(tmpdir(), 'hilum-pacs-'))
  let orthanc: Orthanc
  beforeAll(async () => {
    orthanc = await startOrthanc()
    const films: Uint8Array[] = []
    await drawDemo(0, { put: async (_hash, bytes) => films.push(bytes) > 0 })
    for (const film of films) await orthanc.store(film)
    // Somebody else's film.
    await orthanc.store(buildDicom({ elements: [[0x0020000d, 'UI', '2.25.5'], [0x00100020, 'LO', 'OTHER']] }))
  }, 240_000)
  afterAll(async () => {
    await orthanc.stop()
    rmSync(dir, { recursive: true, force: true })
  })
  const ask = <T>(verb: string, args: readonly string[] = [], password = orthanc.password) =>
    hilumJson<T>(
      ['pacs', verb, '--url', orthanc.url, '--user', orthanc.user, ...args, '--workspace', join(dir, 'w')],
      { HILUM_PACS_PASSWORD: password },
    )

  it('answers an echo, and refuses a wrong password in a sentence', async () => {
    expect((await ask<{ ms: number }>('echo')).json.ms).toBeGreaterThan(0)
    expect(await ask('echo', [], 'wrong')).toMatchObject({
      status: 1, json: { error: { kind: 'unavailable', message: 'The PACS refuses the name or the password (401).' } },
    })
  })

  it('is searched by patient, name, modality and date', async () => {
    const find = async (...args: readonly string[]): Promise<readonly PacsStudy[]> =>
      (await ask<{ studies: PacsStudy[] }>('find', args)).json.studies
    const mine = await find('--patient', PATIENT.id)
    type Named = readonly { readonly accession: string }[]
    const accessions = (studies: Named): string[] => studies.map(({ accession }) => accession).toSorted()
    expect(accessions(mine)).toEqual(accessions(PATIENT.studies))
    expect(mine[0]).toMatchObject({ patientId: PATIENT.id, modalities: ['DX'], birthDate: PATIENT.birthDate, sex: PATIENT.sex })
    expect(await find('--name', `${PATIENT.name.slice(0, 4)}*`)).toHaveLength(PATIENT.studies.length)
    expect(await find()).toHaveLength(PATIENT.studies.length + 1)
    const [first] = mine
    expect(await find('--patient', PATIENT.id, '--from', first!.date!, '--to', first!.date!)).toHaveLength(1)
    expect(await find('--modality', 'CT')).toEqual([])
  })

  it('gives a patient’s studies: cases with their priors, every film once, nothing left beside the store', async () => {
    const { json } = await ask<ImportReport>('fetch', ['--patient', PATIENT.id])
    const films = PATIENT.studies.reduce((sum, study) => sum + study.films.length, 0)
    expect(json).toMatchObject({ ok: true, newFilms: films, duplicates: 0, studies: PATIENT.studies.length })
    expect((await ask<ImportReport>('fetch', ['--patient', PATIENT.id])).json).toMatchObject({ newFilms: 0, duplicates: films })
    expect(readdirSync(join(dir, 'w', 'incoming'))).toEqual([])
    const { connection } = openDatabase({ path: join(dir, 'w', 'hilum.db') })
    const newest = loadCase(connection, listCases(connection, '')[0]!.id)
    connection.close()
    expect(newest).toMatchObject({ patient: { id: PATIENT.id }, prior: { phantom: true }, frontal: { phantom: true } })
  })
})
