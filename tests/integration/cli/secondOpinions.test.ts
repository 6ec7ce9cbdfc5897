import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCli } from '../../../src/cli/runCli.ts'
import { openDatabase } from '../../../src/main/database/openDatabase.ts'
import { fileCase, keepEdits } from '../../unit/main/samples.ts'
import { says, startStubJudge, type StubJudge } from '../../unit/main/judge/stubJudge.ts'
import { keptDir } from './keptDir.ts'

const dir = keptDir()
const workspace = join(dir, 'workspace')
let comparison = ''
let stub: StubJudge

beforeAll(async () => {
  mkdirSync(workspace)
  const { connection } = openDatabase({ path: join(workspace, 'hilum.db') })
  comparison = keepEdits(connection, fileCase(connection))[0]!.split('.')[0]!
  connection.close()
  stub = await startStubJudge((response, text, request) =>
    says(text.includes('Answer with one JSON object')
      ? '{"edits": [{"edit": 1, "verdict": "neutral", "category": null, "significance": null, "why": "Same."}]}'
      : 'Fine.\nRating: [[1]]')(response, text, request))
})
afterAll(() => stub.close())

async function hilum(...args: string[]): Promise<{ status: number; json: Record<string, unknown>; told: string }> {
  let [out, told] = ['', '']
  const status = await runCli([...args, '--workspace', workspace, '--json'], {
    out: (text) => void (out += text), err: (text) => void (told += text),
  })
  return { status, json: JSON.parse(out) as Record<string, unknown>, told }
}

describe('hilum corpus', () => {
  it('counts a folder of reports, once, and lists the corpus', async () => {
    const reports = join(dir, 'ward')
    mkdirSync(reports)
    writeFileSync(join(reports, 'a.txt'), 'FINDINGS: Small left pleural effusion with atelectasis.')
    writeFileSync(join(reports, 'b.txt'), 'FINDINGS: The lungs are clear.')
    const added = await hilum('corpus', 'add', reports)
    expect([added.status, added.json]).toMatchObject([0, { ok: true, name: 'ward', read: 2, added: 2 }])
    expect((await hilum('corpus', 'add', reports)).json).toMatchObject({ read: 2, added: 0, known: 2 })
    expect((await hilum('corpus', 'list')).json).toMatchObject({ corpora: [{ name: 'ward', phantom: false, reports: 2 }] })
  })

  it('refuses what holds no reports, and a wrong call', async () => {
    expect(await hilum('corpus', 'add', join(dir, 'nowhere'))).toMatchObject({ status: 1, json: { ok: false } })
    expect(await hilum('corpus', 'drop')).toMatchObject({ status: 2, json: { ok: false } })
  })
})

describe('hilum judge', () => {
  it('sends nothing while it is off, shows what would be sent, and then asks', async () => {
    expect(await hilum('judge', 'ask', comparison)).toMatchObject({ status: 1, json: { ok: false } })
    expect((await hilum('judge', 'set', '--address', stub.address, '--model', 'stub')).status).toBe(0)
    expect((await hilum('judge', 'ask', comparison)).told).toContain('Nobody has seen yet')
    const shown = await hilum('judge', 'show', comparison)
    expect(stub.asked).toEqual([])
    const asked = await hilum('judge', 'ask', comparison)
    expect(stub.asked).toEqual((shown.json.questions as { body: string }[]).map((question) => question.body))
    expect(asked).toMatchObject({
      status: 0,
      json: { scores: [{ model: 'stub', concept: 1, fluency: 1, overall: 1 }], edits: [{ model: { verdict: { value: 'neutral' } } }] },
    })
  })
})
