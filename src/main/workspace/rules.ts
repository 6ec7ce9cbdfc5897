import { sql as raw } from 'kysely'
import type { Corpus } from '../../compute/evaluate/correlation.ts'
import { targetOfFeature } from '../../compute/report/target.ts'
import type { Intervention } from '../../shared/domain/intervention.ts'
import type { FeatureTarget, Target } from '../../shared/domain/target.ts'
import { canonicalJson } from '../database/canonicalJson.ts'
import { loadCase } from '../database/cases.ts'
import { loadComparison, RULES } from '../database/comparisons.ts'
import { sql, type Connection } from '../database/connection.ts'
import { corpusCounts, listCorpora } from '../database/corpora.ts'
import { keepTarget, readerTarget, type NewTarget } from '../database/targets.ts'
import { keepVerdict } from '../database/verdicts.ts'
import type { FeatureIndex } from './featureIndex.ts'
import { judgeEdit, pushesOf } from './judgeByRules.ts'

/** What the rules take a feature to stand for: the reader's target, else what the interpretation names. */
export function featureTarget(
  connection: Connection, index: FeatureIndex, dictionaryHash: string, feature: number,
): FeatureTarget {
  const named = targetOfFeature(index.get(feature))
  return { feature, named, reader: readerTarget(connection, dictionaryHash, feature) }
}

/** The targets of an intervention's features, in their order. */
export function targetsOf(
  connection: Connection, index: FeatureIndex, dictionaryHash: string, { terms }: Intervention,
): readonly Target[] {
  return terms.map((term) => {
    const { named, reader } = featureTarget(connection, index, dictionaryHash, term.feature)
    return reader?.target ?? named
  })
}

/** The corpus that explains edits of a case: the newest of its kind, since phantoms do not follow patients. */
export function corpusOf(connection: Connection, caseId: string): Corpus | null {
  return newestCorpus(connection, loadCase(connection, caseId).frontal.phantom)
}

export function newestCorpus(connection: Connection, phantom: boolean): Corpus | null {
  const newest = listCorpora(connection).find((corpus) => corpus.phantom === phantom && corpus.reports > 0)
  return newest === undefined ? null : { name: newest.name, counts: corpusCounts(connection, newest.id) }
}

/** Keeps a reader's target and judges the edits of every run of that feature by rule anew, all or nothing. */
export function retarget(connection: Connection, index: FeatureIndex, made: NewTarget): void {
  connection.transaction(() => {
    keepTarget(connection, made)
    rejudge(connection, index, steeredBy(connection, made.dictionaryHash, made.feature), made.at)
  })
}

/** Judges the edits of comparisons by rule anew; old verdicts stay in the history. Returns how many changed. */
export function rejudge(
  connection: Connection, index: FeatureIndex, comparisons: readonly string[], at: string,
): number {
  return connection.transaction(() => {
    let changed = 0
    for (const id of comparisons) {
      const { baseline, steered, edits } = loadComparison(connection, id)
      const { intervention, dictionaryHash } = steered.generation.provenance
      const pushes = pushesOf(intervention, targetsOf(connection, index, dictionaryHash, intervention))
      const corpus = corpusOf(connection, baseline.caseId)
      for (const { id: editId, edit, rules } of edits) {
        const { verdict, reason, correlation = null } = judgeEdit(edit, pushes, corpus)
        const said = [rules.verdict, rules.reason, rules.correlation]
        if (canonicalJson([verdict, reason, correlation]) === canonicalJson(said)) continue
        changed += 1
        keepVerdict(connection, { editId, judge: RULES, verdict, reason, correlation, at })
      }
    }
    return changed
  })
}

/** The comparisons whose steered text came from pushing a feature. */
function steeredBy(connection: Connection, dictionaryHash: string, feature: number): readonly string[] {
  const query = sql.selectFrom('comparison').innerJoin('generation', 'generation.id', 'comparison.steered_id')
    .select('comparison.id')
    .where('generation.dictionary_hash', '=', dictionaryHash)
    .where(raw<boolean>`EXISTS (
      SELECT 1 FROM json_each(generation.body, '$.provenance.intervention.terms') AS term
      WHERE json_extract(term.value, '$.feature') = ${feature})`)
    .orderBy('comparison.id')
  return connection.all(query).map((row) => row.id)
}
