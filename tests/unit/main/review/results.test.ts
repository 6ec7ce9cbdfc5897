import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { appendAudit } from '../../../../src/main/database/audit.ts'
import { keepAnswer } from '../../../../src/main/database/answers.ts'
import { sql, type Connection } from '../../../../src/main/database/connection.ts'
import { openDatabase } from '../../../../src/main/database/openDatabase.ts'
import { addReader, type Reader } from '../../../../src/main/database/readers.ts'
import { itemsOfSet, keepOutcome, keepSet } from '../../../../src/main/database/reviewSets.ts'
import { freezeSet } from '../../../../src/main/review/freezeSet.ts'
import { planItems } from '../../../../src/main/review/planItems.ts'
import { itemsBehind } from '../../../../src/main/review/results/itemsBehind.ts'
import { KeptResults } from '../../../../src/main/review/results/keptResults.ts'
import { detectionHistogram, resultsOf } from '../../../../src/main/review/results/resultsOf.ts'
import { FeatureIndex } from '../../../../src/main/workspace/featureIndex.ts'
import type { OverallScore } from '../../../../src/shared/domain/answer.ts'
import type { Feature } from '../../../../src/shared/domain/feature.ts'
import type { EffectRow } from '../../../../src/shared/domain/results.ts'
import type { RexvalCategory, VerdictValue } from '../../../../src/shared/domain/verdict.ts'
import { AT, fileCase, keepEdits } from '../samples.ts'
import { temporaryDir } from '../temporaryDir.ts'
import { plan } from './plans.ts'

const PIN = { salt: '00', hash: '11' }
const index = new FeatureIndex([0.9, 0.6, 0.4, 0.8, null].map((detectionScore, feature): Feature => ({
  index: feature, interpretation: `Feature ${feature}`, detectionScore, density: 0.1, maxActivation: 5, targets: [],
  comparison: false, effect: null, exemplars: [],
})))

let connection: Connection
let setId: string
let readers: Readonly<Record<string, Reader>>
/** Items of feature 3: strengths 1 (no edit), 2, 3 and 4 (two edits), and the baseline control. */
let items: ReturnType<typeof itemsOfSet>
beforeEach(() => {
  connection = openDatabase({ path: join(temporaryDir(), 'hilum.db') }).connection
  const caseId = fileCase(connection)
  readers = { Ada: addReader(connection, 'Ada', PIN, AT), Ben: addReader(connection, 'Ben', PIN, AT) }
  const made = plan({
    cases: [caseId], features: [3], strengths: [1, 2, 3, 4], controls: ['baseline'], controlShare: 0.25, repeatShare: 0.5,
  })
  setId = keepSet(connection, made, planItems(made, new Map()), AT, 'lead').id
  items = itemsOfSet(connection, setId)
  for (const { id, item } of items) {
    const comparison_id = comparisonOf(caseId, item.strength!)
    const baseline_id = connection.first(
      sql.selectFrom('comparison').select('baseline_id').where('id', '=', comparison_id),
    )!.baseline_id
    const control = item.control === 'baseline'
    const outcome = control ? { baseline_id, comparison_id: null } : { baseline_id: null, comparison_id }
    keepOutcome(connection, id, { ...outcome, body: null }, AT)
  }
  freezeSet(connection, setId, AT)
  return () => connection.close()
})

function comparisonOf(caseId: string, strength: number): string {
  const edits = keepEdits(connection, caseId, strength === 1 ? 0 : strength === 4 ? 2 : 1, strength)
  if (edits[0] !== undefined) return edits[0].split('.')[0]!
  return connection.first(sql.selectFrom('comparison').select('id').orderBy('created_at', 'desc')
    .where('id', 'not in', sql.selectFrom('edit').select('comparison_id')))!.id
}

type Said = VerdictValue | readonly ['off-target', RexvalCategory, 'significant' | 'insignificant']

/** A reader's answer to the item of a strength, or to the control (strength null). */
function answer(
  name: string, strength: number | null, said: readonly Said[], overall: OverallScore = '1', occurrence = 1, seconds = 10,
): void {
  const { id } = items.find(({ item: { control, strength: own } }) =>
    (strength === null ? control !== null : control === null && own === strength))!
  const edits = connection.all(
    sql.selectFrom('edit').innerJoin('review_outcome', 'review_outcome.comparison_id', 'edit.comparison_id')
      .select('edit.id').where('item_id', '=', id).orderBy('position'),
  )
  const verdicts = said.map((one) => {
    const [value, category = null, significance = null] = typeof one === 'string' ? [one] : one
    return { value, category, significance }
  })
  keepAnswer(connection, {
    setId, itemId: id, readerId: readers[name]!.id, occurrence, swapped: false,
    body: { task: 'edits', edits: verdicts.map((one) => ({ ...one, note: '' })), overall, note: '' },
    verdicts: verdicts.map((one, at) => ({ ...one, editId: edits[at]!.id })),
    shownAt: AT, submittedAt: AT, seconds,
  })
}

const OFF: Said = ['off-target', 'false-finding', 'significant']
beforeEach(() => {
  answer('Ada', 1, [], '1', 1, 4)
  answer('Ada', 2, ['on-target'], '2a', 1, 8)
  answer('Ada', 3, [OFF], '3b', 1, 12)
  answer('Ada', 4, ['on-target', OFF], '3b', 1, 20)
  answer('Ada', null, [], '1', 1, 2)
  answer('Ben', 1, [], '1')
  answer('Ben', 2, ['on-target'], '2a')
  answer('Ben', 3, ['neutral'], '2b')
  answer('Ben', 4, ['on-target', 'off-target'], '3a')
  answer('Ada', 2, ['on-target'], '2a', 2)
  answer('Ada', 3, ['neutral'], '3a', 2)
})

const countsOf = (rows: readonly EffectRow[], judge: string) => rows.find((row) => row.judge === judge)?.counts

describe('the results of a set', () => {
  it('count what steering did, by judge; controls and repeats do not count as steered', async () => {
    const { overall, byControl, edits, answers, items: number } = (await resultsOf(connection, setId, index))
    expect([answers, number]).toEqual([11, 5])
    expect(countsOf(overall, 'Ada')).toEqual({ unchanged: 1, reworded: 0, 'on-target': 1, both: 1, 'off-target': 1 })
    expect(countsOf(overall, 'Ben')).toEqual({ unchanged: 1, reworded: 1, 'on-target': 1, both: 1, 'off-target': 0 })
    expect(countsOf(overall, 'rules')).toEqual({ unchanged: 1, reworded: 0, 'on-target': 3, both: 0, 'off-target': 0 })
    expect(overall.find((row) => row.judge === 'Ada')).toMatchObject({
      success: { count: 2, total: 4, share: 0.5 }, harm: { count: 2, total: 4 }, unchanged: { count: 1, total: 4 },
    })
    expect(byControl.map(({ judge, control, counts }) => [judge, control, counts.unchanged])).toEqual([
      ['rules', 'baseline', 1], ['Ada', 'baseline', 1],
    ])
    expect(edits).toEqual(expect.arrayContaining([
      { judge: 'Ada', 'on-target': 2, 'off-target': 2, neutral: 0 },
      { judge: 'Ben', 'on-target': 2, 'off-target': 1, neutral: 1 },
      { judge: 'rules', 'on-target': 4, 'off-target': 0, neutral: 0 },
    ]))
  })

  it('have a dose-response by strength and the off-target edits by category', async () => {
    const { byStrength, byFeature, categories } = (await resultsOf(connection, setId, index))
    const ada = byStrength.filter((row) => row.judge === 'Ada').toSorted((a, b) => a.strength! - b.strength!)
    const shares = ada.map((row) => [row.strength, row.success.share, row.harm.share])
    expect(shares).toEqual([[1, 0, 0], [2, 1, 0], [3, 0, 1], [4, 1, 1]])
    expect(byFeature.map((row) => row.feature)).toEqual([3, 3, 3])
    expect(categories).toEqual(expect.arrayContaining([
      { judge: 'Ada', category: 'false-finding', significant: 2, insignificant: 0, unweighed: 0 },
      { judge: 'Ben', category: null, significant: 0, insignificant: 0, unweighed: 1 },
    ]))
  })

  it('tell off-target edits that go with the target from those that do not, by the marks of the rules', async () => {
    const { id } = items.find(({ item }) => item.strength === 3 && item.control === null)!
    const edit = connection.first(
      sql.selectFrom('edit').innerJoin('review_outcome', 'review_outcome.comparison_id', 'edit.comparison_id')
        .select('edit.id').where('item_id', '=', id),
    )!.id
    const before = connection.first(sql.selectFrom('verdict').selectAll().where('edit_id', '=', edit))!
    const audit_seq = appendAudit(connection, { at: AT, actor: 'x', action: 'comparison.kept', subject: 'x', detail: {} })
    const { id: _id, ...values } = { ...before, audit_seq, value: 'off-target', correlation: '{"mark":"correlated"}' }
    connection.run(sql.insertInto('verdict').values(values))
    expect((await resultsOf(connection, setId, index)).explained).toEqual(expect.arrayContaining([
      { judge: 'rules', correlated: 1, unexplained: 0, unmarked: 0 },
      { judge: 'Ada', correlated: 1, unexplained: 0, unmarked: 1 },
      { judge: 'Ben', correlated: 0, unexplained: 0, unmarked: 1 },
    ]))
  })

  it('say how far readers agree, with each other and with their own first answers', async () => {
    const { agreement, intraReader } = (await resultsOf(connection, setId, index))
    const [verdict, overall] = agreement
    // Four edits: on/on, off/neutral, on/on, off/off. Kappa by hand: observed 3/4, expected (2x2 + 2x1)/16 = 3/8.
    expect(verdict).toMatchObject({ readers: ['Ada', 'Ben'], complete: 4, raw: [[2, 2, 0], [2, 1, 1]] })
    const of = (table: typeof verdict, name: string) => table?.coefficients.find((one) => one.name === name)
    expect(of(verdict, 'Observed agreement')?.value).toBe(0.75)
    expect(of(verdict, "Cohen's kappa")?.value).toBeCloseTo((0.75 - 0.375) / (1 - 0.375), 12)
    expect(overall).toMatchObject({ question: 'Reports as a whole', complete: 4, raw: [[2, 1, 0, 0, 2], [1, 1, 1, 1, 0]] })
    expect(overall?.coefficients.map((one) => one.name)).toContain('ICC(2,1)')
    expect(intraReader.map((table) => [table.readers, table.complete])).toEqual([
      [['Ada, first', 'Ada, again'], 2], [['Ada, first', 'Ada, again'], 2],
    ])
    expect(of(intraReader[0], 'Observed agreement')?.value).toBe(0.5)
    // The seed of the plan makes intervals repeatable.
    expect((await resultsOf(connection, setId, index)).agreement).toEqual(agreement)
  })

  it('tell the time per item and the detection scores of the dictionary', async () => {
    const { times, detection, features } = (await resultsOf(connection, setId, index))
    expect(times).toContainEqual({ reader: 'Ada', items: 7, median: 10, low: 6, high: 11, total: 66 })
    expect(detection).toMatchObject({ scored: 4, unscored: 1, above: 2, below: 1 })
    expect(features).toEqual([{ feature: 3, interpretation: 'Feature 3', detectionScore: 0.8 }])
  })

  it('have the items behind every number', () => {
    const numbers = (filter: Parameters<typeof itemsBehind>[2]) =>
      itemsBehind(connection, setId, filter, 100).map((item) => [item.judge, item.strength, item.effect])
    expect(numbers({ judge: 'Ada', control: null, effect: ['both', 'off-target'] })).toEqual([
      ['Ada', 3, 'off-target'], ['Ada', 4, 'both'],
    ])
    expect(numbers({ judge: 'Ben', category: null })).toEqual([['Ben', 4, 'both']])
    expect(numbers({ judge: 'rules', strength: 2, control: null })).toEqual([['rules', 2, 'on-target']])
    expect(numbers({ control: 'baseline' }).map(([judge]) => judge)).toEqual(['rules', 'Ada'])
    expect(itemsBehind(connection, setId, {}, 3).length).toBe(3)
    const [one] = itemsBehind(connection, setId, { judge: 'Ada', strength: 3, control: null }, 1)
    expect(one).toMatchObject({
      baseline: 'The lungs are clear.', steered: 'There is a small left pleural effusion.', seconds: 12, overall: '3b',
      verdicts: [{ value: 'off-target', category: 'false-finding', significance: 'significant' }],
    })
  })
})

it('results are worked out again only after something was said', async () => {
  const kept = new KeptResults(connection, () => Promise.resolve(index))
  const first = await kept.of(setId)
  expect(await kept.of('Pilot')).toBe(first)
  answer('Ben', 2, ['neutral'], '2b', 2)
  expect((await kept.of(setId)).answers).toBe(first.answers + 1)
})

describe('the detection histogram', () => {
  it('puts a score into the twentieth it lies in, and 1 into the last', () => {
    const { bins, above, below } = detectionHistogram([0, 0.049, 0.05, 0.5, 0.75, 0.76, 1, null])
    expect([bins[0], bins[1], bins[10], bins[15], bins[19]]).toEqual([2, 1, 1, 2, 1])
    expect([above, below]).toEqual([2, 3])
  })
})
