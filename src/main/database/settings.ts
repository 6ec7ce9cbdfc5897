import { sql, type Connection } from './connection.ts'

/** A setting of the workspace, or null when it was never set. */
export function getSetting(connection: Connection, key: string): string | null {
  return connection.first(sql.selectFrom('setting').select('value').where('key', '=', key))?.value ?? null
}

export function setSetting(connection: Connection, key: string, value: string): void {
  connection.run(sql.insertInto('setting').values({ key, value }).onConflict((c) => c.column('key').doUpdateSet({ value })))
}

/** Whether a setting whose key begins so has this value. */
export function hasSetting(connection: Connection, beginning: string, value: string): boolean {
  const found = sql.selectFrom('setting').select('key').where('value', '=', value)
  return connection.all(found).some(({ key }) => key.startsWith(beginning))
}
