import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { verifyAudit } from '../../../src/main/database/audit.ts'
import { closeInterruptedJobs, latestJob } from '../../../src/main/database/jobs.ts'
import { openDatabase } from '../../../src/main/database/openDatabase.ts'
import { itemsWithOutcome, keepSet } from '../../../src/main/database/reviewSets.ts'
import { verifyFrozenSets } from '../../../src/main/review/freezeSet.ts'
import { planItems } from '../../../src/main/review/planItems.ts'
import { summaryOf } from '../../../src/main/review/summaries.ts'
import { Random } from '../../../src/phantom/random.ts'
import { plan } from '../../unit/main/review/plans.ts'
import { AT, fileCase } from '../../unit/main/samples.ts'
import { temporaryDir } from '../../unit/main/temporaryDir.ts'

const entry = join(import.meta.dirname, 'generateSet.ts')
const children = new Set<number>()
afterEach(() => {
  for (const pid of children) process.kill(pid, 'SIGKILL')
  children.clear()
})

/** Lets a process generate, kills it some time after its first word, and returns what it said last. */
async function generateAndKill(
  path: string, setId: string, afterMs: number | null,
): Promise<{ by: unknown; last: string }> {
  const child = spawn(process.execPath, [entry, path, setId], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.add(child.pid!)
  let out = ''
  child.stdout.on('data', (data) => {
    if (out === '' && afterMs !== null) setTimeout(() => child.kill('SIGKILL'), afterMs)
    out += String(data)
  })
  const by = await new Promise((resolve) => child.on('close', (code, signal) => resolve(signal ?? code)))
  children.delete(child.pid!)
  return { by, last: out.split('\n').at(-2) ?? '' }
}

describe('the generation of a review set', () => {
  it('that is killed loses no item it had told of, and goes on to the end', { timeout: 240_000 }, async () => {
    const path = join(temporaryDir(), 'hilum.db')
    const strengths = Array.from({ length: 40 }, (_, at) => at + 1)
    const { connection } = openDatabase({ path })
    const made = plan({ cases: [fileCase(connection)], features: [1, 2, 3], strengths, controls: ['baseline'] })
    const set = keepSet(connection, made, planItems(made, new Map()), AT, 'lead')
    const random = new Random(5)
    let kept = 0
    for (let round = 0; round < 5 && kept < 150; round += 1) {
      const { by, last } = await generateAndKill(path, set.id, random.uniform(0, 150))
      if (by !== 'SIGKILL') break // it was through before the kill came
      const there = itemsWithOutcome(connection, set.id).size
      expect(there).toBeGreaterThanOrEqual(Math.max(kept, Number(last)))
      kept = there
      closeInterruptedJobs(connection, AT)
      expect(latestJob(connection, 'review', set.id)?.state).toBe('interrupted')
      expect(connection.pragma('integrity_check')).toBe('ok')
    }
    expect(await generateAndKill(path, set.id, null)).toEqual({ by: 0, last: 'frozen' })
    expect(summaryOf(connection, set)).toMatchObject({ state: 'frozen', items: 150, generated: 150 })
    expect(verifyFrozenSets(connection)).toBe(1)
    expect(verifyAudit(connection).rows).toBeGreaterThan(150)
    connection.close()
  })
})
