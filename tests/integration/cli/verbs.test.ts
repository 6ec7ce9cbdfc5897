import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../../../src/main/database/openDatabase.ts'
import { writePhantomDicom } from '../../../src/dicom/write/writePhantomDicom.ts'
import { runCli } from '../../../src/cli/runCli.ts'
import { keepEdits } from '../../unit/main/samples.ts'
import { keptDir } from './keptDir.ts'
import { hilum, hilumJson } from './hilum.ts'

const dir = keptDir()
const workspace = join(dir, 'workspace')
const films = join(dir, 'films')
const at = (...args: string[]) => [...args, '--workspace', workspace]

/** A small film of our own making. */
function film(view: 'PA' | 'LL', date: string, accession: string): Uint8Array {
  const pixels = Uint16Array.from({ length: 256 * 256 }, (_, i) => (i * 7 + date.charCodeAt(3)) % 4096)
  return writePhantomDicom({
    pixels, rows: 256, columns: 256, bitsStored: 12, window: { center: 2048, width: 4096 }, pixelSpacing: 5, view,
    patient: { id: 'T-1', name: 'Test^Film', birthDate: '1960-01-01', sex: 'F' },
    study: { date, time: '10:00:00', accession, description: 'Chest', referringIndication: 'Cough.' },
  })
}

beforeAll(() => {
  mkdirSync(films)
  writeFileSync(join(films, 'a.dcm'), film('PA', '2026-01-02', 'N1'))
  writeFileSync(join(films, 'b.dcm'), film('LL', '2026-01-02', 'N1'))
  writeFileSync(join(films, 'prior.dcm'), film('PA', '2025-01-02', 'N0'))
  writeFileSync(join(films, 'readme.txt'), 'No film.')
})

describe('a wrong call', () => {
  it.each<[string, string[], string]>([
    ['no verb', [], 'A verb is missing.'],
    ['an unknown verb', ['dance'], 'There is no verb "dance".'],
    ['an unknown option', ['cases', '--colour', 'red'], "Unknown option '--colour'"],
    ['no path to import', ['import'], 'needs PATH'],
    ['no case', ['report'], '--case is missing.'],
    ['two modes', ['report', '--case', 'x', '--grounded', '--phrase', 'y'], 'choose one'],
    ['no feature', ['steer', '--case', 'x', '--strength', '1'], '--feature is missing.'],
    ['a feature that is no number', ['steer', '--case', 'x', '--feature', '1,b', '--strength', '1'], 'takes numbers apart by commas'],
    ['no strength', ['steer', '--case', 'x', '--feature', '1'], '--strength is missing.'],
    ['a strength out of range', ['steer', '--case', 'x', '--feature', '1', '--strength', '-101'], 'from -100 to 100'],
    ['a strength that is no number', ['steer', '--case', 'x', '--feature', '1', '--strength', 'high'], 'takes a number'],
    ['an unknown method', ['steer', '--case', 'x', '--feature', '1', '--strength', '1', '--method', 'hit'], 'one of add, ablate'],
    ['an unknown verdict', ['verdict', '--edit', 'x', '--is', 'fine'], 'one of on-target, off-target, neutral'],
    ['a category on an on-target verdict', ['verdict', '--edit', 'x', '--is', 'on-target', '--category', 'false-finding'], 'off-target verdicts only'],
    ['nothing to do with a model', ['model'], 'Say what to do: add, check, list, use, verify, remove.'],
    ['no folder to add', ['model', 'add'], '"hilum model add" needs a FOLDER.'],
    ['an unknown format', ['model', 'add', 'x', '--format', 'int2'], 'one of fp32, fp16, int8, int4'],
    ['no file to write', ['export'], '--out is missing.'],
    ['an unknown action on a set', ['set', 'burn'], 'takes create, run, status, unblind, export'],
    ['a set without a name', ['set', 'run'], 'The name of the set is missing.'],
    ['no reason for unblinding', ['set', 'unblind', 'x'], '--reason is missing.'],
    ['an unknown action on readers', ['reader', 'fire'], 'takes add, pin or list'],
    ['an unknown action on the audit', ['audit', 'forget'], 'takes verify'],
    ['two files to verify', ['verify', 'a', 'b'], '"b" is one word too many.'],
  ])('with %s exits 2 and says how to call', async (_what, args, sentence) => {
    let out = ''
    let err = ''
    const output = { out: (text: string) => void (out += text), err: (text: string) => void (err += text) }
    expect(await runCli([...args, '--json'], output)).toBe(2)
    expect(JSON.parse(out)).toMatchObject({
      ok: false, error: { kind: 'bad-usage', message: expect.stringContaining(sentence) },
    })
    expect(err).toContain('Usage: hilum')
  })
})

describe('the verbs', { timeout: 90_000 }, () => {
  it('refuse a folder without a workspace, and do not make one of it', async () => {
    const ran = await hilumJson<{ error: { kind: string; mend: string } }>(at('cases'))
    expect(ran.status).toBe(1)
    expect(ran.json.error).toMatchObject({ kind: 'not-found', mend: expect.stringContaining('hilum demo') })
    expect(existsSync(workspace)).toBe(false)
  })

  it('import films and list the cases they make', async () => {
    const missing = await hilumJson<{ error: { message: string } }>(at('import', join(films, 'none.dcm')))
    expect([missing.status, missing.json.error.message]).toEqual([1, expect.stringContaining('Nothing was imported.')])
    const ran = await hilumJson<{ cases: string[] }>(at('import', films))
    expect(ran.status).toBe(0)
    expect(ran.json).toMatchObject({ ok: true, films: 3, newFilms: 3, duplicates: 0, studies: 2 })
    expect(ran.stderr).toContain('readme.txt: Not a DICOM, PNG or JPEG file.')
    expect((await hilumJson(at('import', films))).json).toMatchObject({ newFilms: 0, duplicates: 3 })
    const { json } = await hilumJson<{ cases: Record<string, unknown>[] }>(at('cases'))
    expect(json.cases.map((row) => [row.studyDate, row.priorDate, row.films, row.status])).toEqual([
      ['2026-01-02', '2025-01-02', 2, 'unread'], ['2025-01-02', null, 1, 'unread'],
    ])
    const table = await hilum(at('cases', '--search', 'test 2026'))
    expect(table.stdout).toMatch(/^case +patient +name/)
    expect(table.stdout.trim().split('\n').length).toBe(2)
  })

  it('record a verdict on an edit, with the reader, and refuse one on nothing', async () => {
    const { json } = await hilumJson<{ cases: { id: string }[] }>(at('cases'))
    const { connection } = openDatabase({ path: join(workspace, 'hilum.db') })
    const [editId] = keepEdits(connection, json.cases[0]!.id)
    connection.close()
    const options = ['--is', 'off-target', '--category', 'false-finding', '--significance', 'significant', '--reader', 'Ada', '--note', 'no']
    const ran = await hilumJson(at('verdict', '--edit', editId!, ...options))
    expect(ran.status).toBe(0)
    expect(ran.json).toMatchObject({
      ok: true, id: editId, rules: { verdict: { value: 'on-target' } },
      reader: { judge: { name: 'Ada' }, verdict: { value: 'off-target', category: 'false-finding', significance: 'significant', note: 'no' } },
    })
    const wrong = await hilumJson<{ error: { kind: string } }>(at('verdict', '--edit', 'x.9', '--is', 'neutral'))
    expect([wrong.status, wrong.json.error.kind]).toEqual([1, 'not-found'])
  })

  it('export, verify, and find a file that was altered', async () => {
    const out = join(dir, 'out.zip')
    expect((await hilumJson(at('export', '--out', out))).json).toMatchObject({ ok: true, verdicts: 2, files: 4, path: out })
    expect((await hilumJson(['verify', out])).json).toMatchObject({ ok: true, comparisons: 1, edits: 1, verdicts: 2 })
    const data = readFileSync(out)
    data[60]! ^= 1
    writeFileSync(join(dir, 'bad.zip'), data)
    const bad = await hilumJson<{ error: { message: string } }>(['verify', join(dir, 'bad.zip')])
    expect([bad.status, bad.json.error.message]).toEqual([1, expect.stringContaining('not an intact export')])
  })

  it('examine the workspace, and find a film that was altered and a row that was', async () => {
    type Doctor = { checks: { name: string; status: string; mend: string | null }[] }
    const statusOf = (json: Doctor, name: string) => json.checks.find((one) => one.name === name)?.status
    const well = await hilumJson<Doctor>(at('doctor'))
    for (const name of ['node', 'sqlite', 'runtime', 'disk', 'workspace', 'database', 'audit', 'films']) {
      expect([name, statusOf(well.json, name)]).toEqual([name, 'ok'])
    }
    const { connection } = openDatabase({ path: join(workspace, 'hilum.db') })
    const [film] = connection.pragmaRows('table_info(film)')
    expect(film).toBeDefined()
    connection.close()
    const { default: BetterSqlite } = await import('better-sqlite3')
    const raw = new BetterSqlite(join(workspace, 'hilum.db'))
    const hash = String(raw.prepare('SELECT hash FROM film').pluck().get())
    raw.exec("DROP TRIGGER audit_refuses_update; UPDATE audit SET actor = 'nobody' WHERE seq = 2")
    raw.close()
    writeFileSync(join(workspace, 'films', hash.slice(0, 2), hash), 'altered')
    const ill = await hilumJson<Doctor>(at('doctor'))
    expect(ill.status).toBe(1)
    expect([statusOf(ill.json, 'audit'), statusOf(ill.json, 'films'), statusOf(ill.json, 'database')]).toEqual(['fail', 'fail', 'ok'])
    for (const one of ill.json.checks.filter((check) => check.status === 'fail')) expect(one.mend).not.toBeNull()
  })

  it('refuse a damaged workspace with one sentence and leave it as it is', async () => {
    const broken = join(dir, 'broken')
    mkdirSync(broken)
    writeFileSync(join(broken, 'hilum.db'), 'no database '.repeat(500))
    const ran = await hilumJson<{ error: { kind: string; message: string } }>(['cases', '--workspace', broken])
    expect([ran.status, ran.json.error.kind]).toEqual([1, 'corrupt'])
    expect(readFileSync(join(broken, 'hilum.db'), 'utf8')).toContain('no database')
  })
})
