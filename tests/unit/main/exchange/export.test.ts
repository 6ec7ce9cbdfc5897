import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { unzipSync, zipSync } from 'fflate'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Connection } from '../../../../src/main/database/connection.ts'
import { openDatabase } from '../../../../src/main/database/openDatabase.ts'
import { keepVerdict } from '../../../../src/main/database/verdicts.ts'
import { readZip } from '../../../../src/main/exchange/readZip.ts'
import { verifyExport } from '../../../../src/main/exchange/verifyExport.ts'
import { writeExport } from '../../../../src/main/exchange/writeExport.ts'
import { canonicalJson } from '../../../../src/main/database/canonicalJson.ts'
import { sha256 } from '../../../../src/main/database/sha256.ts'
import type { HilumError } from '../../../../src/shared/errors.ts'
import { AT, fileCase, keepEdits } from '../samples.ts'
import { temporaryDir } from '../temporaryDir.ts'

const READER = { kind: 'reader', name: 'Ada' } as const
const NOTE = '=HYPERLINK("http://x"), "quoted"\r\nsecond line, ü'

let dir: string
let connection: Connection
let path: string
beforeEach(async () => {
  dir = temporaryDir()
  connection = openDatabase({ path: join(dir, 'hilum.db') }).connection
  const [first, second] = keepEdits(connection, fileCase(connection), 2)
  const off = { value: 'off-target', category: 'false-finding', significance: 'significant', note: NOTE } as const
  const neutral = { value: 'neutral', category: null, significance: null, note: '' } as const
  keepVerdict(connection, { editId: first!, judge: READER, verdict: off, reason: '', at: AT })
  keepVerdict(connection, { editId: second!, judge: READER, verdict: neutral, reason: '', at: AT })
  keepVerdict(connection, { editId: second!, judge: READER, verdict: null, reason: '', at: AT })
  path = join(dir, 'out.zip')
  await writeExport(connection, { path, hilumVersion: '0.1.0', at: AT })
  return () => connection.close()
})

/** Takes the bundle apart, lets `change` do something, and puts it together as a valid zip. */
function repack(change: (files: Record<string, Uint8Array>) => void): string {
  const files = unzipSync(readFileSync(path))
  change(files)
  const out = join(dir, 'repacked.zip')
  writeFileSync(out, zipSync(files))
  return out
}

const text = (data: Uint8Array | undefined) => new TextDecoder().decode(data)
const bytes = (value: string) => new TextEncoder().encode(value)

function failure(file: string): HilumError {
  try {
    verifyExport(file)
  } catch (error) {
    return error as HilumError
  }
  throw new Error('It should have failed.')
}

describe('an export', () => {
  it('read back, holds every verdict ever given', () => {
    expect(verifyExport(path)).toMatchObject({ comparisons: 1, edits: 2, verdicts: 5, exportedAt: AT })
    const { comparisons } = JSON.parse(text(unzipSync(readFileSync(path))['comparisons.json']))
    const rows: { verdict: { value: string } | null }[] = comparisons[0].edits[1].verdicts
    expect(rows.map((row) => row.verdict?.value ?? null))
      .toEqual(['on-target', 'neutral', null])
    expect(comparisons[0].steered.provenance.intervention.terms).toEqual([{ feature: 3, strength: 3 }])
    expect(comparisons[0].baseline.text).toBe('The lungs are clear.')
  })

  it('has a CSV with one row a verdict, quoted by RFC 4180 and harmless in a spreadsheet', () => {
    const csv = text(unzipSync(readFileSync(path))['verdicts.csv'])
    expect(csv.split('\r\n')[0]).toMatch(/^case,patient,study_uid,/)
    expect(csv).toContain('"\'=HYPERLINK(""http://x""), ""quoted""\r\nsecond line, ü"')
    expect(csv.match(/,Ada,/g)?.length).toBe(3)
    expect(csv).toMatch(/,Ada,neutral,,,false,/)
    expect(csv).toMatch(/,Ada,withdrawn,,,true,/)
  })

  it('leaves out names and birth dates', () => {
    const everything = Object.values(unzipSync(readFileSync(path))).map(text).join('')
    expect(everything).not.toContain('Doe')
    expect(everything).not.toContain('1950-02-03')
  })

  it('of the same workspace at the same time is the same, byte for byte, but for the audit it names', async () => {
    const again = join(dir, 'again.zip')
    await writeExport(connection, { path: again, hilumVersion: '0.1.0', at: AT })
    const [a, b] = [path, again].map((file) => readZip(readFileSync(file), { entries: 9, bytes: 1e8 }))
    expect([...a!.keys()]).toEqual([...b!.keys()])
    for (const name of ['verdicts.csv', 'comparisons.json', 'readme.txt']) expect(a!.get(name)).toEqual(b!.get(name))
  })

  it('leaves nothing half-written behind when it cannot be finished', async () => {
    const target = join(dir, 'no-such-folder', 'x.zip')
    await expect(writeExport(connection, { path: target, hilumVersion: '0.1.0', at: AT })).rejects.toThrow('Cannot write')
    connection.close()
    const third = join(dir, 'third.zip')
    await expect(writeExport(connection, { path: third, hilumVersion: '0.1.0', at: AT })).rejects.toThrow()
    expect(readdirSync(dir).filter((name) => name.includes('third'))).toEqual([])
    connection = openDatabase({ path: join(dir, 'hilum.db') }).connection
  })
})

describe('verification', () => {
  it('finds a flipped byte anywhere, unless every file is still what it was', () => {
    const data = readFileSync(path)
    const whole = readZip(data, { entries: 9, bytes: 1e8 })
    let found = 0
    for (let at = 0; at < data.length; at += 7) {
      const altered = Buffer.from(data)
      altered[at]! ^= 0x20
      const file = join(dir, 'altered.zip')
      writeFileSync(file, altered)
      try {
        verifyExport(file)
        expect([...readZip(altered, { entries: 9, bytes: 1e8 })]).toEqual([...whole])
      } catch (error) {
        expect((error as HilumError).name).toBe('HilumError')
        expect(['corrupt', 'limit']).toContain((error as HilumError).kind)
        found += 1
      }
    }
    expect(found).toBeGreaterThan(data.length / 7 / 2)
  })

  it.each([
    ['a verdict that was altered in the CSV', (files: Record<string, Uint8Array>) => {
      files['verdicts.csv'] = bytes(text(files['verdicts.csv']).replace('off-target', 'on-target'))
    }, 'verdicts.csv was altered'],
    ['a text that was altered in the JSON', (files: Record<string, Uint8Array>) => {
      files['comparisons.json'] = bytes(text(files['comparisons.json']).replace('The lungs are clear.', 'The lungs are black.'))
    }, 'comparisons.json was altered'],
    ['a file that was taken out', (files: Record<string, Uint8Array>) => { delete files['readme.txt'] }, 'readme.txt is missing'],
    ['a file that was put in', (files: Record<string, Uint8Array>) => { files['more.txt'] = bytes('x') }, 'more.txt does not belong'],
    ['a manifest that was altered', (files: Record<string, Uint8Array>) => {
      files['manifest.json'] = bytes(text(files['manifest.json']).replace('2026-11-22', '2026-11-23'))
    }, 'the manifest was altered'],
    ['no manifest', (files: Record<string, Uint8Array>) => { delete files['manifest.json'] }, 'manifest.json is missing'],
    ['a manifest of another format', (files: Record<string, Uint8Array>) => {
      files['manifest.json'] = bytes(text(files['manifest.json']).replace('hilum-export', 'other'))
    }, 'manifest.json has something wrong at format'],
  ])('tells of %s', (_what, change, sentence) => {
    expect(failure(repack(change)).message).toContain(sentence)
  })

  it('finds a CSV that does not agree with the JSON, even when all sums were made to fit', () => {
    const file = repack((files) => {
      files['verdicts.csv'] = bytes(text(files['verdicts.csv']).replace('off-target', 'on-target'))
      const { seal: _seal, ...manifest } = JSON.parse(text(files['manifest.json']))
      for (const entry of manifest.files) {
        const data = files[entry.name]!
        Object.assign(entry, { bytes: data.length, sha256: sha256(data) })
      }
      files['manifest.json'] = bytes(JSON.stringify({ ...manifest, seal: sha256(canonicalJson(manifest)) }))
    })
    expect(failure(file).message).toContain('verdicts.csv does not say what comparisons.json says')
  })

  it.each([['an empty file', ''], ['a text', 'hello there, this is not a zip at all, not even remotely']])('refuses %s', (_what, content) => {
    const file = join(dir, 'x.zip')
    writeFileSync(file, content)
    expect(failure(file).message).toContain('it does not end like a zip')
  })

  it('refuses an archive that unpacks to more than it may', () => {
    const bomb = zipSync({ 'readme.txt': new Uint8Array(5_000_000) })
    expect(() => readZip(bomb, { entries: 4, bytes: 1_000_000 })).toThrow('unpacks to more')
    // A size that lies low is found too: the stream stops at the size it claims.
    const view = new DataView(bomb.buffer, bomb.byteOffset)
    const end = bomb.length - 22
    view.setUint32(view.getUint32(end + 16, true) + 24, 10, true)
    expect(() => readZip(bomb, { entries: 4, bytes: 1_000_000 })).toThrow('altered or damaged')
  })

  it('checks the sum of a file that is stored as it is', () => {
    const zip = zipSync({ 'readme.txt': [bytes('abc'), { level: 0 }] })
    expect(text(readZip(zip, { entries: 4, bytes: 100 }).get('readme.txt'))).toBe('abc')
    zip[zip.indexOf(97, 30 + 'readme.txt'.length)]! ^= 1
    expect(() => readZip(zip, { entries: 4, bytes: 100 })).toThrow('readme.txt was altered or damaged')
  })

  it('says when there is no such file', () => {
    expect(failure(join(dir, 'none.zip')).kind).toBe('not-found')
  })
})
