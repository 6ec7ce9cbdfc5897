import { createHash } from 'node:crypto'
import { Tensor, type InferenceSession } from 'onnxruntime-node'
import type { Feature, FeatureActivation } from '../../shared/domain/feature.ts'
import { HilumError } from '../../shared/errors.ts'
import { GraphBuilder } from '../onnx/graphBuilder.ts'
import { openSession } from '../onnx/session.ts'
import { NORMALIZATION_EPSILON, rowMoments, type DictionaryData } from './dictionaryData.ts'
import { readDictionary } from './dictionaryFile.ts'

/** Rows encoded at a time: bounds the dense activations held in memory. */
const ENCODE_ROWS = 256

/**
 * A dictionary ready for use. Encoding whole residuals runs as an ONNX graph, six times as fast as
 * the same loop in JavaScript; the activation of single features is computed here.
 */
export class Dictionary {
  readonly hash: string
  readonly #data: DictionaryData
  /** Null without features. */
  readonly #session: InferenceSession | null

  private constructor(data: DictionaryData, session: InferenceSession | null) {
    this.hash = hashOf(data)
    this.#data = data
    this.#session = session
  }

  static async open(folder: string): Promise<Dictionary> {
    return Dictionary.fromData(await readDictionary(folder))
  }

  static async fromData(data: DictionaryData): Promise<Dictionary> {
    return new Dictionary(data, await openSession(encoderGraph(data), 1))
  }

  /** A dictionary without features, for a model that has none: nothing to steer. It is cut after block `layer`. */
  static none(width: number, layer: number): Dictionary {
    const none = new Float32Array(0)
    return new Dictionary({
      layer, width, size: 0, encoder: none, encoderBias: none, decoder: none, decoderBias: new Float32Array(width),
      k: null, threshold: 0, groupSizes: [], normalization: 'none', features: [],
    }, null)
  }

  get layer(): number {
    return this.#data.layer
  }

  get width(): number {
    return this.#data.width
  }

  /** Number of features. */
  get size(): number {
    return this.#data.size
  }

  /** Mean number of active features it was trained for; null when its kind has none. */
  get k(): number | null {
    return this.#data.k
  }

  get threshold(): number {
    return this.#data.threshold
  }

  get features(): readonly Feature[] {
    return this.#data.features
  }

  /** The decoder direction of a feature, [d]. A view: not to be written to. */
  direction(feature: number): Float32Array {
    return this.#data.decoder.subarray(feature * this.width, (feature + 1) * this.width)
  }

  /**
   * What an activation of 1 is in units of residual row `row`, along the feature's direction: 1, or the row's own
   * deviation where the dictionary reads standardised residuals.
   */
  gain(rows: Float32Array, row: number): number {
    return this.#data.normalization === 'none' ? 1 : rowMoments(rows, row, this.width).deviation
  }

  /** The cosine of a feature's direction with every feature's, 0 where one has no length. Throws `bad-input`. */
  cosines(feature: number): readonly number[] {
    if (feature >= this.size) {
      throw new HilumError('bad-input', `There is no feature ${feature}: the dictionary has ${this.size}.`)
    }
    const own = this.direction(feature)
    const length = Math.sqrt(dot(own, own))
    return Array.from({ length: this.size }, (_, other) => {
      const direction = this.direction(other)
      const lengths = length * Math.sqrt(dot(direction, direction))
      return lengths === 0 ? 0 : dot(own, direction) / lengths
    })
  }

  /** The activation of one feature on residual row `row` of `rows` [n, d]; 0 when it is not active. */
  activation(rows: Float32Array, row: number, feature: number): number {
    const { width, encoder, encoderBias, decoderBias, threshold, normalization } = this.#data
    const values = normalization === 'none' ? rows : standardised(rows.subarray(row * width, (row + 1) * width), width)
    const from = normalization === 'none' ? row * width : 0
    let sum = encoderBias[feature] as number
    for (let i = 0; i < width; i++) {
      const centred = (values[from + i] as number) - (decoderBias[i] as number)
      sum += centred * (encoder[feature * width + i] as number)
    }
    return sum > Math.max(threshold, 0) ? sum : 0
  }

  /** Residuals [n, d] -> activations [n, F]: ReLU((x - b_dec) W_enc + b_enc), kept where greater than the threshold. */
  async encode(rows: Float32Array): Promise<Float32Array> {
    const n = rows.length / this.width
    if (this.#session === null) return new Float32Array(0)
    const read = this.#data.normalization === 'none' ? rows : standardised(rows, this.width)
    const { activations } = await this.#session.run({ residual: new Tensor('float32', read, [n, this.width]) })
    return activations?.data as Float32Array
  }

  /** The `limit` most active features of each residual row, strongest first. */
  async active(rows: Float32Array, limit: number): Promise<readonly (readonly FeatureActivation[])[]> {
    if (this.size === 0) return Array.from({ length: rows.length / this.width }, () => [])
    const out: (readonly FeatureActivation[])[] = []
    const step = ENCODE_ROWS * this.width
    for (let at = 0; at < rows.length; at += step) {
      const codes = await this.encode(rows.subarray(at, at + step))
      for (let from = 0; from < codes.length; from += this.size) {
        out.push(strongest(codes.subarray(from, from + this.size), limit))
      }
    }
    return out
  }

  /**
   * Activations [n, F] -> residuals [n, d]: z W_dec + b_dec.
   * @param encoded the residuals [n, d] that were encoded: a standardised one gets its mean and deviation back
   */
  decode(codes: Float32Array, encoded: Float32Array): Float32Array {
    const { width, size, decoder, decoderBias, normalization } = this.#data
    const n = codes.length / size
    const out = new Float32Array(n * width)
    for (let row = 0; row < n; row++) {
      const into = out.subarray(row * width, (row + 1) * width)
      into.set(decoderBias)
      for (let feature = 0; feature < size; feature++) {
        const z = codes[row * size + feature] as number
        if (z === 0) continue
        for (let i = 0; i < width; i++) into[i] = (into[i] as number) + z * (decoder[feature * width + i] as number)
      }
      if (normalization === 'none') continue
      const { mean, deviation } = rowMoments(encoded, row, width)
      for (let i = 0; i < width; i++) into[i] = (into[i] as number) * deviation + mean
    }
    return out
  }

  async release(): Promise<void> {
    await this.#session?.release()
  }
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number)
  return sum
}

function encoderGraph(data: DictionaryData): Uint8Array {
  const { width, size, threshold } = data
  const graph = new GraphBuilder('dictionary')
  const residual = graph.input('residual', 'float32', ['n', width])
  const centred = graph.node('Sub', [residual, graph.constant('b_dec', [width], data.decoderBias)])
  const sums = graph.node(
    'Gemm',
    [centred, graph.constant('W_enc', [size, width], data.encoder), graph.constant('b_enc', [size], data.encoderBias)],
    { attributes: { transB: { int: 1 } } },
  )
  // ThresholdedRelu keeps x where x > alpha (strictly), which for alpha >= 0 is ReLU and threshold in one.
  const kept = graph.node('ThresholdedRelu', [sums], { attributes: { alpha: { float: Math.max(threshold, 0) } } })
  graph.output('activations', kept, 'float32', ['n', size])
  return graph.encode()
}

/** Rows [n, d], each centred and divided by its deviation. */
function standardised(rows: Float32Array, width: number): Float32Array {
  const out = new Float32Array(rows.length)
  for (let row = 0; row < rows.length / width; row++) {
    const { mean, deviation } = rowMoments(rows, row, width)
    const scale = 1 / (deviation + NORMALIZATION_EPSILON)
    for (let i = row * width; i < (row + 1) * width; i++) out[i] = ((rows[i] as number) - mean) * scale
  }
  return out
}

function strongest(codes: Float32Array, limit: number): readonly FeatureActivation[] {
  const active: FeatureActivation[] = []
  for (let feature = 0; feature < codes.length; feature++) {
    const activation = codes[feature] as number
    if (activation > 0) active.push({ feature, activation })
  }
  return active.sort((a, b) => b.activation - a.activation || a.feature - b.feature).slice(0, limit)
}

/** SHA-256 over everything that decides what encoding, decoding and steering compute. */
function hashOf(data: DictionaryData): string {
  const hash = createHash('sha256')
  const scales = data.features.map((feature) => feature.maxActivation)
  const normalization = data.normalization === 'none' ? [] : [data.normalization]
  hash.update(JSON.stringify([data.layer, data.width, data.size, data.threshold, scales, ...normalization]))
  for (const part of [data.encoder, data.encoderBias, data.decoder, data.decoderBias]) {
    hash.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength))
  }
  return hash.digest('hex')
}
