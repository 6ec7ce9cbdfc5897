import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listCases } from '../../../src/main/database/cases.ts'
import { openDatabase } from '../../../src/main/database/openDatabase.ts'
import { keepVerdict } from '../../../src/main/database/verdicts.ts'
import { FeatureIndex } from '../../../src/main/workspace/featureIndex.ts'
import { fileFilms } from '../../../src/main/workspace/fileFilms.ts'
import { formCases } from '../../../src/main/workspace/formCases.ts'
import type { Feature } from '../../../src/shared/domain/feature.ts'
import { AT, facts, fileCase, keepEdits } from '../../unit/main/samples.ts'
import type { Group } from '../bench.ts'
import { median, row, timed } from '../row.ts'

const WORKLIST = 2000
const FEATURES = 16_384
const WORDS = ['left', 'right', 'effusion', 'small', 'moderate', 'tube', 'heart', 'normal', 'unchanged', 'opacity']

/** What the database and the feature list take, on their own. */
export const store: Group = {
  name: 'store',
  async run({ say }) {
    const dir = mkdtempSync(join(tmpdir(), 'hilum-bench-'))
    try {
      const { connection } = openDatabase({ path: join(dir, 'hilum.db') })
      const editId = keepEdits(connection, fileCase(connection))[0]!
      const verdict = { value: 'neutral', category: null, significance: null, note: '' } as const
      say('Recording verdicts')
      const commits = timed(200, () =>
        keepVerdict(connection, { editId, judge: { kind: 'reader', name: 'bench' }, verdict, reason: '', at: AT }))
      say(`Filing ${WORKLIST} studies`)
      const began = performance.now()
      for (let number = 0; number < WORKLIST; number += 1) {
        const uid = `9.${number}`
        const patient = { patientId: `B${number}`, patientName: `Name${number}^A` }
        const film = facts({ sopInstanceUid: uid, studyInstanceUid: `${uid}.1`, ...patient })
        connection.transaction(() => {
          for (const key of fileFilms(connection, [film], AT).patients) formCases(connection, key)
        })
      }
      const filing = (performance.now() - began) / WORKLIST
      const listing = timed(10, (round) => void listCases(connection, `name${round}`))
      connection.close()
      say('Searching features')
      const index = new FeatureIndex(Array.from({ length: FEATURES }, (_, at) => feature(at)))
      const searching = timed(20, (round) => void index.search(`${WORDS[round % 10]} effusion`, 100))
      return [
        // Peer: a bare durable commit of better-sqlite3 was measured at 1,123 a second on a like machine.
        row('store', 'verdict recorded, durable', median(commits), 'ms', { peer: 0.89, bar: 10 }),
        row('store', 'study filed with its case', filing, 'ms'),
        row('store', `worklist of ${WORKLIST} searched`, median(listing), 'ms', { bar: 100 }),
        row('store', `${FEATURES} features searched`, median(searching), 'ms', { bar: 50 }),
      ]
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  },
}

function feature(index: number): Feature {
  const interpretation = [0, 3, 7].map((step) => WORDS[(index * (step + 1) + step) % WORDS.length]).join(' ')
  return {
    index, interpretation, detectionScore: (index % 100) / 100, density: 0.01, maxActivation: 4, targets: [],
    comparison: false, effect: null, exemplars: [],
  }
}
