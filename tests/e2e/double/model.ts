import type { ModelFacts } from '../../../src/shared/contracts/compute.ts'

/** The facts of the played model. */
export const model: ModelFacts = {
  name: 'Hilum phantom model',
  embedded: true,
  modelHash: 'ab'.repeat(32),
  dictionaryHash: 'cd'.repeat(32),
  hookLayer: 3,
  features: 512,
  imageSize: 224,
  runtime: 'onnxruntime 1.30.0',
  provider: 'cpu',
  format: 'float32',
  threads: 2,
  loadMs: 812,
}
