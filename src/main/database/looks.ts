import { sql, type Connection } from './connection.ts'

/** How films and cases were last looked at, by subject; JSON that the window alone understands. */
export function looksOf(connection: Connection, subjects: readonly string[]): Readonly<Record<string, string>> {
  if (subjects.length === 0) return {}
  const rows = connection.all(sql.selectFrom('look').selectAll().where('subject', 'in', subjects))
  return Object.fromEntries(rows.map((row) => [row.subject, row.body]))
}

export function keepLook(connection: Connection, subject: string, body: string): void {
  connection.run(
    sql.insertInto('look').values({ subject, body }).onConflict((c) => c.column('subject').doUpdateSet({ body })),
  )
}
