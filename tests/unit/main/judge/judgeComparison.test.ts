import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadComparison } from '../../../../src/main/database/comparisons.ts'
import { verifyAudit } from '../../../../src/main/database/audit.ts'
import type { Connection } from '../../../../src/main/database/connection.ts'
import { exchangesOf, judgeScores } from '../../../../src/main/database/judgeExchanges.ts'
import { openDatabase } from '../../../../src/main/database/openDatabase.ts'
import { MOST_REPLY_BYTES } from '../../../../src/main/judge/askEndpoint.ts'
import { judgeComparison } from '../../../../src/main/judge/judgeComparison.ts'
import type { JudgedRun } from '../../../../src/compute/evaluate/judges/tasks.ts'
import type { JudgeSettings } from '../../../../src/shared/domain/judging.ts'
import { fileCase, keepEdits } from '../samples.ts'
import { temporaryDir } from '../temporaryDir.ts'
import { says, startStubJudge, type Behaviour, type StubJudge } from './stubJudge.ts'

const EDITS = '{"edits": [{"edit": 1, "verdict": "off-target", "category": "false-finding", "significance": null, "why": "Not asked for."}]}'
const SCORE = 'The report names the effusion.\nRating: [[2]]'
/** Answers every question as it is asked. */
const good: Behaviour = (response, text, request) =>
  says(text.includes('Answer with one JSON object') ? EDITS : SCORE)(response, text, request)

let connection: Connection
let stub: StubJudge
let id: string
beforeEach(async () => {
  connection = openDatabase({ path: join(temporaryDir(), 'hilum.db') }).connection
  id = keepEdits(connection, fileCase(connection))[0]!.split('.')[0]!
  stub = await startStubJudge(good)
})
afterEach(async () => {
  await stub.close()
  connection.close()
})

async function ask(change: Partial<JudgeSettings> = {}, signal?: AbortSignal): Promise<void> {
  const comparison = loadComparison(connection, id)
  const run: JudgedRun = {
    concepts: [{ interpretation: 'Pleural effusion', direction: 'raise' }],
    baseline: comparison.baseline.generation.text, steered: comparison.steered.generation.text,
    edits: comparison.edits.map((kept) => kept.edit),
  }
  const settings = { on: true, address: stub.address, model: 'stub-7b', timeoutSeconds: 5, ...change }
  await judgeComparison(id, comparison, run, { connection, settings, signal })
}
const outcomes = (): string[] =>
  exchangesOf(connection, id).map(({ task, attempt, failure }) => `${task} ${attempt} ${failure ?? 'answered'}`)

describe('a language-model judge', () => {
  it('gives verdicts and scores beside those of rules and readers, with every word kept', async () => {
    await ask()
    expect(outcomes()).toEqual(['edits 1 answered', 'concept 1 answered', 'fluency 1 answered'])
    const [edit] = loadComparison(connection, id).edits
    expect(edit?.model).toMatchObject({
      judge: { kind: 'model', name: 'stub-7b' }, reason: 'Not asked for.',
      verdict: { value: 'off-target', category: 'false-finding', significance: null },
    })
    expect(edit?.rules.verdict.value).toBe('on-target')
    expect(judgeScores(connection, id)).toEqual([{ model: 'stub-7b', concept: 2, fluency: 2, overall: 2, failures: [] }])
    const kept = exchangesOf(connection, id)
    expect(kept.map((exchange) => exchange.request)).toEqual(stub.asked)
    expect(kept[0]?.reply).toContain('false-finding')
    verifyAudit(connection)
  })

  it('is sent the texts and the concepts, and nothing that names a patient', async () => {
    await ask()
    const sent = stub.asked.join('\n')
    expect(sent).toContain('There is a small left pleural effusion.')
    expect(sent).toContain('Pleural effusion (pushed up)')
    for (const name of ['Doe', 'Jane', 'P1', '1.2.3', '1950', 'A1"']) expect(sent).not.toContain(name)
  })

  it.each<[string, string, Behaviour]>([
    ['closes the connection', 'unreachable', (response) => void response.destroy()],
    ['breaks off in the middle', 'unreachable', (response) => {
      response.writeHead(200, { 'content-length': '1000' })
      response.write('{"choices"', () => response.destroy())
    }],
    ['answers with an error', 'http-error', (response) => void response.writeHead(500).end('{"error":"out of memory"}')],
    ['has no such path', 'http-error', (response) => void response.writeHead(404).end('<html>not here</html>')],
    ['sends the question elsewhere', 'redirect', (response) => void response.writeHead(307, { location: 'http://example.com/' }).end()],
    ['answers in HTML', 'not-json', (response) => void response.end('<html>Sign in</html>')],
    ['answers without a choice', 'no-answer', (response) => void response.end('{"choices":[]}')],
    ['answers with an empty text', 'no-answer', says('  ')],
    ['stops at its limit', 'cut-off', says(EDITS, 'length')],
    ['chats instead of judging', 'not-as-asked', says('Sure! I think this edit is off-target.')],
    ['wraps its JSON in chat', 'not-as-asked', says(`Here you are:\n\`\`\`json\n${EDITS}\n\`\`\``)],
    ['makes up a verdict', 'not-as-asked', says(EDITS.replace('off-target', 'mostly fine'))],
    ['gives a category to an on-target edit', 'not-as-asked', says(EDITS.replace('off-target', 'on-target'))],
    ['leaves an edit out', 'not-as-asked', says('{"edits": []}')],
    ['judges an edit twice', 'not-as-asked', says(EDITS.replace(']}', `, ${EDITS.slice(EDITS.indexOf('[') + 1, -2)}]}`))],
    ['judges an edit that is not there', 'not-as-asked', says(EDITS.replace('"edit": 1', '"edit": 2'))],
    ['adds what nobody asked for', 'not-as-asked', says(EDITS.replace('"edit": 1', '"confidence": 1, "edit": 1'))],
    ['rates beyond the scale', 'not-as-asked', says('Good.\nRating: [[3]]')],
    ['rates twice', 'not-as-asked', says('Rating: [[0]]\nRating: [[2]]')],
  ])('that %s has failed: asked once more, recorded, and no verdict', async (_, failure, behaviour) => {
    stub.behave(behaviour)
    await ask()
    const all = outcomes()
    expect(all.slice(0, 2)).toEqual([`edits 1 ${failure}`, `edits 2 ${failure}`])
    expect(all).toHaveLength(6)
    expect(loadComparison(connection, id).edits[0]?.model).toBeNull()
    expect(judgeScores(connection, id)[0]).toMatchObject({ concept: null, fluency: null, overall: null })
    verifyAudit(connection)
  })

  it('that never stops talking is cut off, and what was read is kept', async () => {
    stub.behave((response) => {
      const more = (): boolean => response.write('x'.repeat(64 * 1024), () => void (response.destroyed || more()))
      more()
    })
    await ask()
    expect(outcomes()[0]).toBe('edits 1 too-large')
    expect(exchangesOf(connection, id)[0]?.reply).toHaveLength(MOST_REPLY_BYTES)
  })

  it('that never answers, or drips, is given up at the time limit', async () => {
    stub.behave((response) => {
      const drip = setInterval(() => response.write(' '), 100)
      response.on('close', () => clearInterval(drip))
    })
    await ask({ timeoutSeconds: 1 })
    expect(new Set(outcomes().map((one) => one.split(' ')[2]))).toEqual(new Set(['timeout']))
  })

  it('counts when its second answer is as asked', async () => {
    let times = 0
    stub.behave((response, text, request) =>
      (times++ === 0 ? says('Hm.') : good)(response, text, request))
    await ask()
    expect(outcomes().slice(0, 2)).toEqual(['edits 1 not-as-asked', 'edits 2 answered'])
    expect(loadComparison(connection, id).edits[0]?.model?.verdict.value).toBe('off-target')
  })

  it('stops when the reader cancels, and keeps what was said before', async () => {
    const ending = new AbortController()
    stub.behave((response, text, request) => {
      if (text.includes('Answer with one JSON object')) return good(response, text, request)
      ending.abort()
    })
    await expect(ask({}, ending.signal)).rejects.toMatchObject({ kind: 'cancelled' })
    expect(outcomes()).toEqual(['edits 1 answered', 'concept 1 cancelled'])
    expect(loadComparison(connection, id).edits[0]?.model).not.toBeNull()
  })

  it('is not asked while it is off', async () => {
    await expect(ask({ on: false })).rejects.toThrow('is off')
    expect(stub.asked).toEqual([])
  })

  it('outside the network gets nothing, and is not asked twice', async () => {
    await ask({ address: 'http://8.8.8.8/v1', timeoutSeconds: 1 })
    expect(outcomes()).toEqual(['edits 1 refused-address', 'concept 1 refused-address', 'fluency 1 refused-address'])
  })

  it('cannot have its exchanges changed afterwards', async () => {
    await ask()
    const { default: BetterSqlite } = await import('better-sqlite3')
    const other = new BetterSqlite(connection.path)
    expect(() => other.exec("UPDATE judge_exchange SET reply = ''")).toThrow('append-only')
    expect(() => other.exec('DELETE FROM judge_exchange')).toThrow('append-only')
    other.close()
  })
})
