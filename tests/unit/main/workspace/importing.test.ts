import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { verifyAudit } from '../../../../src/main/database/audit.ts'
import { listCases, loadCase } from '../../../../src/main/database/cases.ts'
import type { Connection } from '../../../../src/main/database/connection.ts'
import { openDatabase } from '../../../../src/main/database/openDatabase.ts'
import { caseId } from '../../../../src/main/workspace/formCases.ts'
import { importPaths } from '../../../../src/main/workspace/importing.ts'
import type { ScanItem } from '../../../../src/shared/contracts/dicom.ts'
import { fakeDicom } from '../fakeServices.ts'
import { facts } from '../samples.ts'
import { temporaryDir } from '../temporaryDir.ts'

let connection: Connection
beforeEach(() => {
  connection = openDatabase({ path: join(temporaryDir(), 'hilum.db') }).connection
  return () => connection.close()
})

const film = (change: Parameters<typeof facts>[0]): ScanItem =>
  ({ kind: 'film', name: 'a.dcm', facts: facts(change), stored: true, texts: null })
const items: ScanItem[] = [
  film({ sopInstanceUid: '1.1', studyInstanceUid: '1' }),
  { kind: 'skipped', name: 'notes.txt', reason: 'Not a DICOM, PNG or JPEG file.', refused: false },
  film({ sopInstanceUid: '1.2', studyInstanceUid: '1', view: 'lateral' }),
  film({ sopInstanceUid: '2.1', studyInstanceUid: '2', studyDate: '2025-01-01' }),
]

describe('an import', () => {
  it('files studies, forms cases and reports what was left out', async () => {
    const seen: ScanItem[] = []
    let filed = 0
    const onItem = (item: ScanItem) => void seen.push(item)
    const onFiled = () => void (filed += 1)
    const report = await importPaths(['/x'], { connection, dicom: fakeDicom(items).service, onItem, onFiled })
    expect(report).toEqual({
      films: 3, newFilms: 3, duplicates: 0, studies: 2, cases: [caseId('1'), caseId('2')],
      skipped: [{ name: 'notes.txt', reason: 'Not a DICOM, PNG or JPEG file.' }],
    })
    expect(seen).toEqual(items)
    expect(filed).toBe(1) // both studies together
    expect(loadCase(connection, caseId('1'))).toMatchObject({ lateral: { sopInstanceUid: '1.2' }, prior: { sopInstanceUid: '2.1' } })
    expect(verifyAudit(connection).rows).toBe(1)
  })

  it('of the same files again adds nothing', async () => {
    await importPaths(['/x'], { connection, dicom: fakeDicom(items).service })
    const report = await importPaths(['/x'], { connection, dicom: fakeDicom(items).service })
    expect(report).toMatchObject({ films: 3, newFilms: 0, duplicates: 3, studies: 0, cases: [] })
    expect(listCases(connection, '').length).toBe(2)
  })

  it('says which studies cannot be read', async () => {
    const alone = film({ sopInstanceUid: '7.1', studyInstanceUid: '7', view: 'lateral' })
    const report = await importPaths(['/x'], { connection, dicom: fakeDicom([alone]).service })
    expect(report).toMatchObject({ newFilms: 1, cases: [], skipped: [{ name: 'study 7' }] })
  })

  it('says so when a film changed under the same UID, and keeps the first', async () => {
    await importPaths(['/x'], { connection, dicom: fakeDicom(items).service })
    const changed = film({ sopInstanceUid: '1.1', studyInstanceUid: '1', hash: 'e'.repeat(64) })
    const report = await importPaths(['/x'], { connection, dicom: fakeDicom([changed]).service })
    expect(report.skipped).toEqual([{ name: '1.1', reason: expect.stringContaining('the first one stays') }])
    expect(loadCase(connection, caseId('1')).frontal.hash).not.toBe('e'.repeat(64))
  })

  it('that fails keeps whole studies and no part of the one it failed in', async () => {
    const bad = [...items, film({ sopInstanceUid: '3.1', studyInstanceUid: '3' }), film({ sopInstanceUid: '3.2', studyInstanceUid: '3', rows: 0 })]
    await expect(importPaths(['/x'], { connection, dicom: fakeDicom(bad).service })).rejects.toThrow()
    expect(listCases(connection, '').map((row) => row.id).sort()).toEqual([caseId('1'), caseId('2')].sort())
  })

  it('can be cancelled', async () => {
    const ending = AbortSignal.abort()
    const importing = importPaths(['/x'], { connection, dicom: fakeDicom(items).service, signal: ending })
    await expect(importing).rejects.toMatchObject({ kind: 'cancelled' })
    expect(listCases(connection, '')).toEqual([])
  })
})
