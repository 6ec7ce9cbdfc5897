import type { ModelFacts } from '../../../src/shared/contracts/compute.ts'
import { EMBEDDED_LICENCE } from '../../../src/shared/domain/model.ts'

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
  format: 'fp32',
  standing: 'exact',
  findingAgreement: null,
  licence: EMBEDDED_LICENCE,
  threads: 2,
  loadMs: 812,
}
