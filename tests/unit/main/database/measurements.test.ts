import { beforeEach, describe, expect, it } from 'vitest'
import { join } from 'node:path'
import { findCaseOfStudy } from '../../../../src/main/database/cases.ts'
import type { Connection } from '../../../../src/main/database/connection.ts'
import {
  keepMeasurement, measurementsOfCase, removeMeasurement,
} from '../../../../src/main/database/measurements.ts'
import { openDatabase } from '../../../../src/main/database/openDatabase.ts'
import { Measurement } from '../../../../src/shared/domain/measurement.ts'
import { AT, facts, fileCase } from '../samples.ts'
import { temporaryDir } from '../temporaryDir.ts'

let connection: Connection
let caseId: string
beforeEach(() => {
  connection = openDatabase({ path: join(temporaryDir(), 'hilum.db') }).connection
  caseId = fileCase(connection)
  return () => connection.close()
})

const line = (id: string, change: Partial<Measurement> = {}): Measurement => ({
  id, filmHash: facts().hash, kind: 'length', points: [{ x: 1, y: 2 }, { x: 3.5, y: 4 }], text: '', millimetres: null,
  ...change,
})

describe('measurements of a case', () => {
  it('are kept, changed in place and removed', () => {
    keepMeasurement(connection, caseId, line('a'), AT)
    keepMeasurement(connection, caseId, line('b', { kind: 'arrow', text: 'here' }), AT)
    const moved = line('a', { points: [{ x: 9, y: 9 }, { x: 3, y: 4 }] })
    keepMeasurement(connection, caseId, moved, AT)
    expect(measurementsOfCase(connection, caseId)).toEqual([moved, line('b', { kind: 'arrow', text: 'here' })])
    removeMeasurement(connection, caseId, 'a')
    expect(measurementsOfCase(connection, caseId).map((one) => one.id)).toEqual(['b'])
  })

  it('are refused in one sentence without their case or film', () => {
    expect(() => keepMeasurement(connection, 'c0', line('a'), AT)).toThrow('its case or its film is no longer here')
    expect(() => keepMeasurement(connection, caseId, line('a', { filmHash: '0'.repeat(64) }), AT)).toThrow('no longer')
  })

  it('hold their case: it counts as used and is not formed anew', () => {
    expect(findCaseOfStudy(connection, facts().studyInstanceUid)?.used).toBe(false)
    keepMeasurement(connection, caseId, line('a'), AT)
    expect(findCaseOfStudy(connection, facts().studyInstanceUid)?.used).toBe(true)
  })

  it('have the points of their kind', () => {
    expect(Measurement.safeParse(line('a')).success).toBe(true)
    expect(Measurement.safeParse(line('a', { kind: 'ratio' })).success).toBe(false)
  })
})
