import BetterSqlite from 'better-sqlite3'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { keepAnswer, lastAnswers } from '../../../../src/main/database/answers.ts'
import { verifyAudit } from '../../../../src/main/database/audit.ts'
import { findCaseOfStudy } from '../../../../src/main/database/cases.ts'
import type { Connection } from '../../../../src/main/database/connection.ts'
import { openDatabase } from '../../../../src/main/database/openDatabase.ts'
import { addReader, findReader, keepPin, latestPin } from '../../../../src/main/database/readers.ts'
import {
  assignmentsOfSet, findFreeze, isUnblinded, itemsOfSet, keepFreeze, keepOutcome, keepSet, keepUnblinding, loadSet,
} from '../../../../src/main/database/reviewSets.ts'
import { assignItems } from '../../../../src/main/review/assignItems.ts'
import { planItems } from '../../../../src/main/review/planItems.ts'
import { plan } from '../review/plans.ts'
import { AT, facts, fileCase, keepEdits } from '../samples.ts'
import { temporaryDir } from '../temporaryDir.ts'

const PIN = { salt: '00', hash: '11' }
let path: string
let connection: Connection
let setId: string
let readerId: string
let editId: string
beforeEach(() => {
  path = join(temporaryDir(), 'hilum.db')
  connection = openDatabase({ path }).connection
  const caseId = fileCase(connection)
  editId = keepEdits(connection, caseId)[0]!
  readerId = addReader(connection, 'Ada', PIN, AT).id
  const made = plan({ cases: [caseId], features: [3], strengths: [3] })
  const items = planItems(made, new Map())
  setId = keepSet(connection, made, items, AT, 'lead').id
  keepOutcome(connection, `${setId}.1`, { baseline_id: null, comparison_id: editId.split('.')[0]!, body: null }, AT)
  keepFreeze(connection, setId, { contentHash: 'a'.repeat(64), assignments: assignItems(made, items) }, AT)
  return () => connection.close()
})

function answer(occurrence = 1): number {
  return keepAnswer(connection, {
    setId, itemId: `${setId}.1`, readerId, occurrence, swapped: true,
    body: {
      task: 'edits', edits: [{ value: 'off-target', category: 'false-finding', significance: 'significant', note: 'no' }],
      overall: '3b', note: '',
    },
    verdicts: [{ editId, value: 'off-target', category: 'false-finding', significance: 'significant' }],
    shownAt: AT, submittedAt: AT, seconds: 12.5,
  })
}

function outside(work: (database: BetterSqlite.Database) => void): void {
  const database = new BetterSqlite(path)
  try {
    work(database)
  } finally {
    database.close()
  }
}

describe('a review set', () => {
  it('is read back as it was planned, by id or by name', () => {
    const { plan: kept } = loadSet(connection, setId)
    expect(kept.name).toBe('Pilot')
    expect(loadSet(connection, 'pilot').id).toBe(setId)
    expect(itemsOfSet(connection, setId).map(({ item }) => item)).toEqual(planItems(kept, new Map()))
    expect(findFreeze(connection, setId)?.contentHash).toBe('a'.repeat(64))
    expect(assignmentsOfSet(connection, setId)).toEqual(assignItems(kept, planItems(kept, new Map())))
    expect(() => loadSet(connection, 'none')).toThrow('There is no review set “none”')
  })

  it('keeps its cases as they were when it was planned, before anything is generated', () => {
    const study = '1.7'
    const other = fileCase(connection, [facts({ studyInstanceUid: study, sopInstanceUid: '1.7.1', patientId: 'P7' })])
    expect(findCaseOfStudy(connection, study)?.used).toBe(false)
    const made = plan({ name: 'Later', cases: [other], features: [3], strengths: [3] })
    keepSet(connection, made, planItems(made, new Map()), AT, 'lead')
    expect(findCaseOfStudy(connection, study)?.used).toBe(true)
  })

  it('has a name of its own', () => {
    const same = plan({ name: 'PILOT', cases: ['x'] })
    expect(() => keepSet(connection, same, [], AT, 'lead')).toThrow('There is a review set named “PILOT” already.')
  })

  it('locks an answer when it is submitted', () => {
    answer()
    expect(() => answer()).toThrow('a submitted answer is locked')
    expect(answer(2)).toBeGreaterThan(0) // the repeat is another showing
    expect(lastAnswers(connection, setId, readerId)).toEqual(new Map([[0, AT]]))
  })

  it('remembers who opened its blinding and why', () => {
    expect(isUnblinded(connection, setId)).toBe(false)
    keepUnblinding(connection, setId, 'lead', 'reading is over', AT)
    expect(isUnblinded(connection, setId)).toBe(true)
    expect(verifyAudit(connection).rows).toBeGreaterThan(0)
  })

  it.each([
    ['UPDATE answer SET seconds = 1', 'A submitted answer is locked.'],
    ['DELETE FROM answer', 'A submitted answer is locked.'],
    ['INSERT OR REPLACE INTO answer SELECT * FROM answer', 'A submitted answer is locked.'],
    ["UPDATE answer_verdict SET value = 'neutral', category = NULL, significance = NULL", 'A submitted answer is locked.'],
    ['DELETE FROM answer_verdict', 'A submitted answer is locked.'],
    ['INSERT OR REPLACE INTO answer_verdict SELECT * FROM answer_verdict', 'A submitted answer is locked.'],
    ["UPDATE review_set SET name = 'x'", 'A review set never changes.'],
    ['UPDATE review_item SET feature = 1', 'A review set never changes.'],
    ['DELETE FROM review_item', 'A review set never changes.'],
    ['UPDATE review_outcome SET comparison_id = NULL', 'What a reader judges never changes.'],
    ['UPDATE review_assignment SET swapped = 0', 'The order of reading never changes.'],
    ['DELETE FROM review_freeze', 'A frozen set stays frozen.'],
    ['INSERT INTO review_item SELECT \'x\', set_id, 99, case_id, feature, strength, method, positions, control, intervention FROM review_item LIMIT 1', 'A frozen set stays frozen.'],
    ["UPDATE reader_pin SET hash = 'ff'", 'A PIN is replaced by a new row.'],
    ['DELETE FROM reader', 'A reader stays as entered.'],
  ])('refuses %s, from any program', (statement, reason) => {
    answer()
    outside((database) => expect(() => database.exec(statement)).toThrow(reason))
    expect(verifyAudit(connection).rows).toBeGreaterThan(0)
  })

  it.each([
    ['a body that was altered', "UPDATE answer SET body = '{}'"],
    ['seconds that were altered', 'UPDATE answer SET seconds = 1'],
    ['a verdict that was altered', "UPDATE answer_verdict SET category = 'missing-finding'"],
    ['a verdict that was taken out', 'DELETE FROM answer_verdict'],
    ['an answer that was taken out', 'DELETE FROM answer_verdict; DELETE FROM answer'],
  ])('shows %s', (_what, statement) => {
    answer()
    outside((database) => {
      for (const table of ['answer', 'answer_verdict']) {
        database.exec(`DROP TRIGGER ${table}_refuses_update; DROP TRIGGER ${table}_refuses_delete`)
      }
      database.exec(statement)
    })
    expect(() => verifyAudit(connection)).toThrow(/is not what the audit recorded|The audit recorded 1 of the answers, but there are 0/)
  })
})

describe('a reader', () => {
  it('is found whatever the case, and one name is one reader', () => {
    expect(findReader(connection, 'ADA')?.id).toBe(readerId)
    expect(() => addReader(connection, 'ada', PIN, AT)).toThrow('There is a reader named ada already.')
  })
  it('has the newest PIN', () => {
    keepPin(connection, readerId, { salt: '22', hash: '33' }, AT, 'lead')
    expect(latestPin(connection, readerId)).toEqual({ salt: '22', hash: '33' })
  })
})
