import type { Dialect } from './dialect.ts'
import { bad, readFloats, readNumber, shapeOf, transpose } from './tensors.ts'

const AVERAGE = 'normalizer.running_avg'

/**
 * github.com/noanabeshima/matryoshka-saes: residuals are scaled by s = sqrt(d) / running average of their norms, b_dec
 * is not subtracted before encoding, decoder rows have any length and activations are multiplied by it, and there is
 * no threshold: an activation counts when it is positive. All of that is folded into unit decoder rows and biases, so
 * activations are in units of the residual, as its own `get_acts` gives them.
 */
export const matryoshkaSaes: Dialect = {
  name: 'noanabeshima/matryoshka-saes',
  recognises: ({ tensors }) => tensors.has(AVERAGE) && tensors.has('W_enc'),
  async read(file) {
    const [width, size] = shapeOf(file, 'W_enc')
    const average = await readNumber(file, AVERAGE)
    if (!(average > 0)) throw bad(`${AVERAGE} is ${average}: it never saw a residual`)
    const scale = Math.sqrt(width) / average
    const encoder = transpose(await readFloats(file, 'W_enc', [width, size]), width, size)
    const bias = await readFloats(file, 'b_enc', [size])
    const decoder = await readFloats(file, 'W_dec', [size, width])
    const decoderBias = (await readFloats(file, 'b_dec', [width])).map((value) => value / scale)
    const encoderBias = new Float32Array(size)
    for (let feature = 0; feature < size; feature++) {
      const row = decoder.subarray(feature * width, (feature + 1) * width)
      const norm = lengthOf(row)
      // x W + b = (x - b_dec) W + (b + b_dec W)
      let shift = ((bias[feature] as number) * norm) / scale
      for (let i = 0; i < width; i++) {
        const weight = (encoder[feature * width + i] as number) * norm
        encoder[feature * width + i] = weight
        shift += (decoderBias[i] as number) * weight
        if (norm > 0) row[i] = (row[i] as number) / norm
      }
      encoderBias[feature] = shift
    }
    return {
      width, size, normalization: 'none', encoder, encoderBias, decoder, decoderBias, k: null, threshold: 0, groupSizes: [size],
    }
  },
}

function lengthOf(row: Float32Array): number {
  let squares = 0
  for (const value of row) squares += value * value
  return Math.sqrt(squares)
}
