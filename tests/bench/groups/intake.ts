import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listCases } from '../../../src/main/database/cases.ts'
import { openDatabase } from '../../../src/main/database/openDatabase.ts'
import { importPaths } from '../../../src/main/workspace/importing.ts'
import { startSession } from '../../../src/cli/session.ts'
import { sql } from '../../../src/main/database/connection.ts'
import { buildDicom } from '../../fixtures/dicom/buildDicom.ts'
import type { Group } from '../bench.ts'
import type { Row } from '../row.ts'
import { row } from '../row.ts'

const FILES = 2000
const EDGE = 256
const STUDIES = 100_000
/** What somebody types to find a patient, letter by letter. */
const TYPED = Array.from('name 4711', (_, at, letters = 'name 4711') => letters.slice(0, at + 1))

/** Getting studies in, and finding them again. */
export const intake: Group = {
  name: 'viewer',
  async run({ session, say }) {
    const dir = mkdtempSync(join(tmpdir(), 'hilum-bench-'))
    try {
      return [...(await importing(dir, session.signal, say)), ...worklist(dir, say)]
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  },
}

async function importing(dir: string, signal: AbortSignal, say: (text: string) => void): Promise<readonly Row[]> {
  say(`Writing ${FILES} films`)
  const folder = join(dir, 'films')
  mkdirSync(folder)
  for (let at = 0; at < FILES; at++) {
    const uid = `2.25.${1e6 + at}`
    writeFileSync(join(folder, `${at}.dcm`), buildDicom({
      rows: EDGE, columns: EDGE, pixels: new Uint16Array(EDGE * EDGE).fill(at),
      elements: [[0x00080018, 'UI', `${uid}.1`], [0x0020000d, 'UI', uid], [0x00100020, 'LO', `P${at >> 1}`]],
    }))
  }
  say('Reading their headers with pydicom')
  const peer = pydicomFilesPerSecond(folder)
  say('Importing them')
  const session = startSession(join(dir, 'workspace'), signal)
  try {
    const { connection } = session.workspace({ make: true })
    await session.dicom.process()
    const began = performance.now()
    await importPaths([folder], { connection, dicom: session.dicom, signal })
    const rate = FILES / ((performance.now() - began) / 1000)
    const name = `import of ${FILES} films of ${EDGE} x ${EDGE}; peer: pydicom reads headers`
    return [row('viewer', name, rate, 'films/s', { peer, bar: peer === null ? null : 3 * peer, better: 'more' })]
  } finally {
    await session.close()
  }
}

/** Null where Python or pydicom is missing. */
function pydicomFilesPerSecond(folder: string): number | null {
  const program = `
import os, sys, time
import pydicom
paths = [os.path.join(sys.argv[1], name) for name in os.listdir(sys.argv[1])]
began = time.perf_counter()
for path in paths: pydicom.dcmread(path, stop_before_pixels=True).StudyInstanceUID
print(len(paths) / (time.perf_counter() - began))`
  const { status, stdout } = spawnSync('python3', ['-c', program, folder], { encoding: 'utf8' })
  return status === 0 ? Number(Number(stdout).toPrecision(4)) : null
}

function worklist(dir: string, say: (text: string) => void): readonly Row[] {
  say(`Filing ${STUDIES} studies`)
  const { connection } = openDatabase({ path: join(dir, 'worklist.db') })
  connection.transaction(() => {
    for (let at = 0; at < STUDIES; at++) {
      const uid = `9.${at}`
      const hash = at.toString(16).padStart(64, '0')
      connection.run(sql.insertInto('patient').values({
        key: uid, id: `B${at}`, name: `Name${at}^Ada`, birth_date: '1950-01-01', sex: 'F',
      }))
      connection.run(sql.insertInto('study').values({
        uid, patient_key: uid, date: `20${10 + (at % 16)}-0${1 + (at % 9)}-15`, time: '10:00:00', offset_count: null,
        offset_unit: null, description: 'Chest PA', accession: `A${at}`, report: null, indication: null, technique: null,
        comparison: null,
      }))
      connection.run(sql.insertInto('series').values({ study_uid: uid, uid: `${uid}.1`, modality: 'DX', description: '' }))
      connection.run(sql.insertInto('film').values({
        hash, sop_instance_uid: `${uid}.1.1`, study_uid: uid, series_uid: `${uid}.1`, modality: 'DX', view: 'frontal',
        view_position: 'PA', columns: 1024, rows: 1024, bytes: 1, source: 'dicom', phantom: 0, imported_at: '2026-01-01',
      }))
      connection.run(sql.insertInto('case').values({
        id: `c${at}`, study_uid: uid, frontal_hash: hash, lateral_hash: null, prior_study_uid: null, prior_hash: null,
      }))
    }
  })
  say('Searching them')
  listCases(connection, '')
  const times = TYPED.map((text) => {
    const began = performance.now()
    listCases(connection, text)
    return performance.now() - began
  }).toSorted((a, b) => a - b)
  connection.close()
  const slow = times[Math.ceil(0.95 * times.length) - 1]!
  return [row('viewer', `worklist of ${STUDIES}: a letter typed, 95th percentile`, slow, 'ms', { bar: 30 })]
}
