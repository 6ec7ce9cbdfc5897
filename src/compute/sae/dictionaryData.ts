import type { Feature } from '../../shared/domain/feature.ts'

/**
 * The weights of a sparse autoencoder with F features over residuals of width d, in one form whatever file they came
 * from: z = ReLU((x - b_dec) W_enc + b_enc), kept where z > threshold; x is rebuilt as z W_dec + b_dec.
 */
export interface DictionaryWeights {
  readonly width: number
  readonly size: number
  /** Encoder, [F, d]: one row per feature (files have [d, F]). */
  readonly encoder: Float32Array
  readonly encoderBias: Float32Array
  /** Decoder, [F, d]: one direction per feature. */
  readonly decoder: Float32Array
  readonly decoderBias: Float32Array
  /** Mean number of active features it was trained for; null when its kind has none. */
  readonly k: number | null
  /** A feature counts when its activation is greater; negative means never estimated: everything positive counts. */
  readonly threshold: number
  readonly groupSizes: readonly number[]
  /**
   * What is done to a residual before it is encoded, and undone after it was decoded. `token`: it is centred on its
   * own mean and divided by its own standard deviation (n - 1) + 1e-5.
   */
  readonly normalization: 'none' | 'token'
}

/** A dictionary: its weights, where it reads, and what is known of its features. */
export interface DictionaryData extends DictionaryWeights {
  /** The residual it reads is the output of this decoder block, counted from 0. */
  readonly layer: number
  readonly features: readonly Feature[]
}

/** The mean and the standard deviation (n - 1) of one residual row. */
export function rowMoments(
  rows: Float32Array, row: number, width: number,
): { readonly mean: number; readonly deviation: number } {
  const from = row * width
  let sum = 0
  for (let i = 0; i < width; i++) sum += rows[from + i] as number
  const mean = sum / width
  let squares = 0
  for (let i = 0; i < width; i++) squares += ((rows[from + i] as number) - mean) ** 2
  return { mean, deviation: Math.sqrt(squares / (width - 1)) }
}

/** What the `token` normalisation divides by besides the deviation. */
export const NORMALIZATION_EPSILON = 1e-5
