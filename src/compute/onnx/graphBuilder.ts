import { encodeModel } from './encodeModel.ts'
import type { Attribute, Dimension, ElementType, ExternalData, Graph, Initializer, Node, ValueInfo } from './model.ts'

/** A value flowing through a graph, known by its name. */
export interface Value {
  readonly name: string
}

/** An optional input or output left out. */
export const NONE: Value = { name: '' }

export interface NodeOptions {
  readonly attributes?: Readonly<Record<string, Attribute>>
  readonly domain?: '' | 'com.microsoft'
}

/** Builds one ONNX graph. Nodes are added in the order they run; every value has one producer. */
export class GraphBuilder {
  readonly #name: string
  readonly #inputs: ValueInfo[] = []
  readonly #outputs: ValueInfo[] = []
  readonly #initializers = new Map<string, Initializer>()
  readonly #nodes: Node[] = []

  constructor(name: string) {
    this.#name = name
  }

  input(name: string, type: ElementType, dims: readonly Dimension[]): Value {
    this.#inputs.push({ name, type, dims })
    return { name }
  }

  /** A tensor kept in a file beside the model. */
  weight(name: string, dims: readonly number[], data: ExternalData, type: ElementType = 'float32'): Value {
    this.#initializers.set(name, { name, type, dims, data })
    return { name }
  }

  /** A float32 tensor kept in the model itself: for graphs that are built in memory. */
  constant(name: string, dims: readonly number[], values: Float32Array): Value {
    const data = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
    this.#initializers.set(name, { name, type: 'float32', dims, data })
    return { name }
  }

  /** A one-dimensional int64 constant: a shape, an axis, slice bounds. Equal constants are shared. */
  integers(values: readonly number[]): Value {
    const name = `integers_${values.join('_')}`
    const data = new Uint8Array(BigInt64Array.from(values, BigInt).buffer)
    this.#initializers.set(name, { name, type: 'int64', dims: [values.length], data })
    return { name }
  }

  /** A float32 number. Equal ones are shared. */
  scalar(value: number): Value {
    return this.constant(`scalar_${value}`, [], Float32Array.of(value))
  }

  /** Adds an operator with one output. */
  node(operator: string, inputs: readonly Value[], options: NodeOptions = {}): Value {
    return this.nodes(operator, inputs, 1, options)[0] as Value
  }

  /** Adds an operator with several outputs; `present` says which of them are wanted (all by default). */
  nodes(
    operator: string,
    inputs: readonly Value[],
    outputs: number | readonly boolean[],
    options: NodeOptions = {},
  ): readonly Value[] {
    const name = `${operator}_${this.#nodes.length}`
    const wanted = typeof outputs === 'number' ? Array.from({ length: outputs }, () => true) : outputs
    const values = wanted.map((want, i) => (want ? { name: wanted.length === 1 ? name : `${name}_${i}` } : NONE))
    this.#nodes.push({
      operator,
      domain: options.domain ?? '',
      name,
      inputs: inputs.map((input) => input.name),
      outputs: values.map((value) => value.name),
      attributes: options.attributes ?? {},
    })
    return values
  }

  /** Gives a value a name outside the graph. */
  output(name: string, value: Value, type: ElementType, dims: readonly Dimension[]): void {
    this.#nodes.push({
      operator: 'Identity', domain: '', name: `output_${name}`, inputs: [value.name], outputs: [name], attributes: {},
    })
    this.#outputs.push({ name, type, dims })
  }

  graph(): Graph {
    return {
      name: this.#name,
      inputs: this.#inputs,
      outputs: this.#outputs,
      initializers: [...this.#initializers.values()],
      nodes: this.#nodes,
    }
  }

  /** The model file's bytes. */
  encode(): Uint8Array {
    return encodeModel(this.graph())
  }
}
