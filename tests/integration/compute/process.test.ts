import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { computeContract, type ModelQuestion } from '../../../src/shared/contracts/compute.ts'
import { BASELINE } from '../../../src/shared/domain/intervention.ts'
import { connect, type Client } from '../../../src/shared/rpc/connect.ts'
import { forkPort } from '../../../src/shared/rpc/ports.ts'
import { temporaryFolder } from './support/engineFixture.ts'
import { writeRandomModel } from './support/randomCheckpoint.ts'

const ENTRY = fileURLToPath(new URL('../../../src/compute/process.ts', import.meta.url))
/** Hilum's own Node runs TypeScript; the one that runs the tests may be older. */
const NODE = fileURLToPath(new URL('../../../node_modules/node/bin/node', import.meta.url))

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let params: Parameters<Client<typeof computeContract>['call']>[1]
const children: ChildProcess[] = []

beforeAll(async () => {
  folder = await temporaryFolder()
  const { modelDir, dictionaryDir } = await writeRandomModel(folder.path)
  params = { modelDir, dictionaryDir, cacheDir: `${folder.path}/cache`, threads: 1, hilumVersion: '1' }
})
afterAll(async () => {
  for (const child of children) child.kill()
  await folder.dispose()
})

async function start(): Promise<{ child: ChildProcess; client: Client<typeof computeContract> }> {
  const child = fork(ENTRY, [], { serialization: 'advanced', execPath: NODE, execArgv: [] })
  children.push(child)
  const client = connect(forkPort(child), computeContract, 'the compute process')
  await client.call('model.open', params as never)
  return { child, client }
}

const pixels = Uint8Array.from({ length: 48 * 48 }, (_, i) => (i * 11) % 256)
const question = (maxNewTokens: number): ModelQuestion => ({
  frontal: { hash: '', columns: 48, rows: 48, pixels }, lateral: null, prior: null, priorReport: null,
  indication: null, technique: null, comparison: null, mode: 'findings', phrase: null, intervention: BASELINE,
  maxNewTokens,
})

describe('the compute process', () => {
  it('killed in the middle of a report fails that call; a new one writes the same text', async () => {
    const { child, client } = await start()
    const { text } = await client.call('report.generate', { runId: 'a', question: question(30) })
    let tokens = 0
    const cut = client.call('report.generate', { runId: 'b', question: question(2000) }, {
      onEvent: ({ stage }) => {
        if (stage === 'token' && ++tokens === 5) child.kill('SIGKILL')
      },
    })
    await expect(cut).rejects.toMatchObject({ kind: 'unavailable' })
    const second = await start()
    const again = await second.client.call('report.generate', { runId: 'c', question: question(30) })
    expect(again.text).toBe(text)
  })

  it('ends when whoever started it lets go', async () => {
    const { child, client } = await start()
    const exited = once(child, 'exit')
    client.close()
    expect((await exited)[0]).toBe(0)
  })
})
