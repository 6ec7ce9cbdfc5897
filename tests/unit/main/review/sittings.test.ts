import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { sql, type Connection } from '../../../../src/main/database/connection.ts'
import { verifyAudit } from '../../../../src/main/database/audit.ts'
import { openDatabase } from '../../../../src/main/database/openDatabase.ts'
import { addReader, type Reader } from '../../../../src/main/database/readers.ts'
import { keepOutcome, keepSet, keepUnblinding } from '../../../../src/main/database/reviewSets.ts'
import { blindedComparisons, needOpen } from '../../../../src/main/review/blinding.ts'
import { readZip } from '../../../../src/main/exchange/readZip.ts'
import { writeExport } from '../../../../src/main/exchange/writeExport.ts'
import { freezeSet } from '../../../../src/main/review/freezeSet.ts'
import { planItems } from '../../../../src/main/review/planItems.ts'
import { Sittings } from '../../../../src/main/review/sittings.ts'
import { FeatureIndex } from '../../../../src/main/workspace/featureIndex.ts'
import type { ItemView } from '../../../../src/shared/contracts/review.ts'
import type { AnswerBody, EditVerdict } from '../../../../src/shared/domain/answer.ts'
import type { ReviewPlan } from '../../../../src/shared/domain/reviewSet.ts'
import { AT, fileCase, keepEdits } from '../samples.ts'
import { temporaryDir } from '../temporaryDir.ts'
import { plan } from './plans.ts'

const PIN = { salt: '00', hash: '11' }
const DAY = 86_400_000
const OFF: EditVerdict = { value: 'off-target', category: 'false-finding', significance: 'significant', note: 'no' }

let connection: Connection
let ada: Reader
let caseId: string
let time: number
let sittings: Sittings
beforeEach(() => {
  connection = openDatabase({ path: join(temporaryDir(), 'hilum.db') }).connection
  caseId = fileCase(connection)
  ada = addReader(connection, 'Ada', PIN, AT)
  time = Date.parse(AT)
  const index = new FeatureIndex([{
    index: 3, interpretation: 'Pleural effusion', detectionScore: 0.9, density: 0.1, maxActivation: 5, targets: [],
    comparison: false, effect: null, exemplars: [],
  }])
  sittings = new Sittings({ connection, features: () => Promise.resolve(index), clock: () => time })
  return () => connection.close()
})

/** Freezes a set whose items have an added effusion each, two edits where the strength is 2. */
function freeze(change: Partial<ReviewPlan> = {}): string {
  const made = plan({ cases: [caseId], features: [3], strengths: [1, 2, 3, 4], readers: ['Ada', 'Ben'], ...change })
  const items = planItems(made, new Map())
  const { id } = keepSet(connection, made, items, AT, 'lead')
  for (const item of items) {
    const [edit] = keepEdits(connection, caseId, item.strength === 2 ? 2 : 1, item.strength!)
    const comparison_id = edit!.split('.')[0]!
    const baseline = connection.first(sql.selectFrom('comparison').select('baseline_id').where('id', '=', comparison_id))
    const outcome = item.control === 'baseline'
      ? { baseline_id: baseline!.baseline_id, comparison_id: null, body: null }
      : { baseline_id: null, comparison_id, body: null }
    keepOutcome(connection, `${id}.${item.number}`, outcome, AT)
  }
  freezeSet(connection, id, AT)
  return id
}

/** What the workspace's own export left out, whether its readme says so, and how many comparisons it holds. */
async function exported(): Promise<{ withheld: number; told: boolean; comparisons: number }> {
  const path = join(temporaryDir(), 'export.zip')
  const { withheld } = await writeExport(connection, { path, hilumVersion: '0', at: AT })
  const files = readZip(readFileSync(path), { entries: 9, bytes: 1e8 })
  const text = (name: string): string => Buffer.from(files.get(name)!).toString('utf8')
  const { comparisons } = JSON.parse(text('comparisons.json')) as { comparisons: unknown[] }
  return { withheld, told: text('readme.txt').includes('a blinded review set still asks about'), comparisons: comparisons.length }
}

async function show(setId: string): Promise<ItemView> {
  const next = await sittings.next(ada, setId)
  if (next.kind !== 'item') throw new Error(`Expected an item, there was ${next.kind}.`)
  return next.item
}

const answer = (view: ItemView, verdict: EditVerdict = OFF): AnswerBody => ({
  task: 'edits', edits: view.edits.map(() => verdict), overall: '2b', note: '',
})

describe('a sitting', () => {
  it('shows every item once, in the order of the reader, and locks each answer', async () => {
    const setId = freeze()
    expect(sittings.work(ada)).toEqual([
      { setId, name: 'Pilot', task: 'edits', answered: 0, assigned: 4, opensAt: null },
    ])
    for (let answered = 0; answered < 4; answered++) {
      const view = await show(setId)
      expect(view).toMatchObject({ answered, assigned: 4, sides: ['A', 'B'], feature: { interpretation: 'Pleural effusion' } })
      time += 7500
      const kept = sittings.submit(ada, view.showing, answer(view))
      expect(kept).toEqual({ answered: answered + 1, assigned: 4, seconds: 7.5 })
      expect(() => sittings.submit(ada, view.showing, answer(view))).toThrow('not on your screen any more')
    }
    expect(await sittings.next(ada, setId)).toEqual({ kind: 'done', answered: 4 })
    expect(verifyAudit(connection).rows).toBeGreaterThan(0)
  })

  it('does not tell which side was steered, and keeps verdicts as from the baseline to the steered report', async () => {
    const setId = freeze()
    let swapped = 0
    for (let at = 0; at < 4; at++) {
      const view = await show(setId)
      expect(JSON.stringify(view)).not.toMatch(/provenance|intervention|strength|swapped|baseline_id|x[0-9a-f]{12}\./)
      const steeredIsB = view.texts[1].includes('effusion')
      expect(view.edits[0]!.kind).toBe(steeredIsB ? 'added' : 'removed')
      // What the reader sees from A to B is a false finding, or a missing one, by the side of the effusion.
      const category = steeredIsB ? 'false-finding' : 'missing-finding'
      sittings.submit(ada, view.showing, answer(view, { ...OFF, category }))
      if (!steeredIsB) swapped += 1
    }
    expect(swapped).toBe(2)
    const kept = connection.all(sql.selectFrom('answer_verdict').select('category'))
    expect(kept.length).toBe(5)
    expect(new Set(kept.map((row) => row.category))).toEqual(new Set(['false-finding']))
  })

  it('keeps the item on the screen, with its clock, until it is answered', async () => {
    const setId = freeze()
    const first = await show(setId)
    time += 60_000
    expect((await show(setId)).showing).toBe(first.showing)
    expect(sittings.submit(ada, first.showing, answer(first)).seconds).toBe(60)
  })

  it('wants a verdict on every edit, and an answer to what was asked', async () => {
    const setId = freeze()
    const view = await show(setId)
    const less: AnswerBody = { task: 'edits', edits: [], overall: '1', note: '' }
    expect(() => sittings.submit(ada, view.showing, less)).toThrow(/^Every edit needs a verdict: 0 of \d have one\.$/)
    const other: AnswerBody = { task: 'preference', choice: 'A', note: '' }
    expect(() => sittings.submit(ada, view.showing, other)).toThrow('This set asks for edits, not for preference.')
  })

  it('shows the baseline twice in the baseline control', async () => {
    const setId = freeze({ strengths: [1], controls: ['baseline'], controlShare: 1 })
    const views = []
    for (let at = 0; at < 2; at++) {
      const view = await show(setId)
      views.push(view)
      sittings.submit(ada, view.showing, answer(view))
    }
    const control = views.filter((view) => view.edits.length === 0)
    expect(control.length).toBe(1)
    expect(control[0]!.texts[0]).toBe(control[0]!.texts[1])
  })

  it('keeps the next arm closed for the washout', async () => {
    const setId = freeze({ arms: 2, washoutDays: 28 })
    for (let at = 0; at < 2; at++) {
      const view = await show(setId)
      sittings.submit(ada, view.showing, answer(view))
    }
    const opensAt = new Date(time + 28 * DAY).toISOString()
    expect(await sittings.next(ada, setId)).toEqual({ kind: 'washout', opensAt })
    expect(sittings.work(ada)[0]).toMatchObject({ answered: 2, opensAt })
    time += 28 * DAY
    expect((await sittings.next(ada, setId)).kind).toBe('item')
  })

  it('ends when the blinding is opened; until then results are refused and the reading room is silent', async () => {
    const setId = freeze()
    expect(() => needOpen(connection, setId)).toThrow('“Pilot” is blinded')
    expect(blindedComparisons(connection, caseId).size).toBe(4)
    expect(await exported()).toEqual({ withheld: 4, told: true, comparisons: 0 })
    const view = await show(setId)
    keepUnblinding(connection, setId, 'lead', 'reading is over', AT)
    expect(() => needOpen(connection, setId)).not.toThrow()
    expect(blindedComparisons(connection, caseId).size).toBe(0)
    expect(await exported()).toEqual({ withheld: 0, told: false, comparisons: 4 })
    expect(() => sittings.submit(ada, view.showing, answer(view))).toThrow('The blinding of “Pilot” was opened')
    await expect(sittings.next(ada, setId)).rejects.toThrow('its reading is over')
    expect(sittings.work(ada)).toEqual([])
  })

  it('of an open set hides nothing', () => {
    const setId = freeze({ blinded: false })
    expect(() => needOpen(connection, setId)).not.toThrow()
    expect(blindedComparisons(connection, caseId).size).toBe(0)
  })

  it('is for the readers of the set alone, and for frozen sets', async () => {
    const setId = freeze()
    const eve = addReader(connection, 'Eve', PIN, AT)
    expect(sittings.work(eve)).toEqual([])
    await expect(sittings.next(eve, setId)).rejects.toThrow('Eve is not among the readers of “Pilot”.')
    const open = keepSet(connection, plan({ name: 'Later', cases: [caseId] }), [], AT, 'lead')
    await expect(sittings.next(ada, open.id)).rejects.toThrow('is not frozen yet')
  })
})
