import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { closeInterruptedJobs } from '../../../../src/main/database/jobs.ts'
import { sql, type Connection } from '../../../../src/main/database/connection.ts'
import { openDatabase } from '../../../../src/main/database/openDatabase.ts'
import { EMBEDDED, Models, type ModelsOptions } from '../../../../src/main/workspace/models.ts'
import { MAIRA2_LICENCE, type ModelRecord } from '../../../../src/shared/domain/model.ts'
import { HilumError } from '../../../../src/shared/errors.ts'
import { fakeModels, MODEL } from '../fakeServices.ts'
import { AT } from '../samples.ts'
import { temporaryDir } from '../temporaryDir.ts'

let connection: Connection
let modelsDir = ''
beforeEach(() => {
  const dir = temporaryDir()
  connection = openDatabase({ path: join(dir, 'hilum.db') }).connection
  modelsDir = join(dir, 'models')
})

const record = (id: string, embedded = false): ModelRecord => ({
  id: id.repeat(64), name: `model ${id}`, embedded, format: 'int4', parameters: 1, layers: 2, width: 4, bytes: 0,
  licence: MAIRA2_LICENCE, source: {}, addedAt: AT, hilumVersion: '1', measurement: null,
})

/** Puts a model there as an addition leaves it. */
function place(one: ModelRecord): ModelRecord {
  const folder = join(modelsDir, one.id)
  mkdirSync(folder, { recursive: true })
  const manifest = { compiler: 2, modelHash: one.id, format: one.format, source: {}, files: [], weights: [] }
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest))
  writeFileSync(join(folder, 'model.json'), JSON.stringify(one))
  return one
}

function open(change: Partial<ModelsOptions> = {}): Models {
  return new Models({
    connection, modelsDir, embedded: { model: '/m', dictionary: '/d' }, version: '1', reopen: async () => MODEL,
    models: fakeModels({ 'model.add': async () => place(record('a')) }), ...change,
  })
}

describe('the models of a workspace', () => {
  it('begin with the one that comes with Hilum in use', async () => {
    expect([open().current, await open().list()]).toEqual([EMBEDDED, []])
    expect(await open().places()).toEqual({ id: EMBEDDED, modelDir: '/m', dictionaryDir: '/d' })
  })

  it('are found by the beginning of their ids, when that says which', async () => {
    place(record('a'))
    place(record('b'))
    expect((await open().find('aaaa')).name).toBe('model a')
    await expect(open().find('a')).rejects.toThrow('does not say which')
    await expect(open().find('cccc')).rejects.toThrow('There is no model "cccc"')
  })

  it('can be put to use: no dictionary is known of a model that is not ours', async () => {
    place(record('a'))
    place(record('b', true))
    const models = open()
    await models.use('aaaa')
    expect(models.current).toBe('a'.repeat(64))
    expect(await models.places()).toEqual({
      id: 'a'.repeat(64), modelDir: join(modelsDir, 'a'.repeat(64)), dictionaryDir: null,
    })
    await models.use('bbbb')
    expect((await models.places()).dictionaryDir).toBe('/d')
    expect(await open({ instead: EMBEDDED }).places()).toEqual({ id: EMBEDDED, modelDir: '/m', dictionaryDir: '/d' })
  })

  it('that cannot be opened leaves the choice as it was', async () => {
    place(record('a'))
    let opened = 0
    const models = open({
      reopen: async () => {
        if (++opened === 1) throw new HilumError('unavailable', 'Too little memory.')
        return MODEL
      },
    })
    await expect(models.use('aaaa')).rejects.toThrow('Too little memory.')
    expect([models.current, opened]).toEqual([EMBEDDED, 2])
  })

  it('in use are not removed', async () => {
    place(record('a'))
    const models = open()
    await models.use('aaaa')
    await expect(models.remove('aaaa')).rejects.toThrow('is the model in use')
    await models.use(EMBEDDED)
    await models.remove('aaaa')
    expect(await models.list()).toEqual([])
  })

  it('are added one at a time, as a job, and written into the audit', async () => {
    const models = open()
    const first = models.add('/folder', 'int4')
    await expect(models.add('/other', 'int4')).rejects.toMatchObject({ kind: 'conflict' })
    expect((await first).id).toBe('a'.repeat(64))
    expect(models.interrupted()).toEqual([])
    const jobs = connection.all(sql.selectFrom('job').select(['kind', 'state', 'done', 'total']))
    expect(jobs).toEqual([{ kind: 'model', state: 'done', done: 100, total: 100 }])
    const [last] = connection.all(sql.selectFrom('audit').select(['action', 'subject']).orderBy('seq', 'desc').limit(1))
    expect(last).toEqual({ action: 'model.added', subject: 'a'.repeat(64) })
  })

  it('whose addition was cut off are offered again until they are added or given up', async () => {
    const never = open({ models: fakeModels({ 'model.add': () => new Promise(() => undefined) }) })
    void never.add('/folder', 'int8').catch(() => undefined)
    await new Promise((resolve) => setTimeout(resolve, 20))
    closeInterruptedJobs(connection, AT) // what the next start does
    const models = open()
    expect(models.interrupted()).toEqual([{ folder: '/folder', format: 'int8' }])
    await models.add('/folder', 'int4') // another format is another addition
    expect(models.interrupted()).toHaveLength(1)
    await models.add('/folder', 'int8')
    expect(models.interrupted()).toEqual([])
  })
})
