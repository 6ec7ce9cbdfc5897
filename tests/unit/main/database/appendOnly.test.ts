import BetterSqlite from 'better-sqlite3'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { auditHash, verifyAudit } from '../../../../src/main/database/audit.ts'
import type { Connection } from '../../../../src/main/database/connection.ts'
import { loadEdit } from '../../../../src/main/database/comparisons.ts'
import type { AuditTable } from '../../../../src/main/database/tables.ts'
import { openDatabase } from '../../../../src/main/database/openDatabase.ts'
import { keepVerdict, verdictHistory } from '../../../../src/main/database/verdicts.ts'
import type { Verdict } from '../../../../src/shared/domain/verdict.ts'
import { AT, fileCase, keepEdits } from '../samples.ts'
import { temporaryDir } from '../temporaryDir.ts'

const READER = { kind: 'reader', name: 'Ada' } as const
const OFF: Verdict = { value: 'off-target', category: 'false-finding', significance: 'significant', note: 'not there' }
const ON: Verdict = { value: 'on-target', category: null, significance: null, note: '' }

let path: string
let connection: Connection
let editId: string
beforeEach(() => {
  path = join(temporaryDir(), 'hilum.db')
  connection = openDatabase({ path }).connection
  editId = keepEdits(connection, fileCase(connection))[0]!
  keepVerdict(connection, { editId, judge: READER, verdict: OFF, reason: '', at: AT })
  return () => connection.close()
})

/** Runs SQL as another program would: without our pragmas. */
function outside(work: (database: BetterSqlite.Database) => void): void {
  const database = new BetterSqlite(path)
  try {
    work(database)
  } finally {
    database.close()
  }
}

describe('verdicts and audit', () => {
  it.each([
    ['UPDATE verdict SET value = \'on-target\', category = NULL, significance = NULL', 'Verdicts are append-only.'],
    ['DELETE FROM verdict', 'Verdicts are append-only.'],
    ['INSERT OR REPLACE INTO verdict SELECT * FROM verdict', 'Verdicts are append-only.'],
    ['UPDATE audit SET actor = \'nobody\'', 'The audit is append-only.'],
    ['DELETE FROM audit', 'The audit is append-only.'],
    ['INSERT OR REPLACE INTO audit SELECT * FROM audit', 'The audit is append-only.'],
    ['UPDATE edit SET body = \'{}\'', 'A kept edit never changes.'],
    ['UPDATE generation SET text = \'x\'', 'A kept generation never changes.'],
    ['UPDATE comparison SET created_at = \'x\'', 'A kept comparison never changes.'],
  ])('refuse %s, from any program', (statement, reason) => {
    outside((database) => expect(() => database.exec(statement)).toThrow(reason))
    expect(verifyAudit(connection).rows).toBeGreaterThan(0)
  })

  it('keep every verdict: a new one and a withdrawal are new rows', () => {
    keepVerdict(connection, { editId, judge: READER, verdict: ON, reason: '', at: AT })
    expect(loadEdit(connection, editId).reader?.verdict).toEqual(ON)
    keepVerdict(connection, { editId, judge: READER, verdict: null, reason: '', at: AT })
    expect(loadEdit(connection, editId).reader).toBeNull()
    const readers = verdictHistory(connection, editId).filter((row) => row.judge.kind === 'reader')
    expect(readers.map((row) => row.verdict)).toEqual([OFF, ON, null])
    expect(loadEdit(connection, editId).rules.verdict.value).toBe('on-target')
  })

  it('refuse a category on anything but an off-target verdict', () => {
    const wrong = { ...ON, category: 'false-finding' } as Verdict
    expect(() => keepVerdict(connection, { editId, judge: READER, verdict: wrong, reason: '', at: AT })).toThrow()
    outside((database) =>
      expect(() =>
        database.exec(`INSERT INTO verdict SELECT 99, edit_id, judge_kind, judge_name, 'on-target', 'false-finding', NULL, '', '', created_at, 1, NULL FROM verdict LIMIT 1`),
      ).toThrow('CHECK'))
  })

  it('refuse a verdict on an edit that is not there', () => {
    expect(() => keepVerdict(connection, { editId: 'x.1', judge: READER, verdict: ON, reason: '', at: AT })).toThrow('There is no edit')
  })
})

describe('the audit chain', () => {
  const tamper = (statement: string) => outside((database) => {
    database.exec('DROP TRIGGER audit_refuses_update; DROP TRIGGER audit_refuses_delete; DROP TRIGGER verdict_refuses_update;')
    database.exec(statement)
  })

  it('is whole after ordinary work', () => {
    expect(verifyAudit(connection).hash).toMatch(/^[0-9a-f]{64}$/)
  })

  it('shows a row that was altered together with its hash', () => {
    outside((database) => {
      const row = database.prepare('SELECT * FROM audit WHERE seq = 2').get() as AuditTable
      const { hash: _hash, ...altered } = { ...row, actor: 'nobody' }
      database.exec('DROP TRIGGER audit_refuses_update')
      database.prepare('UPDATE audit SET actor = ?, hash = ? WHERE seq = 2').run('nobody', auditHash(altered))
    })
    expect(() => verifyAudit(connection)).toThrow('row 3: it does not follow the row before it')
  })

  it.each([
    ['a value that was altered', "UPDATE audit SET actor = 'nobody' WHERE seq = 2", 'row 2'],
    ['a detail that was altered', "UPDATE audit SET detail = '{}' WHERE seq = 3", 'row 3'],
    ['a row that was taken out', 'PRAGMA foreign_keys = OFF; DELETE FROM audit WHERE seq = 2', 'row 2'],
    ['a verdict that was altered beside it', "UPDATE verdict SET note = 'seen' WHERE judge_kind = 'reader'", 'Verdict 2'],
    ['a verdict that was moved to another judge', "UPDATE verdict SET judge_name = 'Bob' WHERE judge_kind = 'reader'", 'Verdict 2'],
  ])('shows %s', (_what, statement, where) => {
    tamper(statement)
    expect(() => verifyAudit(connection)).toThrow(where)
  })
})
