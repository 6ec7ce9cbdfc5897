import { zipSync } from 'fflate'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CAPS } from '../../../../src/dicom/caps.ts'
import { displayName } from '../../../../src/dicom/scan/displayName.ts'
import type { ScanOptions, Scanned } from '../../../../src/dicom/scan/scanPaths.ts'
import { scanPaths } from '../../../../src/dicom/scan/scanPaths.ts'
import { buildDicom } from '../../../fixtures/dicom/buildDicom.ts'
import { buildDicomDir } from '../../../fixtures/dicom/buildDicomDir.ts'
import { greyPng } from '../../../fixtures/dicom/encodePng.ts'

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hilum-scan-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

async function put(name: string, bytes: Uint8Array | string): Promise<string> {
  const path = join(dir, name)
  await mkdir(join(path, '..'), { recursive: true })
  await writeFile(path, bytes)
  return path
}
async function scan(paths: readonly string[], options: ScanOptions = {}): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for await (const item of scanPaths(paths, options)) found[item.name] = outcome(item)
  return found
}
const outcome = (item: Scanned): string => {
  if (item.kind === 'film') return `film ${item.facts.view}`
  if (item.kind === 'report') return `report: ${item.texts.report}`
  return `${item.refused ? 'refused' : 'skipped'}: ${item.reason}`
}

const film = buildDicom()
const knee = buildDicom({ elements: [[0x00180015, 'CS', 'KNEE']] })

describe('scanPaths', () => {
  it('walks folders in order and says of every file what became of it', async () => {
    await put('case/b/film', film)
    await put('case/a.png', greyPng(200, 200))
    await put('case/knee.dcm', knee)
    await put('case/notes.txt', 'chest film of Jane')
    await put('case/README.txt', 'How these films came about')
    await put('case/empty', '')
    await put('case/film.dcm.gz', gzipSync(film))
    await put('case/cut.dcm', film.subarray(0, 2000))
    const found = await scan([join(dir, 'case')])
    expect(Object.keys(found)).toEqual([
      'case/README.txt', 'case/a.png', 'case/b/film', 'case/cut.dcm', 'case/empty', 'case/film.dcm.gz', 'case/knee.dcm',
      'case/notes.txt',
    ])
    expect(found).toMatchObject({
      'case/a.png': 'film unknown',
      'case/b/film': 'film frontal',
      'case/cut.dcm': expect.stringMatching(/^refused: The pixel data is cut off/),
      'case/empty': 'skipped: Not a DICOM, PNG or JPEG file.',
      'case/film.dcm.gz': 'film frontal',
      'case/knee.dcm': 'refused: The body part is KNEE, not the chest.',
      'case/notes.txt': 'report: chest film of Jane',
      'case/README.txt': 'skipped: Not a DICOM, PNG or JPEG file.',
    })
  })

  it('opens zip archives, stored and deflated, and never writes an entry anywhere', async () => {
    const zip = await put('cd.zip', zipSync({
      'a/film': film,
      'stored.dcm': [film, { level: 0 }],
      '../../outside.dcm': film,
      '/etc/passwd': new TextEncoder().encode('root'),
      'inner.zip': zipSync({ film }),
    }))
    expect(await scan([zip])).toEqual({
      'cd.zip/a/film': 'film frontal',
      'cd.zip/stored.dcm': 'film frontal',
      'cd.zip/outside.dcm': 'film frontal',
      'cd.zip/etc/passwd': 'skipped: Not a DICOM, PNG or JPEG file.',
      'cd.zip/inner.zip': 'skipped: An archive inside an archive is not opened.',
    })
    expect(await scan([dir])).toHaveProperty([`${displayName(dir.split('/').at(-1)!)}/cd.zip/a/film`])
  })

  it('believes no size that an archive claims', async () => {
    const bomb = buildDicom({ rows: 3000, columns: 3000, pixels: new Uint16Array(9_000_000) })
    const zip = zipSync({ 'bomb.dcm': bomb, 'zeros': new Uint8Array(20_000_000), film })
    const lying = withCentral(zip, 'bomb.dcm', (view, at) => view.setUint32(at + 24, 100, true)) // claims 100 bytes
    expect(lying.length).toBeLessThan(120_000)
    const found = await scan([await put('bomb.zip', lying)], { caps: { ...CAPS, inflatedBytes: 1_000_000 } })
    expect(found).toEqual({
      'bomb.zip/bomb.dcm': 'refused: The file unpacks to more than 1000000 bytes.',
      'bomb.zip/zeros': 'skipped: Not a DICOM, PNG or JPEG file.',
      'bomb.zip/film': 'film frontal',
    })
  })

  it('stops at the cap of a whole archive', async () => {
    const zip = await put('many.zip', zipSync({ a: film, b: film, c: film }))
    const found = await scan([zip], { caps: { ...CAPS, archiveBytes: film.length + 10 } })
    expect(found).toEqual({
      'many.zip/a': 'film frontal',
      'many.zip/b': expect.stringMatching(/refused: The file unpacks to more than/),
      'many.zip/c': expect.stringMatching(/refused: The file unpacks to more than/),
    })
    const few = await scan([zip], { caps: { ...CAPS, archiveFiles: 2 } })
    expect(few).toEqual({ 'many.zip': 'refused: The archive has more than 2 files. Unpack it and import folder by folder.' })
  })

  it('refuses damaged and encrypted archives with a reason', async () => {
    const zip = zipSync({ film })
    const encrypted = withCentral(zip, 'film', (view, at) => view.setUint16(at + 8, 1, true))
    const outside = withCentral(zip, 'film', (view, at) => view.setUint32(at + 42, 0x7fffffff, true))
    const garbled = zip.slice().fill(0xaa, 60, 400)
    expect(await scan([await put('cut.zip', zip.subarray(0, zip.length - 40))])).toEqual({ 'cut.zip': expect.stringMatching(/refused: The zip archive is damaged/) })
    expect(await scan([await put('e.zip', encrypted)])).toEqual({ 'e.zip/film': expect.stringMatching(/encrypted/) })
    expect(await scan([await put('o.zip', outside)])).toEqual({ 'o.zip/film': expect.stringMatching(/damaged inside the archive/) })
    expect(await scan([await put('g.zip', garbled)])).toEqual({ 'g.zip/film': expect.stringMatching(/damaged inside the archive|Not a DICOM/) })
  })

  it('reads what a chosen DICOMDIR lists, and says what is missing', async () => {
    await put('cd/IMAGES/A1', film)
    await put('outside', film)
    await symlink(join(dir, 'outside'), join(dir, 'cd', 'LINK'))
    const list = ['IMAGES\\A1', 'IMAGES\\A2', '..\\outside', '/etc/passwd', 'LINK']
    const directory = await put('cd/DICOMDIR', buildDicomDir(list))
    const missing = 'refused: The DICOMDIR lists this file, but it is not there: copy the medium again.'
    expect(await scan([directory])).toEqual({
      DICOMDIR: 'skipped: This is a DICOMDIR index; the files it lists are read themselves.',
      'IMAGES/A1': 'film frontal',
      'IMAGES/A2': missing,
      LINK: missing,
    })
    const walked = await scan([join(dir, 'cd')])
    expect(walked).toMatchObject({ 'cd/IMAGES/A1': 'film frontal', 'cd/IMAGES/A2': missing })
    expect(Object.keys(walked)).toHaveLength(4)
    const zip = await put('cd.zip', zipSync({ 'x/DICOMDIR': buildDicomDir(list), 'x/images/a1': film }))
    expect(await scan([zip])).toMatchObject({ 'cd.zip/x/images/a1': 'film frontal', 'cd.zip/x/IMAGES/A2': missing })
  })

  it('does not follow links inside folders, and says what is missing', async () => {
    await put('in/film', film)
    await symlink(dir, join(dir, 'in', 'loop'))
    expect(await scan([join(dir, 'in'), join(dir, 'nowhere')])).toEqual({
      'in/film': 'film frontal',
      'in/loop': 'skipped: A link is not followed; choose what it points to.',
      nowhere: 'skipped: It does not exist.',
    })
  })

  it('leaves out a file over the byte cap unread', async () => {
    const found = await scan([await put('big.dcm', film)], { caps: { ...CAPS, fileBytes: 1000 } })
    expect(found['big.dcm']).toMatch(/refused: The file has \d+ bytes/)
  })

  it('stops when it is cancelled', async () => {
    await put('a', film)
    await put('b', film)
    const abort = new AbortController()
    const items: Scanned[] = []
    await expect((async () => {
      for await (const item of scanPaths([dir], { signal: abort.signal })) {
        items.push(item)
        abort.abort()
      }
    })()).rejects.toMatchObject({ kind: 'cancelled' })
    expect(items).toHaveLength(1)
  })
})

describe('displayName', () => {
  it('keeps a name harmless', () => {
    expect(displayName('a.zip', '..\\..\\b/./c')).toBe('a.zip/b/c')
    expect(displayName('x\u202egnp.exe\u0000')).toBe('x?gnp.exe?')
    expect(displayName('a'.repeat(500))).toHaveLength(200)
  })
})

/** Edits the central directory record of an entry. */
function withCentral(zip: Uint8Array, name: string, edit: (view: DataView, at: number) => void): Uint8Array {
  const copy = zip.slice()
  const at = Buffer.from(copy).lastIndexOf(name) - 46
  edit(new DataView(copy.buffer), at)
  return copy
}
