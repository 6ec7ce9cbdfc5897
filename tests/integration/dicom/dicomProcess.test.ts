import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { forkProcess } from '../../../src/main/processes/forkedProcess.ts'
import type { ServiceProcess } from '../../../src/main/processes/serviceProcess.ts'
import type { ScanItem } from '../../../src/shared/contracts/dicom.ts'
import { ScanItem as ScanItemSchema, ViewerFilm, dicomContract } from '../../../src/shared/contracts/dicom.ts'
import type { Client } from '../../../src/shared/rpc/connect.ts'
import { connect } from '../../../src/shared/rpc/connect.ts'
import { buildDicom } from '../../fixtures/dicom/buildDicom.ts'
import { greyPng } from '../../fixtures/dicom/encodePng.ts'

let dir = ''
let child: ServiceProcess
let client: Client<typeof dicomContract>

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hilum-dicom-'))
  child = forkProcess('dicom', resolve(import.meta.dirname, '../../../src/dicom/process.ts'))
  await child.ready
  client = connect(child.connect(), dicomContract)
})
afterAll(async () => {
  client.close()
  child.kill()
  await rm(dir, { recursive: true, force: true })
})

async function scan(paths: string[]): Promise<ScanItem[]> {
  const items: ScanItem[] = []
  await client.call('store.scan', { paths }, { onEvent: (item) => items.push(item) })
  return items
}

describe('the dicom process', () => {
  it('asks for a store before it takes films', async () => {
    await expect(scan([dir])).rejects.toMatchObject({ kind: 'conflict' })
  })

  it('imports, shows and describes films, each kept once', async () => {
    await client.call('store.open', { storeDir: join(dir, 'store') })
    await writeFile(join(dir, 'film.dcm'), buildDicom({ bitsStored: 12, elements: [[0x00281050, 'DS', '2048'], [0x00281051, 'DS', '4096']] }))
    await writeFile(join(dir, 'film.png'), greyPng(200, 160))
    await writeFile(join(dir, 'knee.dcm'), buildDicom({ elements: [[0x00180015, 'CS', 'KNEE']] }))
    const paths = ['film.dcm', 'film.png', 'knee.dcm'].map((name) => join(dir, name))
    const items = await scan(paths)
    for (const item of items) ScanItemSchema.parse(item)
    expect(items).toMatchObject([
      { kind: 'film', name: 'film.dcm', stored: true, facts: { patientId: 'P1', view: 'frontal', source: 'dicom' } },
      { kind: 'film', name: 'film.png', stored: true, facts: { source: 'picture', columns: 200, rows: 160 } },
      { kind: 'skipped', name: 'knee.dcm', refused: true },
    ])
    expect((await scan(paths)).map((item) => item.kind === 'film' && item.stored)).toEqual([false, false, false])

    const hash = items[0]!.kind === 'film' ? items[0]!.facts.hash : ''
    const view = ViewerFilm.parse(await client.call('film.view', { hash }))
    expect(view).toMatchObject({ columns: 128, rows: 160, minimum: 0, maximum: 4095, inverted: false })
    expect(view.windows[0]).toMatchObject({ center: 2048, width: 4096 })
    const model = await client.call('film.model', { hash })
    expect([model.pixels[0], model.pixels.at(-1)]).toEqual([0, 255])
    const tags = await client.call('film.tags', { hash })
    expect(tags).toContainEqual({ tag: '(0010,0010)', vr: 'PN', name: 'PatientName', value: 'Doe^Jane', depth: 0 })
  })

  it('survives a file that is not there and answers on', async () => {
    await expect(client.call('film.view', { hash: '0'.repeat(64) })).rejects.toMatchObject({ kind: 'not-found' })
    expect(await scan([join(dir, 'nowhere')])).toMatchObject([{ kind: 'skipped', reason: 'It does not exist.' }])
  })
})
