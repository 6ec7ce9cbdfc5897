import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { verifyAudit } from '../../../../src/main/database/audit.ts'
import { loadEdit } from '../../../../src/main/database/comparisons.ts'
import type { Connection } from '../../../../src/main/database/connection.ts'
import { keepReports, openCorpus } from '../../../../src/main/database/corpora.ts'
import { openDatabase } from '../../../../src/main/database/openDatabase.ts'
import { sha256 } from '../../../../src/main/database/sha256.ts'
import { verdictHistory } from '../../../../src/main/database/verdicts.ts'
import { FeatureIndex } from '../../../../src/main/workspace/featureIndex.ts'
import { corpusOf, featureTarget, rejudge, retarget, targetsOf } from '../../../../src/main/workspace/rules.ts'
import type { CorpusTerm } from '../../../../src/shared/domain/corpus.ts'
import type { Feature } from '../../../../src/shared/domain/feature.ts'
import type { Target } from '../../../../src/shared/domain/target.ts'
import { AT, fileCase, keepEdits } from '../samples.ts'
import { temporaryDir } from '../temporaryDir.ts'

const HASH = 'b'.repeat(64) // the dictionary of the samples
const feature = (index: number, interpretation: string): Feature => ({
  index, interpretation, detectionScore: null, density: 0.01, maxActivation: 2, targets: [], comparison: false,
  effect: null, exemplars: [],
})
const INDEX = new FeatureIndex([feature(3, 'Pulmonary edema'), feature(9, 'Pneumothorax')])
const EFFUSION: Target = { observations: ['pleural-effusion'], comparison: false }

let connection: Connection
let caseId: string
let editId: string
beforeEach(() => {
  connection = openDatabase({ path: join(temporaryDir(), 'hilum.db') }).connection
  caseId = fileCase(connection)
  editId = keepEdits(connection, caseId)[0]! // feature 3 pushed up, a left effusion comes, on-target in the samples
  return () => connection.close()
})

const set = (target: Target | null): void =>
  retarget(connection, INDEX, { dictionaryHash: HASH, feature: 3, target, reader: 'Ada', at: AT })

describe("a feature's target", () => {
  it('is what its interpretation names, until a reader says otherwise', () => {
    const intervention = { terms: [{ feature: 3, strength: 2 }], method: 'add', positions: 'generated' } as const
    expect(targetsOf(connection, INDEX, HASH, intervention)).toEqual([{ observations: ['edema'], comparison: false }])
    set(EFFUSION)
    expect(targetsOf(connection, INDEX, HASH, intervention)).toEqual([EFFUSION])
    expect(featureTarget(connection, INDEX, HASH, 3).reader).toEqual({ target: EFFUSION, reader: 'Ada', createdAt: AT })
    expect(featureTarget(connection, INDEX, 'c'.repeat(64), 3).reader).toBeNull()
    set(null)
    expect(targetsOf(connection, INDEX, HASH, intervention)).toEqual([{ observations: ['edema'], comparison: false }])
  })

  it('judges every run of the feature anew, and keeps what was judged before', () => {
    set({ observations: ['fracture'], comparison: false })
    expect(loadEdit(connection, editId).rules.verdict).toMatchObject({ value: 'off-target', category: 'false-finding' })
    set(EFFUSION)
    expect(loadEdit(connection, editId).rules.verdict.value).toBe('on-target')
    expect(verdictHistory(connection, editId).map((row) => row.verdict?.value)).toEqual(['on-target', 'off-target', 'on-target'])
  })

  it('is audited with what stood before, and leaves other features alone', () => {
    const before = verifyAudit(connection).rows
    retarget(connection, INDEX, { dictionaryHash: HASH, feature: 9, target: EFFUSION, reader: 'Ada', at: AT })
    expect(verifyAudit(connection).rows).toBe(before + 1)
  })
})

describe('off-target edits', () => {
  const count = (terms: readonly CorpusTerm[], times: number, phantom = true): void => {
    const id = openCorpus(connection, { name: phantom ? 'Phantoms' : 'Ward', phantom }, AT)
    keepReports(connection, id, Array.from({ length: times }, (_, at) => ({ hash: sha256(`${terms.join()} ${at}`), terms })))
  }

  it('are explained with the corpus of their kind of film', () => {
    count(['edema', 'pleural-effusion'], 40, false)
    expect(corpusOf(connection, caseId)).toBeNull()
    count(['edema', 'pleural-effusion'], 60)
    count([], 200)
    expect(corpusOf(connection, caseId)?.name).toBe('Phantoms')
  })

  it('have the mark with its counts kept beside the verdict, in the audit too', () => {
    count(['edema', 'pleural-effusion'], 60)
    count(['edema'], 20)
    count(['pleural-effusion'], 20)
    count([], 200)
    const comparison = editId.split('.')[0]!
    expect(rejudge(connection, INDEX, [comparison], AT)).toBe(1)
    expect(loadEdit(connection, editId).rules).toMatchObject({
      verdict: { value: 'off-target' },
      correlation: {
        mark: 'correlated', term: 'pleural-effusion', target: ['edema'], corpus: 'Phantoms',
        counts: { reports: 300, withTarget: 80, withTerm: 80, together: 60 },
      },
    })
    expect(rejudge(connection, INDEX, [comparison], AT)).toBe(0)
    verifyAudit(connection)
  })
})
