import type { TensorFile } from '../../checkpoint/tensorFile.ts'
import type { Dialect } from './dialect.ts'
import { bad, checkGroups, readFloats, readIntegers, readNumber, shapeOf, transpose } from './tensors.ts'

const NO_THRESHOLD =
  'Train it on until the threshold is estimated (threshold_start_step), and save it with its buffers.'

/**
 * github.com/saprmarks/dictionary_learning: MatryoshkaBatchTopKSAE (W_enc, b_enc, W_dec, b_dec) and BatchTopKSAE
 * (encoder.weight, encoder.bias, decoder.weight, b_dec), both with the buffers k and threshold. Activations were
 * normalised while it trained; the factor is folded into biases and threshold when it is saved.
 */
export const dictionaryLearning: Dialect = {
  name: 'dictionary_learning',
  recognises: ({ tensors }) =>
    ['W_enc', 'group_sizes'].every((name) => tensors.has(name)) || ['encoder.weight', 'k'].every((name) => tensors.has(name)),
  async read(file) {
    const linear = file.tensors.has('encoder.weight')
    const [rows, columns] = shapeOf(file, linear ? 'encoder.weight' : 'W_enc')
    const [width, size] = linear ? [columns, rows] : [rows, columns]
    if (!file.tensors.has('threshold')) throw bad('it has no threshold, without which nobody can say which features are active', NO_THRESHOLD)
    return {
      width, size, normalization: 'none',
      ...(linear ? await readLinear(file, width, size) : await readMatrices(file, width, size)),
      decoderBias: await readFloats(file, 'b_dec', [width]),
      k: (await readIntegers(file, 'k'))[0] || null,
      threshold: await readNumber(file, 'threshold'),
      groupSizes: linear ? [size] : checkGroups(await readIntegers(file, 'group_sizes'), size),
    }
  },
}

interface Matrices {
  readonly encoder: Float32Array
  readonly encoderBias: Float32Array
  readonly decoder: Float32Array
}

async function readMatrices(file: TensorFile, width: number, size: number): Promise<Matrices> {
  return {
    encoder: transpose(await readFloats(file, 'W_enc', [width, size]), width, size),
    encoderBias: await readFloats(file, 'b_enc', [size]),
    decoder: await readFloats(file, 'W_dec', [size, width]),
  }
}

async function readLinear(file: TensorFile, width: number, size: number): Promise<Matrices> {
  return {
    encoder: await readFloats(file, 'encoder.weight', [size, width]),
    encoderBias: await readFloats(file, 'encoder.bias', [size]),
    decoder: transpose(await readFloats(file, 'decoder.weight', [width, size]), width, size),
  }
}
