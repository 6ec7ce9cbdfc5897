import { HilumError } from '../../shared/errors.ts'
import { appendAudit } from './audit.ts'
import { sql, type Connection } from './connection.ts'
import { sha256 } from './sha256.ts'

/** A person who reads on this machine. */
export interface Reader {
  readonly id: string
  readonly name: string
}

/** What is kept of a PIN. */
export interface PinHash {
  readonly salt: string
  readonly hash: string
}

/** Adds a reader with the first PIN. Throws `conflict` when the name is taken. */
export function addReader(connection: Connection, name: string, pin: PinHash, at: string): Reader {
  return connection.transaction(() => {
    if (findReader(connection, name) !== null) {
      throw new HilumError('conflict', `There is a reader named ${name} already.`, { mend: 'Choose another name.' })
    }
    const id = `r${sha256(`${name}\n${at}`).slice(0, 12)}`
    const audit_seq = appendAudit(connection, { at, actor: 'hilum', action: 'reader.added', subject: id, detail: { name } })
    connection.run(sql.insertInto('reader').values({ id, name, created_at: at, audit_seq }))
    keepPin(connection, id, pin, at, 'hilum')
    return { id, name }
  })
}

/** Replaces a reader's PIN; the old row stays. */
export function keepPin(connection: Connection, readerId: string, pin: PinHash, at: string, actor: string): void {
  connection.transaction(() => {
    const audit_seq = appendAudit(connection, { at, actor, action: 'reader.pin-changed', subject: readerId, detail: {} })
    connection.run(sql.insertInto('reader_pin').values({ reader_id: readerId, ...pin, created_at: at, audit_seq }))
  })
}

/** A reader by name, whatever the case of its letters, or null. */
export function findReader(connection: Connection, name: string): Reader | null {
  return connection.first(sql.selectFrom('reader').select(['id', 'name']).where('name', '=', name))
}

export function listReaders(connection: Connection): readonly Reader[] {
  return connection.all(sql.selectFrom('reader').select(['id', 'name']).orderBy('name'))
}

/** The PIN that stands. */
export function latestPin(connection: Connection, readerId: string): PinHash {
  const query = sql.selectFrom('reader_pin').select(['salt', 'hash']).where('reader_id', '=', readerId)
  const row = connection.first(query.orderBy('id', 'desc').limit(1))
  if (row === null) throw new HilumError('corrupt', `Reader ${readerId} has no PIN.`)
  return row
}
