import type BetterSqlite from 'better-sqlite3'
import { HilumError } from '../../shared/errors.ts'
import { MIGRATIONS } from './migrations/index.ts'
import type { Migration } from './migrations/migration.ts'

/** "HILM": marks the file as a Hilum workspace, so that another program's database is never taken for one. */
export const APPLICATION_ID = 0x48494c4d

/** What `migrate` found and did. `backup` is the copy made before an older workspace was changed. */
export interface MigrationReport {
  readonly from: number
  readonly to: number
  readonly backup: string | null
}

/**
 * Brings a database to the newest schema, one transaction a step, so a crash leaves a whole step or none. An older
 * workspace is copied beside itself first. Errors as in `refuseForeign`.
 */
export function migrate(
  database: BetterSqlite.Database, migrations: readonly Migration[] = MIGRATIONS,
): MigrationReport {
  refuseForeign(database, migrations.length)
  const from = numberPragma(database, 'user_version')
  const backup = from > 0 && from < migrations.length ? copyBeside(database, from) : null
  for (const migration of migrations.slice(from)) apply(database, migration)
  return { from, to: migrations.length, backup }
}

/**
 * Throws `unsupported` for another program's database and for a workspace of a newer Hilum. It only reads, so call it
 * before anything that writes to the file.
 */
export function refuseForeign(database: BetterSqlite.Database, newest: number = MIGRATIONS.length): void {
  const from = numberPragma(database, 'user_version')
  const id = numberPragma(database, 'application_id')
  const empty = database.prepare('SELECT count(*) AS n FROM sqlite_schema').pluck().get() === 0
  if (id !== APPLICATION_ID && !(id === 0 && from === 0 && empty)) {
    throw new HilumError('unsupported', `${database.name} is an SQLite database, but not a Hilum workspace.`, {
      mend: 'Choose another folder for the workspace.',
    })
  }
  if (from > newest) {
    throw new HilumError(
      'unsupported',
      `This workspace was written by a newer Hilum (schema ${from}; this version knows ${newest}). Nothing was changed.`,
      { mend: 'Update Hilum, or open another workspace.' },
    )
  }
}

function apply(database: BetterSqlite.Database, migration: Migration): void {
  database
    .transaction(() => {
      // Another process may have migrated while this one waited for the lock.
      if (numberPragma(database, 'user_version') >= migration.version) return
      database.exec(migration.sql)
      database.pragma(`application_id = ${APPLICATION_ID}`)
      database.pragma(`user_version = ${migration.version}`)
      const broken = database.pragma('foreign_key_check') as unknown[]
      if (broken.length > 0) {
        throw new HilumError('corrupt', `Step ${migration.version} (${migration.name}) left ${broken.length} broken references.`)
      }
    })
    .immediate()
}

function copyBeside(database: BetterSqlite.Database, version: number): string {
  const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-')
  const path = `${database.name}.schema-${version}-${stamp}`
  database.prepare('VACUUM INTO ?').run(path)
  return path
}

function numberPragma(database: BetterSqlite.Database, name: string): number {
  return Number(database.pragma(name, { simple: true }))
}
