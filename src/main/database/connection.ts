import type BetterSqlite from 'better-sqlite3'
import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, type Compilable } from 'kysely'
import { HilumError } from '../../shared/errors.ts'
import type { Tables } from './tables.ts'
import { translateSqliteError } from './sqliteErrors.ts'

/** Kysely as a compiler alone: it types and writes the SQL, the connection below runs it. */
export const sql = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
})

/**
 * Runs compiled queries on better-sqlite3, synchronously: a query here takes microseconds, and a transaction that
 * cannot be interleaved by another await needs no lock of ours. Errors of SQLite arrive as HilumErrors.
 */
export class Connection {
  readonly #database: BetterSqlite.Database
  readonly #statements = new Map<string, BetterSqlite.Statement>()

  constructor(database: BetterSqlite.Database) {
    this.#database = database
  }

  get path(): string {
    return this.#database.name
  }

  all<Row>(query: Compilable<Row>): Row[] {
    return this.#run(query, (statement, values) => statement.all(...values) as Row[])
  }

  first<Row>(query: Compilable<Row>): Row | null {
    return this.#run(query, (statement, values) => (statement.get(...values) as Row | undefined) ?? null)
  }

  /** Rows one at a time, for what may be large. Nothing else may be run on the connection meanwhile. */
  *each<Row>(query: Compilable<Row>): Generator<Row> {
    const compiled = query.compile()
    yield* this.#database.prepare(compiled.sql).iterate(...compiled.parameters) as Iterable<Row>
  }

  /** Runs a query that gives no rows and returns how many it changed. */
  run(query: Compilable<unknown>): number {
    return this.#run(query, (statement, values) => statement.run(...values).changes)
  }

  /**
   * Runs `work` in one transaction that takes the write lock at once, so that what it reads cannot change before it
   * writes. Called inside a transaction it joins that one.
   */
  transaction<T>(work: () => T): T {
    if (this.#database.inTransaction) return work()
    try {
      return this.#database.transaction(work).immediate()
    } catch (error) {
      throw translateSqliteError(error, this.path)
    }
  }

  pragma(source: string): unknown {
    try {
      return this.#database.pragma(source, { simple: true })
    } catch (error) {
      throw translateSqliteError(error, this.path)
    }
  }

  /** Every row of a pragma, for those that answer with a list. */
  pragmaRows(source: string): readonly unknown[] {
    try {
      return this.#database.pragma(source) as unknown[]
    } catch (error) {
      throw translateSqliteError(error, this.path)
    }
  }

  close(): void {
    this.#statements.clear()
    this.#database.close()
  }

  #run<Row, T>(query: Compilable<Row>, use: (statement: BetterSqlite.Statement, values: unknown[]) => T): T {
    if (!this.#database.open) throw new HilumError('unavailable', 'The workspace is closed.')
    const compiled = query.compile()
    try {
      let statement = this.#statements.get(compiled.sql)
      if (statement === undefined) {
        statement = this.#database.prepare(compiled.sql)
        this.#statements.set(compiled.sql, statement)
      }
      return use(statement, [...compiled.parameters])
    } catch (error) {
      throw translateSqliteError(error, this.path)
    }
  }
}
