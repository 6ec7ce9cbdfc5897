import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { verifyAudit } from '../../../src/main/database/audit.ts'
import { openDatabase } from '../../../src/main/database/openDatabase.ts'
import { verdictHistory } from '../../../src/main/database/verdicts.ts'
import { Random } from '../../../src/phantom/random.ts'
import { fileCase, keepEdits } from '../../unit/main/samples.ts'
import { temporaryDir } from '../../unit/main/temporaryDir.ts'

const KILLS = 30
const entry = join(import.meta.dirname, 'recordVerdicts.ts')
const children = new Set<number>()
afterEach(() => {
  for (const pid of children) process.kill(pid, 'SIGKILL')
  children.clear()
})

/** Lets a process record verdicts from a number on, kills it after the first, and returns what it acknowledged. */
async function recordAndKill(path: string, editId: string, from: number, afterMs: number): Promise<readonly number[]> {
  const child = spawn(process.execPath, [entry, path, editId, String(from)], { stdio: ['ignore', 'pipe', 'pipe'] })
  children.add(child.pid!)
  let out = ''
  let errors = ''
  child.stderr.on('data', (data) => (errors += String(data)))
  child.stdout.on('data', (data) => {
    if (out === '') setTimeout(() => child.kill('SIGKILL'), afterMs)
    out += String(data)
  })
  const signal = await new Promise((resolve) => child.on('close', (_code, by) => resolve(by)))
  children.delete(child.pid!)
  expect([signal, errors]).toEqual(['SIGKILL', ''])
  return out.split('\n').slice(0, -1).map(Number) // what follows the last line end was not acknowledged
}

describe('a verdict', () => {
  it(`that was acknowledged survives kill -9, ${KILLS} times over`, { timeout: 120_000 }, async () => {
    const path = join(temporaryDir(), 'hilum.db')
    const { connection } = openDatabase({ path })
    const editId = keepEdits(connection, fileCase(connection))[0]!
    connection.close()
    const random = new Random(7)
    const acknowledged: number[] = []
    for (let round = 0; round < KILLS; round += 1) {
      const from = (acknowledged.at(-1) ?? -1) + 1000 // the one after the last may be there without its word
      acknowledged.push(...(await recordAndKill(path, editId, from, random.uniform(0, 60))))
    }
    expect(acknowledged.length).toBeGreaterThan(KILLS)

    const again = openDatabase({ path }).connection
    const notes = verdictHistory(again, editId).filter((row) => row.judge.kind === 'reader').map((row) => row.verdict?.note)
    const kept = new Set(notes)
    expect(acknowledged.filter((number) => !kept.has(`number ${number}`))).toEqual([])
    expect(kept.size - acknowledged.length).toBeLessThanOrEqual(KILLS) // at most one unacknowledged a kill
    expect(again.pragma('integrity_check')).toBe('ok')
    expect(again.pragmaRows('foreign_key_check')).toEqual([])
    expect(verifyAudit(again).rows).toBeGreaterThan(acknowledged.length)
    again.close()
    expect(readdirSync(join(path, '..'))).toEqual(['hilum.db'])
  })
})
