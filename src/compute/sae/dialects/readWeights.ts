import { basename } from 'node:path'
import type { TensorFile } from '../../checkpoint/tensorFile.ts'
import type { DictionaryWeights } from '../dictionaryData.ts'
import type { Dialect, DictionaryConfig } from './dialect.ts'
import { dictionaryLearning } from './dictionaryLearning.ts'
import { matryoshkaSae } from './matryoshkaSae.ts'
import { matryoshkaSaes } from './matryoshkaSaes.ts'
import { bad } from './tensors.ts'

export const DIALECTS: readonly Dialect[] = [dictionaryLearning, matryoshkaSae, matryoshkaSaes]

/**
 * Reads the weights of a dictionary in whichever dialect they are written.
 * @throws HilumError naming the part that is missing or does not fit.
 */
export async function readWeights(
  file: TensorFile, config: DictionaryConfig,
): Promise<{ readonly dialect: string; readonly weights: DictionaryWeights }> {
  const dialect = DIALECTS.find((candidate) => candidate.recognises(file, config)) ?? guess(file)
  return { dialect: dialect.name, weights: await dialect.read(file, config) }
}

/** Without a sure sign, what looks like dictionary_learning is read as it, and says itself what is missing. */
function guess(file: TensorFile): Dialect {
  if (file.tensors.has('W_enc') || file.tensors.has('encoder.weight')) return dictionaryLearning
  const names = [...file.tensors.keys()].slice(0, 6).join(', ')
  throw bad(`${basename(file.path)} holds ${names || 'no tensors'}, which is no sparse autoencoder Hilum knows`)
}
