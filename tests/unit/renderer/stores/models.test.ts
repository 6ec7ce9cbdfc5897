import { describe, expect, it } from 'vitest'
import { nextTick } from 'vue'
import { useModels } from '../../../../src/renderer/stores/models.ts'
import { useNotices } from '../../../../src/renderer/stores/notices.ts'
import { MAIRA2_LICENCE, type CheckpointSurvey, type ModelRecord } from '../../../../src/shared/domain/model.ts'
import { HilumError } from '../../../../src/shared/errors.ts'
import { playServices, type Played } from '../support.ts'

const survey = (folder: string, faults: CheckpointSurvey['faults'] = []): CheckpointSurvey => ({
  folder, faults,
  found: {
    name: 'm', embedded: false, licence: MAIRA2_LICENCE, parameters: 1, layers: 2, width: 4, vocabulary: 8, imageSize: 16,
    imageTokens: 4, weightFiles: 1, weightBytes: 10,
    formats: [
      { format: 'fp32', diskBytes: 100, memoryBytes: 900 }, { format: 'fp16', diskBytes: 50, memoryBytes: 900 },
      { format: 'int8', diskBytes: 30, memoryBytes: 300 }, { format: 'int4', diskBytes: 20, memoryBytes: 200 },
    ],
  },
})
const record: ModelRecord = {
  id: 'a'.repeat(64), name: 'm', embedded: false, format: 'int8', parameters: 1, layers: 2, width: 4, bytes: 30,
  licence: MAIRA2_LICENCE, source: {}, addedAt: '2026-11-24T20:00:00.000Z', hilumVersion: '1', measurement: null,
}
const LIST = { models: [], current: 'embedded', interrupted: [], room: { diskFree: 60, memory: 400 } }

function open(main: NonNullable<Played['main']> = {}) {
  playServices({ main: { 'model.list': () => LIST, 'model.survey': ({ folder }) => survey(folder), ...main } })
  return useModels()
}

describe('the models in the window', () => {
  it('propose the most exact format that the machine has room for', async () => {
    const models = open()
    await models.show()
    models.folder = '/maira-2'
    await models.look()
    expect(models.format).toBe('int8')
    expect(models.survey!.found!.formats.map(models.shortOf)).toEqual([
      'not enough disk', 'not enough memory', null, null,
    ])
  })

  it('are added only when nothing is wrong and the licence was read', async () => {
    const models = open()
    models.folder = '/maira-2'
    await models.look()
    expect(models.ready).toBe(false)
    models.accepted = true
    expect(models.ready).toBe(true)
    models.folder = '/other' // what was found and read belongs to one folder
    await nextTick()
    expect([models.survey, models.accepted, models.ready]).toEqual([null, false, false])
  })

  it('cannot be added from a folder with faults', async () => {
    const fault = { message: 'The folder has no weights.', mend: null }
    const models = open({ 'model.survey': ({ folder }) => survey(folder, [fault]) })
    models.folder = '/maira-2'
    await models.look()
    models.accepted = true
    expect(models.ready).toBe(false)
  })

  it('tell how far an addition is, and let it be cancelled without a complaint', async () => {
    const told: (number | null)[] = []
    const models = open({
      'model.add': (_params, { emit, signal }) =>
        new Promise((_resolve, reject) => {
          emit({ step: 'storing', done: 3, total: 4 })
          signal.addEventListener('abort', () => reject(new HilumError('cancelled', 'Cancelled.')))
        }),
    })
    models.folder = '/maira-2'
    await models.look()
    models.accepted = true
    const adding = models.add()
    await new Promise((resolve) => setTimeout(resolve, 20))
    told.push(models.adding?.done ?? null)
    expect(models.cancel()).toBe(true)
    await adding
    expect([told, models.adding, models.cancel(), useNotices().notices]).toEqual([[3], null, false, []])
  })

  it('show what was added and verified', async () => {
    const models = open({
      'model.add': () => record,
      'model.list': () => ({ ...LIST, models: [record] }),
      'model.verify': () => ({ files: 3, bytes: 30, damaged: ['head.data'] }),
    })
    models.folder = '/maira-2'
    await models.look()
    models.accepted = true
    await models.add()
    expect([models.added, models.list]).toEqual([record, [record]])
    await models.verify(record.id)
    expect(models.verified.get(record.id)?.damaged).toEqual(['head.data'])
  })

  it('go on with an addition that was cut off, in its own format', async () => {
    const models = open()
    await models.resume({ folder: '/maira-2', format: 'int4' })
    expect([models.folder, models.format, models.survey?.folder]).toEqual(['/maira-2', 'int4', '/maira-2'])
  })
})
