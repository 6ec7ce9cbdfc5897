import { WEIGHT_FORMATS, type WeightFormat } from '../../shared/domain/model.ts'
import { HilumError } from '../../shared/errors.ts'
import type { ModelConfig } from '../checkpoint/modelConfig.ts'
import { compiledBytes } from '../maira2/compile.ts'
import { EMBEDDINGS, planWeights, type WeightPart } from '../maira2/weightPlan.ts'

/** The processes without a model. */
const BASE_BYTES = 300e6
/** Tokens of a prompt besides its images, with the longest answer. */
const TEXT_TOKENS = 900
const FILMS = 3

/**
 * Bytes of memory that reading a case with three films needs: weights as the runtime holds them on a CPU,
 * the cache of keys and values, and the programs themselves.
 */
export function memoryNeed(config: ModelConfig, plan: readonly WeightPart[], format: WeightFormat): number {
  const { layers, hiddenSize } = config.decoder
  const resident = plan.filter((part) => part.name !== EMBEDDINGS) // read row by row
  // The runtime widens half floats as it loads them, and keeps products of blocks in an order of its own.
  const weights = compiledBytes(resident, format === 'fp16' ? 'fp32' : format)
  const cache = 2 * 4 * layers * hiddenSize * (FILMS * config.vision.patches + TEXT_TOKENS)
  return weights + cache + BASE_BYTES
}

/**
 * Refuses a model that this machine has too little memory for, before anything is loaded.
 * @param memory bytes of the machine
 * @throws HilumError limit, naming the formats that would fit
 */
export function refuseTooLarge(config: ModelConfig, format: WeightFormat, memory: number): void {
  const plan = planWeights(config)
  const need = memoryNeed(config, plan, format)
  if (need <= memory) return
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`
  const fitting = WEIGHT_FORMATS.filter((other) => memoryNeed(config, plan, other) <= memory)
  throw new HilumError(
    'limit',
    `The model needs about ${gigabytes(need)} of memory as ${format}, but this machine has ${gigabytes(memory)}.`,
    {
      mend: fitting.length > 0
        ? `Add it as ${fitting.join(' or ')} instead.`
        : 'None of the formats fits: use a machine with more memory.',
    },
  )
}
