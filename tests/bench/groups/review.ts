import BetterSqlite from 'better-sqlite3'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '../../../src/main/database/openDatabase.ts'
import { addReader } from '../../../src/main/database/readers.ts'
import { keepSet } from '../../../src/main/database/reviewSets.ts'
import { KeptResults } from '../../../src/main/review/results/keptResults.ts'
import { FeatureIndex } from '../../../src/main/workspace/featureIndex.ts'
import { AT, fileCase } from '../../unit/main/samples.ts'
import { plan } from '../../unit/main/review/plans.ts'
import type { Group } from '../bench.ts'
import { row } from '../row.ts'

const READERS = ['Ada', 'Ben', 'Cho', 'Dee']
const ITEMS = 62_500
const EDITS = 4

/** The results of a set of a million verdicts: four readers, 62,500 items of four edits. */
export const review: Group = {
  name: 'review',
  async run({ say }) {
    const dir = mkdtempSync(join(tmpdir(), 'hilum-bench-'))
    try {
      const path = join(dir, 'hilum.db')
      const { connection } = openDatabase({ path })
      const caseId = fileCase(connection)
      const readers = READERS.map((name) => addReader(connection, name, { salt: '00', hash: '11' }, AT).id)
      const set = keepSet(connection, plan({ cases: [caseId], features: [3], readers: READERS }), [], AT, 'bench').id
      say(`Writing ${READERS.length * ITEMS * EDITS} verdicts`)
      fill(path, { caseId, readers, set })
      const index = new FeatureIndex([{
        index: 3, interpretation: '', detectionScore: 0.8, density: 0.1, maxActivation: 5, targets: [], comparison: false,
        effect: null, exemplars: [],
      }])
      say('Working out the results')
      const kept = new KeptResults(connection, () => Promise.resolve(index))
      const first = performance.now()
      await kept.of(set)
      const again = performance.now()
      await kept.of(set)
      const end = performance.now()
      connection.close()
      return [
        row('review', 'results over 1,000,000 verdicts, first', again - first, 'ms', { bar: 1000 }),
        row('review', 'results over 1,000,000 verdicts, again', end - again, 'ms', { bar: 1000 }),
      ]
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  },
}

/** Rows as a year of reading would leave them, written by SQL alone: an answer a time would take an hour. */
function fill(
  path: string, { caseId, readers, set }: { caseId: string; readers: readonly string[]; set: string },
): void {
  const database = new BetterSqlite(path)
  database.pragma('synchronous = OFF')
  database.pragma('foreign_keys = OFF')
  const numbers = (count: number): string =>
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})`
  const first = database.prepare('SELECT max(seq) FROM audit').pluck().get() as number
  database.transaction(() => {
    for (const trigger of database.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").pluck().all()) {
      database.exec(`DROP TRIGGER ${String(trigger)}`)
    }
    database.exec(`${numbers(ITEMS)} INSERT INTO review_item SELECT '${set}.' || i, '${set}', i, '${caseId}', i % 20, i % 5 + 1,
      'add', 'generated', NULL, NULL FROM n`)
    database.exec(`${numbers(ITEMS)} INSERT INTO review_outcome SELECT '${set}.' || i, NULL, 'x' || i, NULL, '${AT}' FROM n`)
    database.exec(`${numbers(ITEMS * EDITS)} INSERT INTO edit SELECT 'x' || ((i - 1) / ${EDITS} + 1) || '.' || ((i - 1) % ${EDITS} + 1),
      'x' || ((i - 1) / ${EDITS} + 1), (i - 1) % ${EDITS}, '{}' FROM n`)
    for (const [at, reader] of readers.entries()) {
      const from = first + at * ITEMS
      database.exec(`${numbers(ITEMS)} INSERT INTO answer (set_id, item_id, reader_id, occurrence, swapped, body, shown_at,
        submitted_at, seconds, audit_seq) SELECT '${set}', '${set}.' || i, '${reader}', 1, i % 2,
        '{"overall":"' || substr('1 2a2b3a3b', 1 + 2 * ((i * ${at + 3}) % 5), 2) || '"}', '${AT}', '${AT}', i % 60, ${from} + i FROM n`)
    }
    database.exec(`INSERT INTO answer_verdict SELECT answer.id, 'x' || substr(item_id, ${set.length + 2}) || '.' || e.value,
      CASE (answer.id * e.value) % 3 WHEN 0 THEN 'on-target' WHEN 1 THEN 'off-target' ELSE 'neutral' END, NULL, NULL
      FROM answer, json_each('[1,2,3,4]') AS e`)
  })()
  database.close()
}
