import BetterSqlite from 'better-sqlite3'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { APPLICATION_ID, migrate } from '../../../../src/main/database/migrate.ts'
import { MIGRATIONS } from '../../../../src/main/database/migrations/index.ts'
import { openDatabase } from '../../../../src/main/database/openDatabase.ts'
import { HilumError } from '../../../../src/shared/errors.ts'
import { temporaryDir } from '../temporaryDir.ts'

function failure(work: () => unknown): HilumError {
  try {
    work()
  } catch (error) {
    if (error instanceof HilumError) return error
    throw error
  }
  throw new Error('It should have failed.')
}

describe('a workspace database', () => {
  it('has versions that count from 1 without gaps', () => {
    expect(MIGRATIONS.map((migration) => migration.version)).toEqual(MIGRATIONS.map((_, index) => index + 1))
  })

  it('is created with the newest schema, write-ahead log, full synchronisation and foreign keys', () => {
    const { connection, migration } = openDatabase({ path: join(temporaryDir(), 'hilum.db') })
    expect(migration).toEqual({ from: 0, to: MIGRATIONS.length, backup: null })
    expect(connection.pragma('user_version')).toBe(MIGRATIONS.length)
    expect(connection.pragma('application_id')).toBe(APPLICATION_ID)
    expect(connection.pragma('journal_mode')).toBe('wal')
    expect(connection.pragma('synchronous')).toBe(2) // FULL
    expect(connection.pragma('foreign_keys')).toBe(1)
    connection.close()
  })

  it('has STRICT tables only', () => {
    const { connection } = openDatabase({ path: join(temporaryDir(), 'hilum.db') })
    const tables = connection.pragmaRows('table_list') as { name: string; strict: number; type: string }[]
    const ours = tables.filter((table) => table.type === 'table' && !table.name.startsWith('sqlite_'))
    const count = (words: RegExp): number =>
      MIGRATIONS.reduce((sum, { sql }) => sum + (sql.match(words)?.length ?? 0), 0)
    const made = count(/CREATE TABLE/g) - count(/DROP TABLE/g)
    expect(ours.length).toBe(made)
    expect(ours.filter((table) => table.strict !== 1)).toEqual([])
    connection.close()
  })

  it.each(MIGRATIONS.slice(0, -1).map((migration) => migration.version))(
    'is brought from schema %i to the newest with its rows, and copied before', (version) => {
      const dir = temporaryDir()
      const path = join(dir, 'hilum.db')
      const old = new BetterSqlite(path)
      migrate(old, MIGRATIONS.slice(0, version))
      old.prepare("INSERT INTO patient VALUES ('k', 'P1', 'Doe', NULL, NULL)").run()
      old.close()
      const { connection, migration } = openDatabase({ path })
      expect(migration.from).toBe(version)
      expect(connection.pragma('user_version')).toBe(MIGRATIONS.length)
      connection.close()
      const copy = new BetterSqlite(migration.backup ?? '', { readonly: true })
      expect(copy.pragma('user_version', { simple: true })).toBe(version)
      expect(copy.prepare('SELECT name FROM patient').pluck().get()).toBe('Doe')
      copy.close()
      const again = new BetterSqlite(path)
      expect(again.prepare('SELECT name FROM patient').pluck().get()).toBe('Doe')
      again.close()
    },
  )

  it('loses the dates that were made up for pictures and keeps their order', () => {
    const path = join(temporaryDir(), 'hilum.db')
    const old = new BetterSqlite(path)
    migrate(old, MIGRATIONS.slice(0, 5))
    old.exec("INSERT INTO patient VALUES ('k', 'P1', 'Doe', NULL, NULL)")
    const add = (uid: string, date: string, description: string, source: string): void => {
      old.prepare("INSERT INTO study VALUES (?, 'k', ?, NULL, ?, '', NULL, NULL, NULL, NULL)").run(uid, date, description)
      old.prepare("INSERT INTO series VALUES (?, 's', 'CR', '')").run(uid)
      old.prepare("INSERT INTO film VALUES (?, ?, ?, 's', 'CR', 'frontal', '', 9, 9, 9, ?, 0, '')")
        .run(uid.repeat(64), uid, uid, source)
    }
    add('a', '1999-12-22', 'Picture of a chest film, day -10 (real date unknown)', 'picture')
    add('b', '2000-01-03', 'Picture of a chest film, follow-up 2 (real date unknown)', 'picture')
    add('c', '2000-01-04', 'Chest PA', 'dicom')
    old.close()
    openDatabase({ path }).connection.close()
    const now = new BetterSqlite(path)
    expect(now.prepare('SELECT date, offset_count, offset_unit, description FROM study ORDER BY uid').raw().all()).toEqual([
      [null, -10, 'day', 'Picture of a chest film'],
      [null, 2, 'follow-up', 'Picture of a chest film'],
      ['2000-01-04', null, null, 'Chest PA'],
    ])
    now.close()
  })

  it('of a newer Hilum is refused and left byte for byte as it was', () => {
    const path = join(temporaryDir(), 'hilum.db')
    openDatabase({ path }).connection.close()
    const raw = new BetterSqlite(path)
    raw.pragma('user_version = 999')
    raw.close()
    const before = readFileSync(path)
    const error = failure(() => openDatabase({ path }))
    expect(error.kind).toBe('unsupported')
    expect(error.message).toContain('newer Hilum')
    expect(readFileSync(path).equals(before)).toBe(true)
  })

  it('is not made out of the database of another program', () => {
    const path = join(temporaryDir(), 'other.db')
    const other = new BetterSqlite(path)
    other.exec('CREATE TABLE theirs (x)')
    other.close()
    const before = readFileSync(path)
    expect(failure(() => openDatabase({ path })).kind).toBe('unsupported')
    expect(readFileSync(path).equals(before)).toBe(true)
  })

  it('that is no database, or damaged, is told from others and left alone', () => {
    const dir = temporaryDir()
    const path = join(dir, 'hilum.db')
    writeFileSync(path, 'This is a text file, not a database. '.repeat(200))
    const error = failure(() => openDatabase({ path }))
    expect(error.kind).toBe('corrupt')
    expect(error.mend).not.toBeNull()
    expect(readFileSync(path, 'utf8')).toContain('This is a text file')
    expect(readdirSync(dir)).toEqual(['hilum.db'])
  })

  it('in a folder that does not exist says so', () => {
    expect(failure(() => openDatabase({ path: join(temporaryDir(), 'none', 'hilum.db') })).kind).toBe('unavailable')
  })

  it('rolls a step back as a whole when it fails', () => {
    const database = new BetterSqlite(join(temporaryDir(), 'hilum.db'))
    const broken = [MIGRATIONS[0]!, { version: 2, name: 'broken', sql: 'CREATE TABLE half (x INTEGER) STRICT; NONSENSE;' }]
    expect(() => migrate(database, broken)).toThrow()
    expect(database.pragma('user_version', { simple: true })).toBe(1)
    expect(database.prepare("SELECT count(*) FROM sqlite_schema WHERE name = 'half'").pluck().get()).toBe(0)
    database.close()
  })
})
