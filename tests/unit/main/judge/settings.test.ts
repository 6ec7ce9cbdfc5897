import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { verifyAudit } from '../../../../src/main/database/audit.ts'
import { openDatabase } from '../../../../src/main/database/openDatabase.ts'
import { isInside, parseJudgeAddress } from '../../../../src/main/judge/address.ts'
import { judgeSettings, markSeen, refuseUnseen, setJudge } from '../../../../src/main/judge/settings.ts'
import { JUDGE_OFF } from '../../../../src/shared/domain/judging.ts'
import { AT } from '../samples.ts'
import { temporaryDir } from '../temporaryDir.ts'

describe('the address of a judge', () => {
  it.each(['127.0.0.1', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', '169.254.1.1', '::1', 'fd00::1', 'fe80::1', '::ffff:10.0.0.1'])(
    'may be %s', (ip) => expect(isInside(ip)).toBe(true))
  it.each(['8.8.8.8', '172.32.0.1', '192.169.0.1', '11.0.0.1', '2001:4860::1', '::ffff:8.8.8.8', 'localhost', ''])(
    'may not be %s', (ip) => expect(isInside(ip)).toBe(false))

  it('is taken without its trailing slash', () => {
    expect(parseJudgeAddress(' http://localhost:8080/v1/ ').href).toBe('http://localhost:8080/v1')
  })
  it.each(['', 'localhost:8080', 'ftp://a/v1', 'http://me:secret@a/v1', 'http://a/v1?key=1', 'nonsense'])('is refused: %j', (text) => {
    expect(() => parseJudgeAddress(text)).toThrow()
  })
})

describe('the judge of a workspace', () => {
  it('is off until somebody sets it, and needs to be shown before it is sent anything', () => {
    const { connection } = openDatabase({ path: join(temporaryDir(), 'hilum.db') })
    expect(judgeSettings(connection)).toEqual(JUDGE_OFF)
    const on = { on: true, address: 'http://localhost:8080/v1/', model: ' small ', timeoutSeconds: 30 }
    const made = setJudge(connection, on, 'Ada', AT)
    expect(judgeSettings(connection)).toEqual({ ...on, address: 'http://localhost:8080/v1', model: 'small' })
    expect(() => refuseUnseen(connection, made)).toThrow('Nobody has seen')
    markSeen(connection, made.address)
    expect(() => refuseUnseen(connection, made)).not.toThrow()
    const moved = setJudge(connection, { ...made, address: 'http://localhost:9090/v1' }, 'Ada', AT)
    expect(() => refuseUnseen(connection, moved)).toThrow('Nobody has seen')
    expect(() => setJudge(connection, { ...made, model: '' }, 'Ada', AT)).toThrow('Name the model')
    expect(verifyAudit(connection).rows).toBe(2)
    connection.close()
  })
})
