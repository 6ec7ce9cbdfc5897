import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { forkProcess } from '../../../src/main/processes/forkedProcess.ts'
import type { ServiceProcess } from '../../../src/main/processes/serviceProcess.ts'
import type { ScanItem } from '../../../src/shared/contracts/dicom.ts'
import { dicomContract } from '../../../src/shared/contracts/dicom.ts'
import type { HilumError } from '../../../src/shared/errors.ts'
import type { Client } from '../../../src/shared/rpc/connect.ts'
import { connect } from '../../../src/shared/rpc/connect.ts'
import { HOSTILE_FILES } from '../../fixtures/dicom/hostileFiles.ts'

/** What a file may cost over its own size, in the dicom process. */
const CEILING_MIB = 256
const MIB = 1024 * 1024

let dir = ''
let child: ServiceProcess
let client: Client<typeof dicomContract>

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hilum-hostile-'))
  child = forkProcess('dicom', resolve(import.meta.dirname, '../../../src/dicom/process.ts'))
  await child.ready
  client = connect(child.connect(), dicomContract)
  await client.call('store.open', { storeDir: join(dir, 'room', 'store') })
})
afterAll(async () => {
  client.close()
  child.kill()
  await rm(dir, { recursive: true, force: true })
})

/** Resident memory of the dicom process, MiB, and its peak since `forgetPeak`. Only Linux tells. */
const linux = process.platform === 'linux'
function memory(field: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
  return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1]) / 1024
}
function forgetPeak(): void {
  writeFileSync(`/proc/${child.pid}/clear_refs`, '5')
}

async function importAndOpen(path: string): Promise<{ refusedAt: 'import' | 'opening' | null; sentence: string }> {
  const items: ScanItem[] = []
  await client.call('store.scan', { paths: [path] }, { onEvent: (item) => items.push(item) })
  expect(items).toHaveLength(1)
  const [item] = items
  if (item?.kind === 'skipped') return { refusedAt: 'import', sentence: item.reason }
  if (item?.kind !== 'film') return { refusedAt: null, sentence: 'no film' }
  const { hash } = item.facts
  try {
    await client.call('film.tags', { hash })
    await client.call('film.view', { hash })
    await client.call('film.model', { hash })
    return { refusedAt: null, sentence: '' }
  } catch (thrown) {
    return { refusedAt: 'opening', sentence: (thrown as HilumError).message }
  }
}

describe('a hostile file', () => {
  it.each(HOSTILE_FILES)('is answered with a sentence, or taken within limits: $name, $attack', async ({ name, make, refused }) => {
    const bytes = await make()
    const path = join(dir, name)
    writeFileSync(path, bytes)
    const before = linux ? memory('VmRSS') : 0
    if (linux) forgetPeak()
    const { refusedAt, sentence } = await importAndOpen(path).finally(() => rm(path))
    if (linux) expect(memory('VmHWM') - before).toBeLessThan(CEILING_MIB + bytes.length / MIB)
    expect({ refusedAt, sentence }).toEqual({
      refusedAt: refused?.at ?? null, sentence: refused === null ? '' : expect.stringMatching(refused.with),
    })
    if (refused !== null) expect(sentence).toMatch(/^[A-Z].*\.$/)
  }, 120_000)

  it('leaves the process that read it alive, and nothing outside the store', async () => {
    expect(await client.call('store.open', { storeDir: join(dir, 'room', 'store') })).toEqual({})
    const outside = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((path) => !path.startsWith('room'))
    expect(outside).toEqual([])
    for (const path of readdirSync(join(dir, 'room'), { recursive: true, encoding: 'utf8' })) {
      expect(path).toMatch(/^store(\/incoming|\/[0-9a-f]{2}(\/[0-9a-f]{64})?)?$/)
    }
  })

  it('read a hundred times over costs no more than once (GDCM, CVE-2026-3650)', { timeout: 120_000 }, async () => {
    const files = HOSTILE_FILES.filter(({ name }) => /^(meta-length|rows-ul|nesting|value-length|fragments)/.test(name))
    for (const { name, make } of files) writeFileSync(join(dir, name), await make())
    const paths = files.map(({ name }) => join(dir, name))
    const scan = (times: number): Promise<unknown> =>
      client.call('store.scan', { paths: Array.from({ length: times }, () => paths).flat() })
    await scan(20)
    const before = linux ? memory('VmRSS') : 0
    await scan(100)
    if (linux) expect(memory('VmRSS') - before).toBeLessThan(64)
  })
})
