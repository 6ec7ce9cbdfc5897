import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { keepAnswer } from '../../../../src/main/database/answers.ts'
import { verifyAudit } from '../../../../src/main/database/audit.ts'
import { openDatabase } from '../../../../src/main/database/openDatabase.ts'
import { addReader } from '../../../../src/main/database/readers.ts'
import { keepOutcome, keepSet } from '../../../../src/main/database/reviewSets.ts'
import { sha256 } from '../../../../src/main/database/sha256.ts'
import { readZip } from '../../../../src/main/exchange/readZip.ts'
import { writeSetExport } from '../../../../src/main/exchange/setExport.ts'
import { freezeSet } from '../../../../src/main/review/freezeSet.ts'
import { planItems } from '../../../../src/main/review/planItems.ts'
import { plan } from '../review/plans.ts'
import { AT, fileCase, keepEdits } from '../samples.ts'
import { temporaryDir } from '../temporaryDir.ts'

it('an exported set holds the plan, the items, the order, and every answer whole and in long form', async () => {
  const dir = temporaryDir()
  const { connection } = openDatabase({ path: join(dir, 'hilum.db') })
  const caseId = fileCase(connection)
  const edits = keepEdits(connection, caseId, 2)
  const readerId = addReader(connection, 'Ada', { salt: '00', hash: '11' }, AT).id
  const made = plan({ cases: [caseId], features: [3], strengths: [3], readers: ['Ada'], readersPerItem: 1 })
  const items = planItems(made, new Map())
  const { id: setId } = keepSet(connection, made, items, AT, 'lead')
  keepOutcome(connection, `${setId}.1`, { baseline_id: null, comparison_id: edits[0]!.split('.')[0]!, body: null }, AT)
  const contentHash = freezeSet(connection, setId, AT)
  const off = { value: 'off-target', category: 'false-finding', significance: null } as const
  const on = { value: 'on-target', category: null, significance: null } as const
  keepAnswer(connection, {
    setId, itemId: `${setId}.1`, readerId, occurrence: 1, swapped: true, shownAt: AT, submittedAt: AT, seconds: 9,
    body: { task: 'edits', edits: [{ ...off, note: '=1+1' }, { ...on, note: '' }], overall: '2b', note: 'So, it is' },
    verdicts: [{ ...off, editId: edits[0]! }, { ...on, editId: edits[1]! }],
  })

  const path = join(dir, 'pilot.zip')
  const report = await writeSetExport(connection, setId, { path, hilumVersion: '0.1.0', at: AT })
  expect(report).toMatchObject({ path, items: 1, answers: 1, verdicts: 2, sha256: sha256(readFileSync(path)) })
  const files = readZip(readFileSync(path), { entries: 16, bytes: 1e6 })
  const text = (name: string) => new TextDecoder().decode(files.get(name))
  expect(JSON.parse(text('set.json'))).toMatchObject({ plan: made, frozen: { contentHash }, unblinded: false })
  expect(JSON.parse(text('items.jsonl'))).toMatchObject({
    number: 1, caseId, feature: 3, baseline: 'The lungs are clear.', steered: 'There is a small left pleural effusion.',
    edits: [{ id: edits[0], edit: { kind: 'added' } }, { id: edits[1] }],
  })
  expect(text('order.csv').split('\r\n').slice(0, 2)).toEqual([
    'reader,arm,position,item,occurrence,baseline_side', `Ada,0,0,${setId}.1,1,A`,
  ])
  expect(JSON.parse(text('answers.jsonl'))).toMatchObject({
    reader: 'Ada', baselineSide: 'B', seconds: 9, body: { overall: '2b', note: 'So, it is' },
  })
  expect(text('verdicts.csv').split('\r\n').slice(1, 3)).toEqual([
    `${setId},${setId}.1,${caseId},3,3,add,generated,,Ada,1,B,${AT},${AT},9,2b,${edits[0]},off-target,false-finding,`,
    `${setId},${setId}.1,${caseId},3,3,add,generated,,Ada,1,B,${AT},${AT},9,2b,${edits[1]},on-target,,`,
  ])
  const manifest = JSON.parse(text('manifest.json')) as { files: { name: string; sha256: string }[] }
  for (const { name, sha256: hash } of manifest.files) expect(sha256(files.get(name)!)).toBe(hash)
  expect(verifyAudit(connection).rows).toBeGreaterThan(0)
  connection.close()
})
