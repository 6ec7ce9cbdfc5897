import { z } from 'zod'
import type { KeptGeneration } from '../../shared/contracts/main.ts'
import { Finding } from '../../shared/domain/finding.ts'
import { Generation, type ReportMode } from '../../shared/domain/generation.ts'
import { HilumError } from '../../shared/errors.ts'
import { appendAudit } from './audit.ts'
import { sql, type Connection } from './connection.ts'
import { sha256 } from './sha256.ts'
import type { GenerationTable } from './tables.ts'

/** A generation to be kept. `key` is the hash of everything that was asked (see workspace/generationKey.ts). */
export interface NewGeneration {
  readonly key: string
  readonly caseId: string
  readonly mode: ReportMode
  readonly phrase: string | null
  readonly baseline: boolean
  readonly generation: Generation
  readonly findings: readonly Finding[]
  readonly at: string
}

/** Keeps a generation; one that was kept under the same key meanwhile is given back instead. */
export function keepGeneration(connection: Connection, made: NewGeneration): KeptGeneration {
  return connection.transaction(() => {
    const known = findGeneration(connection, made.key)
    if (known !== null) return known
    const { text, provenance } = made.generation
    const row: GenerationTable = {
      id: `g${made.key.slice(0, 12)}`,
      key: made.key,
      case_id: made.caseId,
      mode: made.mode,
      phrase: made.phrase,
      baseline: made.baseline ? 1 : 0,
      model_hash: provenance.modelHash,
      dictionary_hash: provenance.dictionaryHash,
      text,
      body: JSON.stringify(made.generation),
      findings: JSON.stringify(made.findings),
      created_at: made.at,
    }
    connection.run(sql.insertInto('generation').values(row))
    const detail = { caseId: made.caseId, key: made.key, bodyHash: sha256(row.body) }
    appendAudit(connection, { at: made.at, actor: 'hilum', action: 'generation.kept', subject: row.id, detail })
    return toKept(row, false)
  })
}

/** The generation kept under a key, or null. */
export function findGeneration(connection: Connection, key: string): KeptGeneration | null {
  const row = connection.first(sql.selectFrom('generation').selectAll().where('key', '=', key))
  return row === null ? null : toKept(row, true)
}

/** True when a generation is kept under a key. */
export function hasGeneration(connection: Connection, key: string): boolean {
  return connection.first(sql.selectFrom('generation').select('id').where('key', '=', key)) !== null
}

/** Throws `not-found`. */
export function loadGeneration(connection: Connection, id: string): KeptGeneration {
  const row = connection.first(sql.selectFrom('generation').selectAll().where('id', '=', id))
  if (row === null) throw new HilumError('not-found', `There is no generation ${id} in this workspace.`)
  return toKept(row, true)
}

/** The newest baseline of a case in a mode, or null. */
export function latestBaseline(connection: Connection, caseId: string, mode: ReportMode): KeptGeneration | null {
  const row = connection.first(
    sql.selectFrom('generation').selectAll().where('case_id', '=', caseId).where('baseline', '=', 1)
      .where('mode', '=', mode).orderBy('created_at', 'desc').orderBy('id').limit(1),
  )
  return row === null ? null : toKept(row, true)
}

function toKept(row: GenerationTable, fromStore: boolean): KeptGeneration {
  const parsed = z
    .object({ generation: Generation, findings: z.array(Finding) })
    .safeParse({ generation: parseJson(row.body), findings: parseJson(row.findings) })
  if (!parsed.success) {
    throw new HilumError('corrupt', `Generation ${row.id} cannot be read back: ${parsed.error.issues[0]?.message ?? ''}`, {
      mend: 'Run "hilum doctor" to check the workspace.',
    })
  }
  return { id: row.id, caseId: row.case_id, createdAt: row.created_at, fromStore, ...parsed.data }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
