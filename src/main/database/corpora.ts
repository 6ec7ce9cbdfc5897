import type { TermCount } from '../../compute/evaluate/coOccurrence.ts'
import { EXTRACTOR } from '../../compute/report/terms.ts'
import { CorpusTerm, type CorpusFacts } from '../../shared/domain/corpus.ts'
import { HilumError } from '../../shared/errors.ts'
import { appendAudit } from './audit.ts'
import { sql, type Connection } from './connection.ts'
import { sha256 } from './sha256.ts'

/** A report of a corpus as it is kept: the SHA-256 of its text, and what it states, sorted. */
export interface CorpusReport {
  readonly hash: string
  readonly terms: readonly CorpusTerm[]
}

/** Which corpus reports go into. */
export interface CorpusName {
  readonly name: string
  readonly phantom: boolean
}

/**
 * Opens the corpus of a name, or begins it. Throws `conflict` when it holds the other kind of reports, or was counted
 * with an older reading of reports, whose counts would not fit new ones.
 */
export function openCorpus(connection: Connection, { name, phantom }: CorpusName, at: string): string {
  return connection.transaction(() => {
    const known = connection.first(sql.selectFrom('corpus').selectAll().where('name', '=', name))
    if (known === null) {
      const id = `k${sha256(`${name}\n${at}`).slice(0, 12)}`
      connection.run(sql.insertInto('corpus').values({ id, name, phantom: Number(phantom), extractor: EXTRACTOR, created_at: at }))
      return id
    }
    if (known.phantom !== Number(phantom)) {
      throw new HilumError('conflict', `The corpus "${name}" holds reports of ${known.phantom === 1 ? 'phantoms' : 'patients'}.`, {
        mend: 'Choose another name.',
      })
    }
    if (known.extractor !== EXTRACTOR) {
      throw new HilumError('conflict', `The corpus "${name}" was counted by an older Hilum, which read reports otherwise.`, {
        mend: 'Add its reports again under a new name.',
      })
    }
    return known.id
  })
}

/** Counts reports into a corpus; one whose text is in it already does not count again. Returns how many were new. */
export function keepReports(connection: Connection, corpusId: string, reports: readonly CorpusReport[]): number {
  return connection.transaction(() => {
    let added = 0
    for (const { hash, terms } of reports) {
      const insert = sql.insertInto('corpus_report').values({ corpus_id: corpusId, hash }).onConflict((c) => c.doNothing())
      if (connection.run(insert) === 0) continue
      added += 1
      connection.run(
        sql.insertInto('corpus_count').values({ corpus_id: corpusId, terms: terms.join(' '), reports: 1 })
          .onConflict((c) => c.columns(['corpus_id', 'terms']).doUpdateSet((row) => ({
            reports: row('corpus_count.reports', '+', 1),
          }))),
      )
    }
    return added
  })
}

/** Writes into the audit what an import added. */
export function auditCorpus(connection: Connection, corpusId: string, detail: unknown, at: string): void {
  appendAudit(connection, { at, actor: 'hilum', action: 'corpus.added', subject: corpusId, detail })
}

/** Every corpus that this version of Hilum can use, newest first. */
export function listCorpora(connection: Connection): readonly CorpusFacts[] {
  const query = sql.selectFrom('corpus').leftJoin('corpus_count', 'corpus_count.corpus_id', 'corpus.id')
    .select(['corpus.id', 'corpus.name', 'corpus.phantom', 'corpus.created_at'])
    .select((row) => row.fn.sum<number | null>('corpus_count.reports').as('reports'))
    .where('corpus.extractor', '=', EXTRACTOR)
    .groupBy('corpus.id').orderBy('corpus.created_at', 'desc').orderBy('corpus.id')
  return connection.all(query).map(({ id, name, phantom, created_at, reports }) => ({
    id, name, phantom: phantom === 1, reports: reports ?? 0, createdAt: created_at,
  }))
}

/** The counts of a corpus, by what reports state. */
export function corpusCounts(connection: Connection, corpusId: string): readonly TermCount[] {
  const query = sql.selectFrom('corpus_count').select(['terms', 'reports']).where('corpus_id', '=', corpusId)
  return connection.all(query).map(({ terms, reports }) => ({
    terms: new Set(terms === '' ? [] : terms.split(' ').map((term) => CorpusTerm.parse(term))), reports,
  }))
}
