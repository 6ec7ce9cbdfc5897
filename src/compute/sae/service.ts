import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { dictionaryContract } from '../../shared/contracts/dictionaries.ts'
import { HilumError } from '../../shared/errors.ts'
import type { Handlers } from '../../shared/rpc/serve.ts'
import { parseModelConfig } from '../checkpoint/modelConfig.ts'
import { calibrateDictionary } from './calibrate/calibrateDictionary.ts'
import { previewTable } from './interpretations/previewTable.ts'
import { addDictionary, type DecoderSize } from './store/addDictionary.ts'

/** Answers the contract of dictionaries. */
export function dictionaryService(): Handlers<typeof dictionaryContract> {
  return {
    async 'dictionary.add'({ modelDir, ...params }, { emit, signal }) {
      const model = await decoderSize(modelDir)
      return addDictionary({ ...params, model, signal, onStep: (step) => emit({ step, done: 0, total: 0 }) })
    },
    'dictionary.previewTable': ({ path, map }) => previewTable(path, map),
    'dictionary.calibrate': (params, { emit, signal }) =>
      calibrateDictionary({ ...params, signal, onStep: (step, done, total) => emit({ step, done, total }) }),
  }
}

async function decoderSize(modelDir: string): Promise<DecoderSize> {
  let json: unknown
  try {
    json = JSON.parse(await readFile(join(modelDir, 'config.json'), 'utf8'))
  } catch (cause) {
    throw new HilumError('unavailable', 'The model has no readable config.json.', { mend: 'Add the model again.', cause })
  }
  return parseModelConfig(json).decoder
}
