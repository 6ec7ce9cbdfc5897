import { sql, type Connection } from './connection.ts'

/** A setting of the workspace, or null when it was never set. */
export function getSetting(connection: Connection, key: string): string | null {
  return connection.first(sql.selectFrom('setting').select('value').where('key', '=', key))?.value ?? null
}

export function setSetting(connection: Connection, key: string, value: string): void {
  connection.run(sql.insertInto('setting').values({ key, value }).onConflict((c) => c.column('key').doUpdateSet({ value })))
}
