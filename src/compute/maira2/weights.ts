import type { Checkpoint } from '../checkpoint/checkpoint.ts'
import type { GraphBuilder, Value } from '../onnx/graphBuilder.ts'
import type { WeightFile } from '../onnx/weightFile.ts'

/**
 * Carries weights from a checkpoint into a graph, one tensor in memory at a time. Linear weights stay
 * as Hugging Face stores them, [outputs, inputs]: the graph multiplies by the transpose.
 */
export class Weights {
  readonly #checkpoint: Checkpoint
  readonly #graph: GraphBuilder
  readonly #file: WeightFile

  constructor(checkpoint: Checkpoint, graph: GraphBuilder, file: WeightFile) {
    this.#checkpoint = checkpoint
    this.#graph = graph
    this.#file = file
  }

  /** A tensor as it is. */
  async tensor(name: string, dims: readonly number[]): Promise<Value> {
    return this.#graph.weight(name, dims, await this.#file.append(this.#pieces([name], null)))
  }

  /**
   * x [rows, inputs] -> [rows, outputs]: x W^T (+ b). Several names are packed into one product whose
   * outputs stand one after the other. `scale` multiplies output i by scale[i] (LayerScale, folded in).
   */
  async linear(
    x: Value,
    names: readonly string[],
    outputs: number,
    inputs: number,
    options: { readonly bias: boolean; readonly scale?: string },
  ): Promise<Value> {
    const scale = options.scale === undefined ? null : await this.#checkpoint.read(options.scale)
    const label = names.join('+')
    const weight = this.#graph.weight(
      `${label}.weight`,
      [outputs, inputs],
      await this.#file.append(this.#pieces(names.map((name) => `${name}.weight`), scale)),
    )
    const bias = options.bias
      ? [
          this.#graph.weight(
            `${label}.bias`,
            [outputs],
            await this.#file.append(this.#pieces(names.map((name) => `${name}.bias`), scale)),
          ),
        ]
      : []
    return this.#graph.node('Gemm', [x, weight, ...bias], { attributes: { transB: { int: 1 } } })
  }

  async *#pieces(names: readonly string[], scale: Float32Array | null): AsyncGenerator<Float32Array> {
    for (const name of names) {
      const values = await this.#checkpoint.read(name)
      if (scale !== null) scaleRows(values, scale)
      yield values
    }
  }
}

function scaleRows(values: Float32Array, scale: Float32Array): void {
  const width = values.length / scale.length
  for (let i = 0; i < values.length; i++) {
    values[i] = (values[i] as number) * (scale[Math.floor(i / width)] as number)
  }
}
