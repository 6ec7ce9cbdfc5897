import { beforeEach, describe, expect, it } from 'vitest'
import { join } from 'node:path'
import { listCases, loadCase, resolveCaseId } from '../../../../src/main/database/cases.ts'
import type { Connection } from '../../../../src/main/database/connection.ts'
import { comparisonsOfCase } from '../../../../src/main/database/comparisons.ts'
import { openDatabase } from '../../../../src/main/database/openDatabase.ts'
import { keepStudyText } from '../../../../src/main/database/studies.ts'
import { keepVerdict } from '../../../../src/main/database/verdicts.ts'
import { fileFilms } from '../../../../src/main/workspace/fileFilms.ts'
import { caseId, formCases } from '../../../../src/main/workspace/formCases.ts'
import { AT, facts, fileCase, keepEdits } from '../samples.ts'
import { temporaryDir } from '../temporaryDir.ts'

let connection: Connection
beforeEach(() => {
  connection = openDatabase({ path: join(temporaryDir(), 'hilum.db') }).connection
  return () => connection.close()
})

const current = facts({ sopInstanceUid: '1.1', studyInstanceUid: '1' })
const lateral = facts({ sopInstanceUid: '1.2', studyInstanceUid: '1', view: 'lateral', viewPosition: 'LL' })
const prior = facts({ sopInstanceUid: '2.1', studyInstanceUid: '2', studyDate: '2025-11-20', accession: 'A0' })

describe('cases', () => {
  it('are formed of a study with its lateral and the latest earlier study of the same patient', () => {
    const older = facts({ sopInstanceUid: '3.1', studyInstanceUid: '3', studyDate: '2024-01-01' })
    fileCase(connection, [current, lateral, prior, older])
    const found = loadCase(connection, caseId('1'))
    expect(found.frontal.hash).toBe(current.hash)
    expect(found.lateral?.hash).toBe(lateral.hash)
    expect(found.prior?.hash).toBe(prior.hash)
    expect(found.priorStudy?.date).toBe('2025-11-20')
    expect(loadCase(connection, caseId('2')).prior?.hash).toBe(older.hash)
  })

  it.each([
    ['another birth date under the same ID', { birthDate: '1960-01-01' }],
    ['no patient ID', { patientId: '' }],
    ['no study date', { studyDate: null }],
    ['no frontal film', { view: 'lateral' as const }],
  ])('take no prior from a study with %s', (_what, change) => {
    fileCase(connection, [current, { ...prior, ...change }])
    expect(loadCase(connection, caseId('1')).prior).toBeNull()
  })

  it('order pictures by what their names tell, without a date', () => {
    const picture = (study: string, count: number, unit: 'day' | 'follow-up' = 'day') => facts({
      sopInstanceUid: `${study}.1`, studyInstanceUid: study, source: 'picture', birthDate: null, studyDate: null,
      studyTime: null, studyOffset: { count, unit },
    })
    fileCase(connection, [picture('7', 10), picture('8', 3), picture('9', -10), picture('6', 1, 'follow-up')])
    const priorOf = (study: string) => loadCase(connection, caseId(study)).priorStudy
    expect(priorOf('7')).toMatchObject({ uid: '8', date: null, offset: { count: 3, unit: 'day' } })
    expect(priorOf('8')?.uid).toBe('9')
    expect([priorOf('9'), priorOf('6')]).toEqual([null, null])
    const offsets = listCases(connection, '').map((row) => [row.studyOffset?.count, row.priorOffset?.count])
    expect(offsets).toEqual([[10, 3], [3, -10], [1, undefined], [-10, undefined]])
  })

  it('take a film of unknown view as frontal only where a study has no frontal film', () => {
    const unknown = { view: 'unknown', viewPosition: '' } as const
    fileCase(connection, [current, { ...lateral, ...unknown }, { ...prior, ...unknown }])
    expect(loadCase(connection, caseId('1'))).toMatchObject({ frontal: { view: 'frontal' }, prior: { hash: prior.hash } })
    expect(loadCase(connection, caseId('2')).frontal.view).toBe('unknown')
  })

  it('are not formed of a prior that brought its own report', () => {
    fileFilms(connection, [current, prior], AT)
    keepStudyText(connection, '2', { report: 'Clear.', indication: null, technique: null, comparison: null })
    fileCase(connection, [lateral])
    formCases(connection, 'id P1 born 1950-02-03')
    expect(listCases(connection, '').map((row) => row.id)).toEqual([caseId('1')])
    expect(loadCase(connection, caseId('1')).priorStudy?.report).toBe('Clear.')
  })

  it('take a prior that comes later, unless something was generated already', () => {
    const id = fileCase(connection, [current])
    fileCase(connection, [prior])
    expect(loadCase(connection, id).prior?.hash).toBe(prior.hash)
    keepEdits(connection, id)
    fileCase(connection, [facts({ sopInstanceUid: '4.1', studyInstanceUid: '4', studyDate: '2026-01-01' })])
    expect(loadCase(connection, id).prior?.hash).toBe(prior.hash)
  })

  it('count duplicates by SOP Instance UID and by content, and keep the first', () => {
    fileFilms(connection, [current], AT)
    const same = fileFilms(connection, [current], AT)
    expect(same).toMatchObject({ newFilms: [], duplicates: 1, conflicting: [] })
    const other = fileFilms(connection, [{ ...current, hash: 'f'.repeat(64) }], AT)
    expect(other).toMatchObject({ newFilms: [], duplicates: 1 })
    expect(other.conflicting.length).toBe(1)
  })

  it('are filed all or none', () => {
    expect(() => fileFilms(connection, [current, { ...lateral, columns: 0 }], AT)).toThrow()
    expect(listCases(connection, '')).toEqual([])
    expect(fileFilms(connection, [current], AT).newFilms.length).toBe(1)
  })

  it('are found by id, accession or patient ID, when one case fits', () => {
    fileCase(connection, [current, prior])
    expect(resolveCaseId(connection, caseId('1'))).toBe(caseId('1'))
    expect(resolveCaseId(connection, 'A1')).toBe(caseId('1'))
    expect(() => resolveCaseId(connection, 'P1')).toThrow('fits 2 cases')
    expect(() => resolveCaseId(connection, 'zzz')).toThrow('There is no case "zzz"')
  })
})

describe('the worklist', () => {
  it('lists the newest study first with its prior', () => {
    fileCase(connection, [current, lateral, prior])
    const rows = listCases(connection, '')
    expect(rows.map((row) => row.studyDate)).toEqual(['2026-11-20', '2025-11-20'])
    expect(rows[0]).toMatchObject({ films: 2, priorDate: '2025-11-20', modality: 'DX', phantom: true, status: 'unread', verdicts: 0 })
  })

  it.each([
    ['jane doe', 1], ['DOE', 2], ['muller', 1], ['müller', 1], ['a1 2026-11', 1], ['nobody', 0], ['%', 0],
  ])('finds "%s" in %i cases', (search, count) => {
    fileCase(connection, [current])
    fileCase(connection, [facts({
      sopInstanceUid: '5.1', studyInstanceUid: '5', patientId: 'P5', patientName: 'Müller-Doe^Ada', accession: 'B5',
    })])
    expect(listCases(connection, search).length).toBe(count)
  })

  it('says how far a case is: unread, in progress, judged when a verdict stands on every edit', () => {
    const id = fileCase(connection, [current])
    const status = () => listCases(connection, '')[0]
    expect(status()?.status).toBe('unread')
    const [first, second] = keepEdits(connection, id, 2)
    expect(status()).toMatchObject({ status: 'in-progress', verdicts: 0 })
    const judge = { kind: 'reader', name: 'Ada' } as const
    const verdict = { value: 'neutral', category: null, significance: null, note: '' } as const
    keepVerdict(connection, { editId: first!, judge, verdict, reason: '', at: AT })
    keepVerdict(connection, { editId: second!, judge, verdict, reason: '', at: AT })
    expect(status()).toMatchObject({ status: 'judged', verdicts: 2 })
    keepVerdict(connection, { editId: second!, judge, verdict: null, reason: '', at: AT })
    expect(status()).toMatchObject({ status: 'in-progress', verdicts: 1 })
    expect(comparisonsOfCase(connection, id)[0]?.edits.map((edit) => edit.reader?.verdict.value)).toEqual(['neutral', undefined])
  })
})
