import type { mainContract } from '../../../src/shared/contracts/main.ts'
import { MAIRA2_LICENCE, type CheckpointSurvey, type ModelRecord } from '../../../src/shared/domain/model.ts'
import { HilumError } from '../../../src/shared/errors.ts'
import type { Handlers } from '../../../src/shared/rpc/serve.ts'
import { model } from './model.ts'
import { sleep } from './sleep.ts'

const STEPS = 40

const record = (id: string, format: ModelRecord['format']): ModelRecord => ({
  id: id.repeat(32), name: 'microsoft/maira-2', embedded: false, format, parameters: 6_880_185_600, layers: 32,
  width: 4096, bytes: 4.96e9, licence: MAIRA2_LICENCE, source: {}, addedAt: '2026-11-24T20:00:00.000Z',
  hilumVersion: '0.1.0', measurement: null,
})

const survey = (folder: string): CheckpointSurvey => ({
  folder,
  faults: folder.includes('broken')
    ? [
        { message: 'The weights file model-00004-of-00006.safetensors cannot be opened.', mend: 'Check that the folder was copied completely.' },
        { message: 'The checkpoint has no tokenizer_config.json.', mend: 'Download the checkpoint again with all its files.' },
      ]
    : [],
  found: {
    name: 'microsoft/maira-2', embedded: false, licence: MAIRA2_LICENCE, parameters: 6_880_185_600, layers: 32,
    width: 4096, vocabulary: 32_207, imageSize: 518, imageTokens: 1369, weightFiles: 6, weightBytes: 27.52e9,
    formats: [
      { format: 'fp32', diskBytes: 27.5e9, memoryBytes: 32.3e9 }, { format: 'fp16', diskBytes: 14.3e9, memoryBytes: 32.3e9 },
      { format: 'int8', diskBytes: 8.5e9, memoryBytes: 13.4e9 }, { format: 'int4', diskBytes: 5.2e9, memoryBytes: 10.1e9 },
    ],
  },
})

let models: readonly ModelRecord[] = [record('5a', 'int4')]
let current = 'embedded'

/** The main process's models, played. A folder with `broken` in its name cannot be added. */
export const modelHandlers: Pick<Handlers<typeof mainContract>,
  | 'model.list' | 'model.chooseFolder' | 'model.survey' | 'model.add' | 'model.verify' | 'model.remove' | 'model.discard'
  | 'model.use'> = {
  'model.list': () => ({ models: [...models], current, interrupted: [], room: { diskFree: 72e9, memory: 25e9 } }),
  'model.chooseFolder': () => '/data/maira-2',
  'model.survey': async ({ folder }) => {
    await sleep(300)
    return survey(folder)
  },
  'model.add': async ({ format }, { emit, signal }) => {
    for (let done = 0; done <= STEPS; done++) {
      if (signal.aborted) throw new HilumError('cancelled', 'Cancelled.')
      emit({ step: done < STEPS / 4 ? 'hashing' : 'storing', done, total: STEPS })
      await sleep(50)
    }
    const added = record('7b', format)
    models = [...models, added]
    return added
  },
  'model.verify': async (_params, { emit }) => {
    for (let done = 0; done <= STEPS; done++) {
      emit({ step: 'verifying', done, total: STEPS })
      await sleep(20)
    }
    return { files: 35, bytes: 4.96e9, damaged: [] }
  },
  'model.remove': ({ id }) => {
    models = models.filter((one) => one.id !== id)
    return {}
  },
  'model.discard': () => ({}),
  'model.use': ({ id }) => {
    current = id
    return model
  },
}
