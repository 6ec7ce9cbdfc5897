import { beforeEach, describe, expect, it } from 'vitest'
import { join } from 'node:path'
import { loadCase } from '../../../../src/main/database/cases.ts'
import type { Connection } from '../../../../src/main/database/connection.ts'
import { sql } from '../../../../src/main/database/connection.ts'
import { keepLook, looksOf } from '../../../../src/main/database/looks.ts'
import { openDatabase } from '../../../../src/main/database/openDatabase.ts'
import { correctView } from '../../../../src/main/workspace/correctView.ts'
import { fileFilms } from '../../../../src/main/workspace/fileFilms.ts'
import { caseId } from '../../../../src/main/workspace/formCases.ts'
import { AT, facts, fileCase, keepEdits } from '../samples.ts'
import { temporaryDir } from '../temporaryDir.ts'

let connection: Connection
beforeEach(() => {
  connection = openDatabase({ path: join(temporaryDir(), 'hilum.db') }).connection
  return () => connection.close()
})

/** Two films whose headers have the views the wrong way round. */
const a = facts({ sopInstanceUid: '1.1', studyInstanceUid: '1', view: 'frontal', viewPosition: 'PA' })
const b = facts({ sopInstanceUid: '1.2', studyInstanceUid: '1', view: 'lateral', viewPosition: 'LL' })
const films = () => {
  const { frontal, lateral } = loadCase(connection, caseId('1'))
  return [frontal.hash, lateral?.hash ?? null]
}
const correct = (hash: string, view: 'frontal' | 'lateral') => correctView(connection, hash, view, 'Dr A', AT)

describe('correcting a view', () => {
  it('forms the case anew, and remembers it when the film comes again', () => {
    fileCase(connection, [a, b])
    expect(films()).toEqual([a.hash, b.hash])
    correct(b.hash, 'frontal')
    correct(a.hash, 'lateral')
    expect(films()).toEqual([b.hash, a.hash])
    fileFilms(connection, [a, b], AT)
    expect(films()).toEqual([b.hash, a.hash])
  })

  it('keeps what the file said, and who said otherwise in the audit', () => {
    fileCase(connection, [a, b])
    correct(b.hash, 'frontal')
    correct(b.hash, 'lateral')
    const row = connection.first(sql.selectFrom('film').selectAll().where('hash', '=', b.hash))
    expect(row).toMatchObject({ view: 'lateral', view_stated: 'lateral' })
    const entries = connection.all(sql.selectFrom('audit').selectAll().where('action', '=', 'film.view-corrected'))
    expect(entries.map((entry) => [entry.actor, JSON.parse(entry.detail).to])).toEqual([
      ['Dr A', 'frontal'], ['Dr A', 'lateral'],
    ])
    correct(b.hash, 'lateral') // as it is already: nothing to write
    expect(connection.all(sql.selectFrom('audit').select('seq').where('action', '=', 'film.view-corrected'))).toHaveLength(2)
  })

  it('leaves the films of a case whose texts were written from them', () => {
    fileCase(connection, [a, b])
    keepEdits(connection, caseId('1'))
    correct(b.hash, 'frontal')
    expect(films()).toEqual([a.hash, b.hash])
    expect(loadCase(connection, caseId('1')).study.films.map((film) => film.view)).toEqual(['frontal', 'frontal'])
  })

  it('says so when the film is gone', () => {
    expect(() => correct('0'.repeat(64), 'frontal')).toThrow('no longer in the workspace')
  })
})

describe('looks', () => {
  it('are kept by subject and replaced', () => {
    keepLook(connection, 'film a', '{"zoom":1}')
    keepLook(connection, 'film a', '{"zoom":2}')
    keepLook(connection, 'case b', '{}')
    expect(looksOf(connection, ['film a', 'film c'])).toEqual({ 'film a': '{"zoom":2}' })
    expect(looksOf(connection, [])).toEqual({})
  })
})
