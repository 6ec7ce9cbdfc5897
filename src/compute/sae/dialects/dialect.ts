import type { TensorFile } from '../../checkpoint/tensorFile.ts'
import type { DictionaryWeights } from '../dictionaryData.ts'

/** The values of config.json beside the weights; empty when there is none. */
export type DictionaryConfig = Readonly<Record<string, unknown>>

/** One way in which sparse autoencoders are written to files: names, layouts, and what is computed with them. */
export interface Dialect {
  readonly name: string
  /** True when the names of the tensors, and config.json, can only be this dialect's. */
  recognises(file: TensorFile, config: DictionaryConfig): boolean
  /** @throws HilumError naming the part that is missing or does not fit. */
  read(file: TensorFile, config: DictionaryConfig): Promise<DictionaryWeights>
}
