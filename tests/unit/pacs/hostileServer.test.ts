import { mkdtemp, readdir, rm } from 'node:fs/promises'
import type { RequestListener, Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fetchStudy } from '../../../src/pacs/dicomweb/fetchStudy.ts'
import { findStudies } from '../../../src/pacs/dicomweb/findStudies.ts'
import type { PacsAccess } from '../../../src/shared/domain/pacs.ts'

const ALL = { patientId: '', patientName: '', accession: '', modality: '', from: null, to: null }
const never = new AbortController().signal
let server: Server | null = null
let dir = ''
beforeEach(async () => void (dir = await mkdtemp(join(tmpdir(), 'hilum-pacs-'))))
afterEach(async () => {
  server?.closeAllConnections()
  server?.close()
  await rm(dir, { recursive: true, force: true })
})

/** A server on the loopback that answers as `listener` does. */
async function serving(listener: RequestListener): Promise<PacsAccess> {
  server = createServer(listener)
  await new Promise<void>((resolve) => void server!.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { node: { name: 'ward', url: `http://127.0.0.1:${port}/dicom-web/`, user: null }, password: null }
}
const series = JSON.stringify([{ '0020000E': { Value: ['1.2.3'] }, '00080060': { Value: ['DX'] } }])

describe('a PACS that answers badly', () => {
  it('with a length that nobody could read is refused before it is read (CVE-2026-5440)', async () => {
    const access = await serving((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/dicom+json', 'content-length': '99999999999' })
      response.write('[')
    })
    await expect(findStudies(access, ALL, 10, never)).rejects.toMatchObject({ kind: 'limit', message: /more than 33554432 bytes/ })
  })

  it('with a body that never ends is dropped at the limit', async () => {
    const access = await serving((_request, response) => {
      const megabyte = Buffer.alloc(1 << 20, 0x20)
      const more = (): void => {
        if (!response.destroyed) response.write(megabyte, more)
      }
      more()
    })
    await expect(findStudies(access, ALL, 10, never)).rejects.toMatchObject({ kind: 'limit' })
  })

  it('with an address elsewhere is not followed', async () => {
    let elsewhere = 0
    const access = await serving((request, response) => {
      if (request.url?.startsWith('/elsewhere')) elsewhere += 1
      response.writeHead(302, { location: '/elsewhere' }).end()
    })
    await expect(findStudies(access, ALL, 10, never)).rejects.toMatchObject({ kind: 'unavailable', message: /not followed/ })
    expect(elsewhere).toBe(0)
  })

  it.each([
    ['no JSON', 200, 'hello', /it is no JSON/],
    ['another list', 200, '[1]', /no list of DICOM data sets/],
    ['a refusal', 401, '', /refuses the name or the password \(401\)/],
    ['a wrong path', 404, '', /answers with an error \(404\)/],
  ])('with %s is told in a sentence', async (_what, status, body, sentence) => {
    const access = await serving((_request, response) => void response.writeHead(status).end(body))
    await expect(findStudies(access, ALL, 10, never)).rejects.toMatchObject({ message: sentence })
  })

  it('that is not there is told in a sentence', async () => {
    const access = await serving(() => undefined)
    server?.close()
    await expect(findStudies(access, ALL, 10, never)).rejects.toMatchObject({ kind: 'unavailable', message: /ECONNREFUSED/ })
  })

  it('that breaks off in the middle of a study is told so, and its names are never paths', async () => {
    const access = await serving((request, response) => {
      if (request.url?.includes('/series?')) return void response.end(series)
      response.writeHead(200, { 'content-type': 'multipart/related; boundary=b' })
      response.end('--b\r\nContent-Location: ../../../outside\r\n\r\nwhole\r\n--b\r\n\r\nhalf')
    })
    await expect(fetchStudy(access, '1.2', join(dir, 'in'), never, () => undefined)).rejects.toMatchObject({
      kind: 'bad-input', message: /ends in the middle/,
    })
    expect(await readdir(dir)).toEqual(['in'])
    expect(await readdir(join(dir, 'in'))).toEqual(['1.dcm'])
  })

  it('can be cancelled while it is silent', async () => {
    const ending = new AbortController()
    const access = await serving(() => ending.abort())
    await expect(findStudies(access, ALL, 10, ending.signal)).rejects.toMatchObject({ kind: 'cancelled' })
  })
})

describe('a search', () => {
  it('asks for what is looked for alone', async () => {
    const asked: string[] = []
    const access = await serving((request, response) => {
      asked.push(decodeURIComponent(request.url ?? ''))
      response.end('[]')
    })
    await findStudies(access, { ...ALL, patientName: 'Doe*', modality: 'DX', from: '2026-01-02' }, 5, never)
    expect(asked[0]).toMatch(/^\/dicom-web\/studies\?PatientName=Doe\*&ModalitiesInStudy=DX&StudyDate=20260102-&/)
    expect(asked[0]).toContain('limit=6')
    expect(asked[0]).not.toContain('PatientID')
  })
})
