import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { listCases, loadCase } from '../../../src/main/database/cases.ts'
import type { Connection } from '../../../src/main/database/connection.ts'
import { openDatabase } from '../../../src/main/database/openDatabase.ts'
import type { ImportReport } from '../../../src/shared/contracts/main.ts'
import { buildDicom } from '../../fixtures/dicom/buildDicom.ts'
import { greyPng } from '../../fixtures/dicom/encodePng.ts'
import { hilumJson } from './hilum.ts'

const dir = mkdtempSync(join(tmpdir(), 'hilum-import-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

function put(path: string, bytes: Uint8Array | string): void {
  mkdirSync(join(dir, path, '..'), { recursive: true })
  writeFileSync(join(dir, path), bytes)
}
function look<T>(workspace: string, read: (connection: Connection) => T): T {
  const { connection } = openDatabase({ path: join(dir, workspace, 'hilum.db') })
  try {
    return read(connection)
  } finally {
    connection.close()
  }
}
const run = (args: readonly string[]) => hilumJson<ImportReport>(['import', ...args])

describe('pictures with a table beside them', () => {
  it('become dated studies of one patient, and the prior brings its report', { timeout: 120_000 }, async () => {
    put('pictures/new.png', greyPng(160, 140))
    put('pictures/old.png', greyPng(150, 140))
    put('table.csv', [
      'image;subject_id;taken;projection;findings;history',
      'new;P7;14.05.2021;AP;;Fever',
      'old.png;P7;02.03.2020;PA;"No effusion.";',
    ].join('\n'))
    const args = [join(dir, 'pictures'), '--sidecar', join(dir, 'table.csv'), '--map', 'date=taken', '--workspace', join(dir, 'w1')]
    const { json, status } = await run(args)
    expect(status).toBe(0)
    expect(json).toMatchObject({ newFilms: 2, studies: 2, skipped: [] })
    expect(json.cases).toHaveLength(1)
    const read = look('w1', (connection) => loadCase(connection, json.cases[0]!))
    expect(read).toMatchObject({
      patient: { id: 'P7' }, study: { date: '2021-05-14', offset: null, indication: 'Fever', report: null },
      frontal: { view: 'frontal', viewPosition: 'AP' },
      priorStudy: { date: '2020-03-02', report: 'No effusion.' },
    })
  })

  it('whose dates can be read in two ways are not imported until somebody says which', { timeout: 120_000 }, async () => {
    put('two/a.png', greyPng(160, 140))
    put('two.csv', 'file,date\na.png,03/04/2020\n')
    const args = [join(dir, 'two'), '--sidecar', join(dir, 'two.csv'), '--workspace', join(dir, 'w2')]
    const refused = await run(args)
    expect(refused).toMatchObject({ status: 1, json: { error: { kind: 'bad-input', message: /can be read in two ways/ } } })
    const { json } = await run([...args, '--date-order', 'day-first'])
    expect(look('w2', (connection) => loadCase(connection, json.cases[0]!)).study.date).toBe('2020-04-03')
  })
})

describe('an import that is killed', () => {
  const STUDIES = 40
  const FILMS = 3

  it('leaves whole studies, and goes on where it was cut off without a film twice', { timeout: 240_000 }, async () => {
    for (let study = 0; study < STUDIES; study++) {
      for (let film = 0; film < FILMS; film++) {
        const uid = `2.25.${1000 + study}`
        put(`films/s${study}/${film}.dcm`, buildDicom({
          elements: [
            [0x00080018, 'UI', `${uid}.${film}`], [0x0020000d, 'UI', uid], [0x00100020, 'LO', `P${study}`],
            [0x00185101, 'CS', film === 0 ? 'PA' : 'LL'],
          ],
        }))
      }
    }
    const entry = join(import.meta.dirname, '../../../src/cli/hilum.ts')
    const workspace = join(dir, 'w3')
    const args = [entry, 'import', join(dir, 'films'), '--workspace', workspace]
    const child = spawn(process.execPath, args, { stdio: 'ignore' })
    const ended = new Promise((resolve) => child.once('exit', resolve))
    const stored = (): number => {
      try {
        const files = readdirSync(join(workspace, 'films'), { recursive: true, encoding: 'utf8' })
        return files.filter((path) => /[0-9a-f]{64}$/.test(path)).length
      } catch {
        return 0
      }
    }
    while (stored() < STUDIES && child.exitCode === null) await wait(2)
    child.kill('SIGKILL')
    await ended
    const kept = look('w3', (connection) => listCases(connection, ''))
    expect(kept.length).toBeLessThan(STUDIES)
    for (const { films } of kept) expect(films).toBe(FILMS)

    const { json, status } = await run(['--resume', '--workspace', workspace])
    expect(status).toBe(0)
    const rest = STUDIES - kept.length
    expect(json).toMatchObject({ films: STUDIES * FILMS, duplicates: kept.length * FILMS, newFilms: rest * FILMS })
    const all = look('w3', (connection) => listCases(connection, ''))
    expect(all).toHaveLength(STUDIES)
    for (const { films } of all) expect(films).toBe(FILMS)
    expect(await run(['--resume', '--workspace', workspace])).toMatchObject({ status: 1, json: { error: { kind: 'not-found' } } })
  })
})
