import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { verifyAudit } from '../../../../src/main/database/audit.ts'
import { sql, type Connection } from '../../../../src/main/database/connection.ts'
import { openDatabase } from '../../../../src/main/database/openDatabase.ts'
import { registerReader, replacePin } from '../../../../src/main/review/pins.ts'
import { SignIns } from '../../../../src/main/review/signIns.ts'
import { AT } from '../samples.ts'
import { temporaryDir } from '../temporaryDir.ts'

let connection: Connection
let time: number
let signIns: SignIns
beforeEach(async () => {
  connection = openDatabase({ path: join(temporaryDir(), 'hilum.db') }).connection
  time = Date.parse(AT)
  signIns = new SignIns(connection, () => time)
  await registerReader(connection, 'Ada', '2468', AT)
  return () => connection.close()
})

describe('a reader', () => {
  it('signs in with name and PIN, and is known by a token until signing out', async () => {
    const { token, reader } = await signIns.signIn('ada', '2468')
    expect(signIns.readerOf(token)).toEqual(reader)
    signIns.signOut(token)
    expect(() => signIns.readerOf(token)).toThrow('You are not signed in any more.')
    await expect(signIns.signIn('Ben', '2468')).rejects.toThrow('There is no reader named Ben on this machine.')
  })

  it('waits after five wrong PINs, longer each time, and the audit has every try', async () => {
    for (let tries = 0; tries < 5; tries++) {
      await expect(signIns.signIn('Ada', '0000')).rejects.toThrow('That is not the PIN of Ada.')
    }
    await expect(signIns.signIn('Ada', '2468')).rejects.toThrow('Too many wrong PINs for Ada: wait 30 s')
    time += 30_000
    await expect(signIns.signIn('Ada', '0000')).rejects.toThrow('That is not the PIN')
    await expect(signIns.signIn('Ada', '2468')).rejects.toThrow('wait 60 s')
    time += 60_000
    await signIns.signIn('Ada', '2468')
    const tried = connection.all(sql.selectFrom('audit').select('action').where('action', 'like', 'reader.%').orderBy('seq'))
    expect(tried.map((row) => row.action).slice(2)).toEqual([...new Array(6).fill('reader.refused'), 'reader.signed-in'])
    expect(verifyAudit(connection).rows).toBeGreaterThan(0)
  })

  it('has a PIN of digits, kept only as a salted hash, and may be given another', async () => {
    await expect(registerReader(connection, 'Ben', 'secret', AT)).rejects.toThrow('A PIN is 4 to 12 digits.')
    await registerReader(connection, 'Ben', '2468', AT)
    const rows = connection.all(sql.selectFrom('reader_pin').selectAll())
    expect(new Set(rows.map((row) => row.hash)).size).toBe(2) // the same PIN, another salt
    expect(JSON.stringify(rows)).not.toContain('2468')
    await replacePin(connection, 'Ben', '1357', AT, 'lead')
    await expect(signIns.signIn('Ben', '2468')).rejects.toThrow('That is not the PIN')
    expect((await signIns.signIn('Ben', '1357')).reader.name).toBe('Ben')
  })
})
