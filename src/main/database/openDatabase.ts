import BetterSqlite from 'better-sqlite3'
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { HilumError } from '../../shared/errors.ts'
import { Connection } from './connection.ts'
import { migrate, refuseForeign, type MigrationReport } from './migrate.ts'
import { translateSqliteError } from './sqliteErrors.ts'

/** Where the database is; `nativeBinding` names better-sqlite3's addon where its own prebuilt one cannot be loaded. */
export interface DatabaseOptions {
  readonly path: string
  readonly nativeBinding?: string | undefined
}

/** An open workspace database and what opening it did to its schema. */
export interface OpenedDatabase {
  readonly connection: Connection
  readonly migration: MigrationReport
}

/**
 * Opens (or creates) a workspace database and brings it to the newest schema.
 *
 * One connection, `synchronous = FULL` for everything: verdicts and audit need it, a separate connection for them
 * would buy nothing (all commits go through the same write-ahead log, and a few commits a minute at about 1 ms each
 * are not worth a weaker promise for the texts a verdict is about). On macOS a plain fsync stops at the drive's
 * cache, so F_FULLFSYNC is asked for; elsewhere the pragma does nothing.
 *
 * Errors: `corrupt` (damaged or not a database), `unsupported` (newer, or another program's), `unavailable`.
 */
export function openDatabase(options: DatabaseOptions): OpenedDatabase {
  const nativeBinding = options.nativeBinding ?? process.env.HILUM_SQLITE_BINDING
  if (!existsSync(dirname(options.path))) {
    throw new HilumError('unavailable', `The workspace folder ${dirname(options.path)} does not exist.`)
  }
  let database: BetterSqlite.Database | undefined
  try {
    database = new BetterSqlite(options.path, { timeout: 5000, ...(nativeBinding ? { nativeBinding } : {}) })
    refuseForeign(database)
    for (const pragma of PRAGMAS) database.pragma(pragma)
    const migration = migrate(database)
    return { connection: new Connection(database), migration }
  } catch (error) {
    database?.close()
    throw translateSqliteError(error, options.path)
  }
}

const PRAGMAS = [
  'journal_mode = WAL',
  'synchronous = FULL',
  'fullfsync = ON',
  'checkpoint_fullfsync = ON',
  'foreign_keys = ON',
  'recursive_triggers = ON', // or INSERT OR REPLACE would delete without asking the triggers
  'trusted_schema = OFF', // a workspace from somebody else must not run functions through its schema
] as const
