import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

/** Where Debian puts Orthanc and its DICOMweb plug-in. */
const PROGRAM = '/usr/sbin/Orthanc'
const PLUGIN = '/usr/share/orthanc/plugins/libOrthancDicomWeb.so'

export const orthancPresent = existsSync(PROGRAM) && existsSync(PLUGIN)

/** A running Orthanc of our own, on free ports of the loopback. */
export interface Orthanc {
  readonly url: string
  readonly user: string
  readonly password: string
  /** Gives it a DICOM instance. */
  store(bytes: Uint8Array): Promise<void>
  stop(): Promise<void>
}

export async function startOrthanc(): Promise<Orthanc> {
  const dir = mkdtempSync(join(tmpdir(), 'hilum-orthanc-'))
  const [http, dicom] = [await freePort(), await freePort()]
  const [user, password] = ['hilum', 'phantom']
  writeFileSync(join(dir, 'orthanc.json'), JSON.stringify({
    Name: 'Hilum test', StorageDirectory: join(dir, 'storage'), IndexDirectory: join(dir, 'index'),
    HttpPort: http, DicomPort: dicom, DicomServerEnabled: false, RemoteAccessAllowed: false,
    AuthenticationEnabled: true, RegisteredUsers: { [user]: password },
    Plugins: [PLUGIN], DicomWeb: { Enable: true, Root: '/dicom-web/' },
  }))
  const child = spawn(PROGRAM, [join(dir, 'orthanc.json')], { stdio: 'ignore' })
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const base = `http://127.0.0.1:${http}`
  const headers = { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` }
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL')
    await gone
    rmSync(dir, { recursive: true, force: true })
  }
  for (let tries = 0; ; tries++) {
    const up = await fetch(`${base}/system`, { headers }).then(({ ok }) => ok, () => false)
    if (up) break
    if (tries > 300 || child.exitCode !== null) {
      await stop()
      throw new Error('Orthanc does not start.')
    }
    await wait(200)
  }
  return {
    url: `${base}/dicom-web`, user, password, stop,
    async store(bytes) {
      const { ok, status } = await fetch(`${base}/instances`, { method: 'POST', headers, body: Buffer.from(bytes) })
      if (!ok) throw new Error(`Orthanc refuses an instance (${status}).`)
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
