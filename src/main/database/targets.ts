import { Target, type FeatureTarget } from '../../shared/domain/target.ts'
import { appendAudit } from './audit.ts'
import { sql, type Connection } from './connection.ts'

/** A reader's own target of a feature; a null target takes it back, and what the interpretation names counts again. */
export interface NewTarget {
  readonly dictionaryHash: string
  readonly feature: number
  readonly target: Target | null
  readonly reader: string
  readonly at: string
}

/** Appends a reader's target and its audit row, with what stood before. */
export function keepTarget(connection: Connection, { dictionaryHash, feature, target, reader, at }: NewTarget): void {
  connection.transaction(() => {
    const old = readerTarget(connection, dictionaryHash, feature)?.target ?? null
    const parsed = target === null ? null : Target.parse(target)
    const audit_seq = appendAudit(connection, {
      at, actor: `reader:${reader}`, action: parsed === null ? 'target.withdrawn' : 'target.set',
      subject: `feature ${feature}`, detail: { dictionaryHash, old, new: parsed },
    })
    const body = parsed === null ? null : JSON.stringify(parsed)
    connection.run(
      sql.insertInto('target').values({ dictionary_hash: dictionaryHash, feature, body, reader, created_at: at, audit_seq }),
    )
  })
}

/** The target that readers put in the place of the interpretation's own, or null. */
export function readerTarget(connection: Connection, dictionaryHash: string, feature: number): FeatureTarget['reader'] {
  const row = connection.first(
    sql.selectFrom('target').selectAll().where('dictionary_hash', '=', dictionaryHash).where('feature', '=', feature)
      .orderBy('id', 'desc').limit(1),
  )
  if (row === null || row.body === null) return null
  return { target: Target.parse(JSON.parse(row.body)), reader: row.reader, createdAt: row.created_at }
}
